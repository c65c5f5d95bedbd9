package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The topic name that came last on a connection: most clients publish to one again and again, which then need not be decoded and checked. */
final class TopicMemory {

    static final int LONGEST = 256; // bytes; a connection's memory is counted in few thousands
    static final byte[] NOTHING = {};

    private byte[] encoded = NOTHING;
    private byte[] candidate = NOTHING; // of the same length
    private String name = "";

    /** Whether these bytes are that name. */
    boolean isLast(ByteBuf buffer, int start, int length) {
        if (length != encoded.length) {
            return false;
        }
        buffer.getBytes(start, candidate); // comparing within the buffer takes an access for each byte or eight
        return Arrays.equals(candidate, encoded);
    }

    String last() {
        return name;
    }

    /** A topic name has been read and is valid. */
    void remember(byte[] bytes, String topic) {
        if (bytes.length <= LONGEST) {
            encoded = bytes;
            candidate = candidate.length == bytes.length ? candidate : new byte[bytes.length];
            name = topic;
        }
    }
}
