package io.zanzara.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** The packets of MQTT 3.1.1 that a client sends, but for PUBLISH. */
final class Packets {

    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBACK = 9;
    static final int UNSUBACK = 11;
    static final int PINGRESP = 13;

    private static final int SUBSCRIBE_HEADER = 0x82;
    private static final int PROTOCOL_LEVEL = 4;
    private static final int CLEAN_SESSION = 0x02;

    private Packets() {}

    /** Without keep-alive: whoever measures for an hour needs no PINGREQ. */
    static void connect(ByteBuffer out, String clientId, boolean clean) {
        byte[] id = clientId.getBytes(UTF_8);
        out.put((byte) 0x10);
        remainingLength(out, 12 + id.length);
        out.putShort((short) 4).put("MQTT".getBytes(UTF_8)).put((byte) PROTOCOL_LEVEL);
        out.put((byte) (clean ? CLEAN_SESSION : 0)).putShort((short) 0);
        out.putShort((short) id.length).put(id);
    }

    static void subscribe(ByteBuffer out, int packetId, String topicFilter, int qos) {
        byte[] filter = topicFilter.getBytes(UTF_8);
        out.put((byte) SUBSCRIBE_HEADER);
        remainingLength(out, 5 + filter.length);
        out.putShort((short) packetId)
                .putShort((short) filter.length)
                .put(filter)
                .put((byte) qos);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP, in one write. */
    static void acknowledgement(ByteBuffer out, int type, int packetId) {
        int flags = type == PUBREL ? 2 : 0;
        out.putInt((type << 4 | flags) << 24 | 2 << 16 | packetId);
    }

    static void disconnect(ByteBuffer out) {
        out.putShort((short) 0xE000);
    }

    static void remainingLength(ByteBuffer out, int length) {
        int left = length;
        while (left > 0x7F) {
            out.put((byte) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }
}
