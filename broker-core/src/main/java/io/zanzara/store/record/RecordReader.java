package io.zanzara.store.record;

import io.zanzara.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link RecordWriter} wrote. Whatever the bytes are, the worst that comes of them is a {@link StoreException}. */
final class RecordReader {

    private static final int MORE = 0x80;
    private static final int LOW_BITS = 0x7F;

    private final byte[] bytes;
    private int position;

    RecordReader(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    int readByte() {
        require(1);
        return bytes[position++] & 0xFF;
    }

    long readLong() {
        require(Long.BYTES);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | bytes[position++] & 0xFF;
        }
        return value;
    }

    long readCount() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = readByte();
            value |= (long) (next & LOW_BITS) << shift;
            if ((next & MORE) == 0) {
                return value;
            }
        }
        throw damaged();
    }

    /** Reads how many elements follow, of which each takes at least {@code bytesEach}. */
    int readSize(int bytesEach) {
        long size = readCount();
        if (size < 0 || size > (bytes.length - position) / bytesEach) {
            throw damaged();
        }
        return (int) size;
    }

    byte[] readBytes() {
        int length = readSize(1);
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    String readText() {
        int length = readSize(1);
        position += length;
        return new String(bytes, position - length, length, StandardCharsets.UTF_8);
    }

    void requireEnd() {
        if (position != bytes.length) {
            throw damaged();
        }
    }

    private void require(int length) {
        if (bytes.length - position < length) {
            throw damaged();
        }
    }

    private StoreException damaged() {
        return new StoreException("A stored record is damaged: it makes no sense at byte " + position + " of "
                + bytes.length + "; restore the store from a backup.");
    }
}
