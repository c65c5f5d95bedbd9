package io.zanzara.testclient;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A control packet as it came from the broker.
 *
 * @param type the packet type, 1 (CONNECT) to 15 (AUTH)
 * @param flags the four low bits of the first byte
 * @param packetIdentifier 0 where there is none
 * @param topic a PUBLISH's topic, else empty
 * @param payload a PUBLISH's payload, else empty
 * @param codes CONNACK: acknowledge flags, then the code; acknowledgements: the reason code (0 if left out); SUBACK and UNSUBACK: one for each
 *     filter; DISCONNECT and AUTH: the reason code
 * @param properties those of 5.0, as the packet has them
 * @param body everything after the fixed header
 */
public record Packet(
        int type,
        int flags,
        int packetIdentifier,
        String topic,
        byte[] payload,
        int[] codes,
        Properties properties,
        byte[] body) {

    public static final int CONNECT = 1;
    public static final int CONNACK = 2;
    public static final int PUBLISH = 3;
    public static final int PUBACK = 4;
    public static final int PUBREC = 5;
    public static final int PUBREL = 6;
    public static final int PUBCOMP = 7;
    public static final int SUBSCRIBE = 8;
    public static final int SUBACK = 9;
    public static final int UNSUBSCRIBE = 10;
    public static final int UNSUBACK = 11;
    public static final int PINGREQ = 12;
    public static final int PINGRESP = 13;
    public static final int DISCONNECT = 14;
    public static final int AUTH = 15;

    /** Returns a PUBLISH's QoS, 0 to 2. */
    public int qos() {
        return flags >> 1 & 3;
    }

    public boolean duplicate() {
        return (flags & 8) != 0;
    }

    public boolean retain() {
        return (flags & 1) != 0;
    }

    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Returns the last (or only) code of the packet. */
    public int code() {
        return codes[codes.length - 1];
    }

    /** Whether a CONNACK says that the broker had a session. */
    public boolean sessionPresent() {
        return type == CONNACK && codes[0] == 1;
    }

    @Override
    public String toString() {
        return switch (type) {
            case PUBLISH ->
                "PUBLISH %d qos %d%s%s '%s' (%d bytes)"
                        .formatted(
                                packetIdentifier,
                                qos(),
                                duplicate() ? " dup" : "",
                                retain() ? " retain" : "",
                                topic,
                                payload.length);
            default -> "type %d id %d codes %s".formatted(type, packetIdentifier, Arrays.toString(codes));
        };
    }
}
