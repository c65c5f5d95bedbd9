package io.zanzara.soak;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One message, as its number among those of its stream. What it is stands in its payload, so that nothing about it has to be kept.
 *
 * @param stream the index of its publisher and topic in the {@link Ledger}
 * @param number its place in the stream, from 0
 */
record Message(int stream, int number) {

    private static final int MARK = 0x5A4E5A52;
    private static final int LENGTH = 96;
    private static final int HEADER = 12;

    byte[] payload() {
        ByteBuffer bytes =
                ByteBuffer.allocate(LENGTH).putInt(MARK).putInt(stream).putInt(number);
        while (bytes.hasRemaining()) {
            bytes.put(filler(bytes.position()));
        }
        return bytes.array();
    }

    private byte filler(int position) {
        return (byte) (number * 31 + stream * 7 + position);
    }

    /** Returns the message that a payload says it is, or null if no message has this payload. */
    static @Nullable Message of(byte[] payload) {
        if (payload.length != LENGTH || ByteBuffer.wrap(payload).getInt() != MARK) {
            return null;
        }
        Message message = new Message(
                ByteBuffer.wrap(payload).getInt(4), ByteBuffer.wrap(payload).getInt(8));
        for (int i = HEADER; i < LENGTH; i++) {
            if (payload[i] != message.filler(i)) {
                return null;
            }
        }
        return message;
    }
}
