package io.zanzara.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * A PUBLISH that is made once, and copied with another packet identifier and another stamp for each message. The stamp is what the receiver
 * checks and measures by: sequence number, time and publisher, at the start of the payload.
 */
final class PublishTemplate {

    static final int STAMP_BYTES = 20;

    private static final int DIGITS = 7;

    private final ByteBuffer bytes;
    private final int length;
    private final int packetIdAt;
    private final int stampAt;
    private final int digitsAt;
    private final int topics;

    /**
     * @param payloadBytes at least {@link #STAMP_BYTES}
     * @param publisher the number that the receiver finds in the stamp
     */
    PublishTemplate(String topic, int qos, int payloadBytes, int publisher) {
        this(topic, 1, qos, payloadBytes, publisher);
    }

    /**
     * Makes one whose messages go to several topics in turn.
     *
     * @param topics how many; if more than one, the topic ends with seven digits that say which
     */
    PublishTemplate(String topic, int topics, int qos, int payloadBytes, int publisher) {
        if (payloadBytes < STAMP_BYTES) {
            throw new IllegalArgumentException(
                    "the payload is " + payloadBytes + " bytes but the stamp needs " + STAMP_BYTES);
        }
        byte[] name = (topics > 1 ? topic + "0".repeat(DIGITS) : topic).getBytes(UTF_8);
        this.topics = topics;
        int remaining = 2 + name.length + (qos > 0 ? 2 : 0) + payloadBytes;
        bytes = ByteBuffer.allocateDirect(5 + remaining);
        bytes.put((byte) (Packets.PUBLISH << 4 | qos << 1));
        Packets.remainingLength(bytes, remaining);
        bytes.putShort((short) name.length).put(name);
        digitsAt = bytes.position() - DIGITS;
        packetIdAt = qos > 0 ? bytes.position() : -1;
        if (qos > 0) {
            bytes.putShort((short) 0);
        }
        stampAt = bytes.position();
        bytes.putInt(stampAt + 16, publisher);
        length = stampAt + payloadBytes;
    }

    int length() {
        return length;
    }

    /** Appends the packet to a buffer that has room for it. */
    void write(ByteBuffer out, int packetId, long sequence, long nanoTime) {
        int at = out.position();
        out.put(at, bytes, 0, length);
        if (topics > 1) {
            int number = (int) (sequence % topics);
            for (int i = DIGITS - 1; i >= 0; i--) {
                out.put(at + digitsAt + i, (byte) ('0' + number % 10));
                number /= 10;
            }
        }
        if (packetIdAt >= 0) {
            out.putShort(at + packetIdAt, (short) packetId);
        }
        out.putLong(at + stampAt, sequence);
        out.putLong(at + stampAt + 8, nanoTime);
        out.position(at + length);
    }

    static long sequence(ByteBuffer in, int payloadAt) {
        return in.getLong(payloadAt);
    }

    static long nanoTime(ByteBuffer in, int payloadAt) {
        return in.getLong(payloadAt + 8);
    }

    static int publisher(ByteBuffer in, int payloadAt) {
        return in.getInt(payloadAt + 16);
    }
}
