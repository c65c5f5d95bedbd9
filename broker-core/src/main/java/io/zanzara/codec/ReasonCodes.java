package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;

import io.zanzara.message.ReasonCode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which reason codes a packet may carry (MQTT 5.0, section 2.4), and what MQTT 3 makes of them. */
final class ReasonCodes {

    /** What {@link #toConnectReturnCode} returns where there is none. */
    static final int NO_RETURN_CODE = -1;

    // [MQTT-3.2.2-8]
    static final Set<ReasonCode> CONNACK = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.SERVER_UNAVAILABLE,
            ReasonCode.SERVER_BUSY,
            ReasonCode.BANNED,
            ReasonCode.BAD_AUTHENTICATION_METHOD,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.PAYLOAD_FORMAT_INVALID,
            ReasonCode.RETAIN_NOT_SUPPORTED,
            ReasonCode.QOS_NOT_SUPPORTED,
            ReasonCode.USE_ANOTHER_SERVER,
            ReasonCode.SERVER_MOVED,
            ReasonCode.CONNECTION_RATE_EXCEEDED));

    // [MQTT-3.9.3-2]
    static final Set<ReasonCode> SUBACK = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.GRANTED_QOS_1,
            ReasonCode.GRANTED_QOS_2,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_FILTER_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
            ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED));

    // [MQTT-3.11.3-2]
    static final Set<ReasonCode> UNSUBACK = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.NO_SUBSCRIPTION_EXISTED,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_FILTER_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE));

    // [MQTT-3.14.2-1]
    static final Set<ReasonCode> DISCONNECT = Collections.unmodifiableSet(disconnect());

    // [MQTT-3.14.2-1]; the others are for servers
    static final Set<ReasonCode> DISCONNECT_OF_CLIENT = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.DISCONNECT_WITH_WILL,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.MESSAGE_RATE_TOO_HIGH,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.PAYLOAD_FORMAT_INVALID));

    // [MQTT-3.15.2-1]
    static final Set<ReasonCode> AUTH = Collections.unmodifiableSet(
            EnumSet.of(ReasonCode.SUCCESS, ReasonCode.CONTINUE_AUTHENTICATION, ReasonCode.REAUTHENTICATE));

    // [MQTT-3.4.2-1] [MQTT-3.5.2-1]
    private static final Set<ReasonCode> PUBLISH_ANSWER = Collections.unmodifiableSet(EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.NO_MATCHING_SUBSCRIBERS,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.PAYLOAD_FORMAT_INVALID));

    // [MQTT-3.6.2-1] [MQTT-3.7.2-1]
    private static final Set<ReasonCode> RELEASE =
            Collections.unmodifiableSet(EnumSet.of(ReasonCode.SUCCESS, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));

    private static final @Nullable ReasonCode[] BY_CODE = new ReasonCode[256];

    static {
        for (ReasonCode reasonCode : ReasonCode.values()) {
            BY_CODE[reasonCode.code()] = reasonCode;
        }
    }

    private ReasonCodes() {}

    static Set<ReasonCode> of(Packet.AckType type) {
        return switch (type) {
            case PUBACK, PUBREC -> PUBLISH_ANSWER;
            case PUBREL, PUBCOMP -> RELEASE;
        };
    }

    /** Reads a reason code that must be one of {@code allowed}. */
    static ReasonCode read(Fields fields, Set<ReasonCode> allowed) throws Malformed {
        int code = fields.unsignedByte();
        ReasonCode reasonCode = BY_CODE[code];
        if (reasonCode == null || !allowed.contains(reasonCode)) {
            throw new Malformed(PROTOCOL_ERROR, "the packet has no reason code " + code);
        }
        return reasonCode;
    }

    /** Returns the reason code of a CONNACK that comes nearest [MQTT-3.2.2-8]. */
    static ReasonCode toConnectReasonCode(ReasonCode reasonCode) {
        return switch (reasonCode) {
            case SERVER_SHUTTING_DOWN, MAXIMUM_CONNECT_TIME -> ReasonCode.SERVER_UNAVAILABLE;
            default -> CONNACK.contains(reasonCode) ? reasonCode : ReasonCode.UNSPECIFIED_ERROR;
        };
    }

    /**
     * Returns the CONNACK return code of MQTT 3.1 and 3.1.1 that comes nearest, or {@link #NO_RETURN_CODE} where the connection must be closed
     * without a CONNACK [MQTT-3.1.4-1 of 3.1.1] [MQTT-3.2.2-6 of 3.1.1].
     */
    static int toConnectReturnCode(ReasonCode reasonCode) {
        return switch (reasonCode) {
            case SUCCESS -> 0;
            case MALFORMED_PACKET, PROTOCOL_ERROR, PACKET_TOO_LARGE -> NO_RETURN_CODE;
            case TOPIC_NAME_INVALID, PAYLOAD_FORMAT_INVALID, RETAIN_NOT_SUPPORTED, QOS_NOT_SUPPORTED -> NO_RETURN_CODE;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2; // [MQTT-3.1.3-9 of 3.1.1]
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD -> 5;
            default -> 3;
        };
    }

    /** Reads the CONNACK return code of MQTT 3.1 and 3.1.1. */
    static ReasonCode readConnectReturnCode(Fields fields) throws Malformed {
        int code = fields.unsignedByte();
        return switch (code) {
            case 0 -> ReasonCode.SUCCESS;
            case 1 -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> ReasonCode.SERVER_UNAVAILABLE;
            case 4 -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case 5 -> ReasonCode.NOT_AUTHORIZED;
            default -> throw new Malformed(PROTOCOL_ERROR, "CONNACK has no return code " + code);
        };
    }

    /**
     * Returns the SUBACK return code of MQTT 3.1.1, where all failures are one [MQTT-3.9.3-2 of 3.1.1], or of MQTT 3.1, which knows none: there the
     * answer is positive.
     */
    static int toSubscribeReturnCode(ReasonCode reasonCode, int protocolLevel) {
        if (!reasonCode.isError()) {
            return reasonCode.code();
        }
        return protocolLevel == 3 ? 0 : 0x80;
    }

    private static EnumSet<ReasonCode> disconnect() {
        EnumSet<ReasonCode> codes =
                EnumSet.range(ReasonCode.UNSPECIFIED_ERROR, ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        codes.add(ReasonCode.SUCCESS);
        codes.add(ReasonCode.DISCONNECT_WITH_WILL);
        codes.removeAll(EnumSet.of(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                ReasonCode.SERVER_UNAVAILABLE,
                ReasonCode.BANNED,
                ReasonCode.BAD_AUTHENTICATION_METHOD,
                ReasonCode.PACKET_IDENTIFIER_IN_USE,
                ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
        return codes;
    }
}
