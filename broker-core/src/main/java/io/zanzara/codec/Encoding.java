package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** The data types of the standard (MQTT 5.0, section 1.5): how long they get and how they are written. */
final class Encoding {

    /** The largest value of a variable byte integer, hence of a remaining length. */
    static final int MAX_VARIABLE = 268_435_455;

    private static final int MAX_SHORT = 65_535;

    /** What a text or bytes beyond 65,535 bytes are said to take: more than any packet holds. */
    private static final long TOO_LONG = MAX_VARIABLE + 1L;

    private Encoding() {}

    /** Returns the bytes that {@code text} takes with its length. */
    static long textLength(String text) {
        return prefixed(ByteBufUtil.utf8Bytes(text));
    }

    /** Returns the bytes that {@code bytes} take with their length. */
    static long binaryLength(byte[] bytes) {
        return prefixed(bytes.length);
    }

    /** Returns the bytes that {@code length} bytes take with their length. */
    static long prefixed(int length) {
        return length > MAX_SHORT ? TOO_LONG : 2 + length;
    }

    static int variableLength(long value) {
        if (value < 128) {
            return 1;
        }
        if (value < 16_384) {
            return 2;
        }
        return value < 2_097_152 ? 3 : 4;
    }

    /** Returns the bytes of a whole packet. */
    static long packetLength(long remaining) {
        return 1 + variableLength(remaining) + remaining;
    }

    /** Writes a fixed header, in one access for nearly all packets. */
    static void fixedHeader(ByteBuf out, int firstByte, int remaining) {
        if (remaining < 128) {
            out.writeShort(firstByte << 8 | remaining);
        } else if (remaining < 16_384) {
            out.writeMedium(firstByte << 16 | (remaining & 0x7F | 0x80) << 8 | remaining >> 7);
        } else {
            out.writeByte(firstByte);
            variable(out, remaining);
        }
    }

    static void variable(ByteBuf out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.writeByte(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    static void text(ByteBuf out, String text) {
        int length = ByteBufUtil.utf8Bytes(text);
        out.writeShort(length);
        ByteBufUtil.reserveAndWriteUtf8(out, text, length);
    }

    static void binary(ByteBuf out, byte[] bytes) {
        out.writeShort(bytes.length);
        out.writeBytes(bytes);
    }
}
