package io.zanzara.store.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Grows an array of bytes: big-endian numbers, counts of 7 bits a byte, text and bytes with their length in front. */
final class RecordWriter {

    private static final int MORE = 0x80;
    private static final int LOW_BITS = 0x7F;

    private byte[] bytes;
    private int size;

    RecordWriter(int expectedSize) {
        bytes = new byte[expectedSize];
    }

    RecordWriter writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    RecordWriter writeLong(long value) {
        ensure(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Small numbers take one byte, negative ones ten. */
    RecordWriter writeCount(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~LOW_BITS) != 0) {
            bytes[size++] = (byte) (rest | MORE);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    RecordWriter writeBytes(byte[] value) {
        writeCount(value.length);
        ensure(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    RecordWriter writeText(String value) {
        return writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
