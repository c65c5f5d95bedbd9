package io.zanzara.message;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives message identifiers, each once. Those from {@link #next} are also in order, above all that were given or set aside before; any thread.
 * Connections take theirs from a {@link Block}: where each message asks for the next number, the processors spend their time on handing it to
 * each other.
 */
public final class MessageIds {

    private static final int LARGEST_BLOCK = 256;

    private final AtomicLong last;

    /** @param first what the first identifier is above */
    public MessageIds(long first) {
        last = new AtomicLong(first);
    }

    /** Returns an identifier above all others so far. */
    public long next() {
        return last.incrementAndGet();
    }

    /** Returns a source of identifiers for one thread at a time. */
    public Block newBlock() {
        return new Block();
    }

    /** Identifiers that were set aside: few for those who ask seldom, more for the others. */
    public final class Block {

        private long next;
        private int left;
        private int size;

        private Block() {}

        /** Returns an identifier that nobody else has. */
        public long next() {
            if (left == 0) {
                size = size == 0 ? 1 : Math.min(LARGEST_BLOCK, 2 * size);
                left = size;
                next = last.addAndGet(size) - size;
            }
            left--;
            return ++next;
        }
    }
}
