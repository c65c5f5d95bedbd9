package io.zanzara.store.mongo;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How many ranged deletions one command holds. A range costs a tenth of a millisecond, or seconds where the server has to pass by what was deleted
 * there a moment ago; a command that takes longer than the driver waits would be repeated from its beginning, for ever. So commands grow
 * while they are quick, shrink when one is not, and begin again with a single range when one has failed. One thread only.
 */
final class DeletionPace {

    private static final int MOST = 1_000;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LongSupplier nanoTime;
    private int atOnce = MOST;

    /** @param nanoTime what commands are timed with, such as {@code System::nanoTime} */
    DeletionPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Hands all of them to the command, in parts; what the command throws ends it. */
    <T> void run(List<T> deletions, Consumer<List<T>> command) {
        int done = 0;
        while (done < deletions.size()) {
            int end = Math.min(deletions.size(), done + atOnce);
            long began = nanoTime.getAsLong();
            boolean answered = false;
            try {
                command.accept(deletions.subList(done, end));
                answered = true;
            } finally {
                boolean quick = answered && nanoTime.getAsLong() - began < QUICK_NANOS;
                atOnce = quick ? Math.min(MOST, 2 * atOnce) : answered ? Math.max(1, atOnce / 4) : 1;
            }
            done = end;
        }
    }
}
