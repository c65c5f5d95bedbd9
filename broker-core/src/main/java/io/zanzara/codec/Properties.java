package io.zanzara.codec;

import io.zanzara.message.ReasonCode;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one MQTT 5.0 packet, as read. Which may stand in a packet is given as a set of bits, one for each identifier below 64; none
 * but the user property and (to clients) the subscription identifier may stand twice.
 */
final class Properties {

    static final int PAYLOAD_FORMAT = 0x01;
    static final int MESSAGE_EXPIRY = 0x02;
    static final int CONTENT_TYPE = 0x03;
    static final int RESPONSE_TOPIC = 0x08;
    static final int CORRELATION_DATA = 0x09;
    static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
    static final int SESSION_EXPIRY = 0x11;
    static final int ASSIGNED_CLIENT_IDENTIFIER = 0x12;
    static final int SERVER_KEEP_ALIVE = 0x13;
    static final int AUTHENTICATION_METHOD = 0x15;
    static final int AUTHENTICATION_DATA = 0x16;
    static final int REQUEST_PROBLEM_INFORMATION = 0x17;
    static final int WILL_DELAY = 0x18;
    static final int REQUEST_RESPONSE_INFORMATION = 0x19;
    static final int RESPONSE_INFORMATION = 0x1A;
    static final int SERVER_REFERENCE = 0x1C;
    static final int REASON_STRING = 0x1F;
    static final int RECEIVE_MAXIMUM = 0x21;
    static final int TOPIC_ALIAS_MAXIMUM = 0x22;
    static final int TOPIC_ALIAS = 0x23;
    static final int MAXIMUM_QOS = 0x24;
    static final int RETAIN_AVAILABLE = 0x25;
    static final int USER_PROPERTY = 0x26;
    static final int MAXIMUM_PACKET_SIZE = 0x27;
    static final int WILDCARD_AVAILABLE = 0x28;
    static final int SUBSCRIPTION_IDENTIFIERS_AVAILABLE = 0x29;
    static final int SHARED_AVAILABLE = 0x2A;

    static final int[] NONE = {};
    private static final Properties EMPTY = new Properties();

    private final @Nullable Object[] values = new Object[0x2B];
    private List<UserProperty> userProperties = List.of();
    private int[] subscriptionIdentifiers = NONE;

    static Properties none() {
        return EMPTY;
    }

    /** Returns the set of these identifiers. */
    static long setOf(int... identifiers) {
        long set = 0;
        for (int identifier : identifiers) {
            set |= 1L << identifier;
        }
        return set;
    }

    /**
     * Reads a property block.
     *
     * @param allowed which identifiers may stand here
     * @param packet its name, for messages
     * @param manyIdentifiers whether subscription identifiers may repeat
     */
    static Properties read(FieldReader in, long allowed, String packet, boolean manyIdentifiers) throws Malformed {
        int length = in.variableInteger("the property length");
        if (length == 0) {
            return EMPTY;
        }
        if (length > in.remaining()) {
            throw FieldReader.malformed("the properties are longer than " + packet);
        }
        int after = in.remaining() - length;
        Properties properties = new Properties();
        while (in.remaining() > after) {
            int identifier = in.variableInteger("a property identifier");
            if (identifier >= 0x2B || (allowed & 1L << identifier) == 0) {
                throw FieldReader.malformed(
                        "property 0x" + Integer.toHexString(identifier) + " must not stand in " + packet);
            }
            properties.readOne(in, identifier, manyIdentifiers);
        }
        if (in.remaining() != after) {
            throw FieldReader.malformed("a property reaches beyond the properties of " + packet);
        }
        return properties;
    }

    private void readOne(FieldReader in, int identifier, boolean manyIdentifiers) throws Malformed {
        if (identifier == USER_PROPERTY) {
            if (userProperties.isEmpty()) {
                userProperties = new ArrayList<>(4);
            }
            userProperties.add(new UserProperty(in.string("a user property"), in.string("a user property")));
            return;
        }
        if (identifier == SUBSCRIPTION_IDENTIFIER && manyIdentifiers) {
            addIdentifier(in);
            return;
        }
        if (values[identifier] != null) {
            throw new Malformed(
                    ReasonCode.PROTOCOL_ERROR, "property 0x" + Integer.toHexString(identifier) + " stands twice");
        }
        values[identifier] = readValue(in, identifier);
    }

    private void addIdentifier(FieldReader in) throws Malformed {
        int[] more = java.util.Arrays.copyOf(subscriptionIdentifiers, subscriptionIdentifiers.length + 1);
        more[more.length - 1] =
                (int) nonZero(in.variableInteger("a subscription identifier"), "a subscription identifier");
        subscriptionIdentifiers = more;
    }

    private static Object readValue(FieldReader in, int identifier) throws Malformed {
        String what = "property 0x" + Integer.toHexString(identifier);
        return switch (identifier) {
            case PAYLOAD_FORMAT,
                    REQUEST_PROBLEM_INFORMATION,
                    REQUEST_RESPONSE_INFORMATION,
                    MAXIMUM_QOS,
                    RETAIN_AVAILABLE,
                    WILDCARD_AVAILABLE,
                    SUBSCRIPTION_IDENTIFIERS_AVAILABLE,
                    SHARED_AVAILABLE -> in.flag(what) ? 1L : 0L;
            case SERVER_KEEP_ALIVE, TOPIC_ALIAS_MAXIMUM -> (long) in.unsignedShort(what);
            case RECEIVE_MAXIMUM -> nonZero(in.unsignedShort(what), "the receive maximum"); // [MQTT-3.1.2.11.3]
            case TOPIC_ALIAS -> {
                long alias = in.unsignedShort(what);
                if (alias == 0) {
                    throw new Malformed(
                            ReasonCode.TOPIC_ALIAS_INVALID, "a topic alias must not be 0"); // [MQTT-3.3.2-8]
                }
                yield alias;
            }
            case MESSAGE_EXPIRY, SESSION_EXPIRY, WILL_DELAY -> in.unsignedInt(what);
            case MAXIMUM_PACKET_SIZE -> nonZero(in.unsignedInt(what), "the maximum packet size");
            case SUBSCRIPTION_IDENTIFIER -> nonZero(in.variableInteger(what), "a subscription identifier");
            case CORRELATION_DATA, AUTHENTICATION_DATA -> in.binary(what);
            default -> in.string(what);
        };
    }

    private static long nonZero(long value, String what) throws Malformed {
        if (value == 0) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, what + " must not be 0");
        }
        return value;
    }

    long number(int identifier, long absent) {
        return values[identifier] instanceof Long value ? value : absent;
    }

    @Nullable
    String text(int identifier) {
        return values[identifier] instanceof String value ? value : null;
    }

    byte @Nullable [] bytes(int identifier) {
        return values[identifier] instanceof byte[] value ? value : null;
    }

    List<UserProperty> userProperties() {
        return userProperties;
    }

    int[] subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }
}
