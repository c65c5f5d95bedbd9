package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** The topic name that came last on a connection: most clients publish to one again and again, which then need not be decoded and checked. */
final class TopicMemory {

    private static final int LONGEST = 256; // bytes; a connection's memory is counted in few thousands

    private ByteBuf encoded = Unpooled.EMPTY_BUFFER;
    private String name = "";

    /** Whether these bytes are that name. */
    boolean isLast(ByteBuf buffer, int start, int length) {
        return length == encoded.readableBytes() && ByteBufUtil.equals(buffer, start, encoded, 0, length);
    }

    String last() {
        return name;
    }

    /** A topic name has been read and is valid. */
    void remember(byte[] bytes, String topic) {
        if (bytes.length <= LONGEST) {
            encoded = Unpooled.wrappedBuffer(bytes);
            name = topic;
        }
    }
}
