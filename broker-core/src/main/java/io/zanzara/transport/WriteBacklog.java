package io.zanzara.transport;

import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;

/** What a client has not read yet. */
final class WriteBacklog {

    private static final long OVERFLOW_BYTES = 16L << 20;

    /** Of what Netty may allocate outside the heap, which is as much as the heap may have. */
    private static final long SCARCE_BYTES = Runtime.getRuntime().maxMemory() / 2;

    private WriteBacklog() {}

    /** Whether nothing more should be added, because it is too much, or because memory is scarce. */
    static boolean isOverflowing(Channel channel) {
        long behind = channel.bytesBeforeWritable();
        return behind > OVERFLOW_BYTES || (behind > 0 && isMemoryScarce(channel));
    }

    private static boolean isMemoryScarce(Channel channel) {
        return channel.alloc() instanceof ByteBufAllocatorMetricProvider allocator
                && allocator.metric().usedDirectMemory() > SCARCE_BYTES;
    }
}
