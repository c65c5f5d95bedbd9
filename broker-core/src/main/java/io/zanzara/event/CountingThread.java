package io.zanzara.event;

import org.jspecify.annotations.Nullable;

/** A thread that counts for each message, and so finds its row of {@link Counters} without a look-up: an event loop's. */
public interface CountingThread {

    /** Returns what the thread has for this; always the same. */
    Memory counting();

    /** Where such a thread counts: with the first counters that it has met. Only that thread uses it. */
    final class Memory {
        @Nullable
        Cells cells;

        long[] row = {};
    }
}
