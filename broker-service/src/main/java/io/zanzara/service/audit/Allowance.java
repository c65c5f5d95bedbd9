package io.zanzara.service.audit;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** So many of something in each stretch of time, and a count of those beyond. Any thread. */
final class Allowance {

    private final int most;
    private final long stretchNanos;
    private final LongSupplier nanos;
    private final AtomicLong stretch = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger inStretch = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    Allowance(int most, long stretchNanos, LongSupplier nanos) {
        this.most = most;
        this.stretchNanos = stretchNanos;
        this.nanos = nanos;
    }

    /** Whether there is one more; if not, it is counted. */
    boolean take() {
        long now = Math.floorDiv(nanos.getAsLong(), stretchNanos);
        long counted = stretch.get();
        if (now != counted && stretch.compareAndSet(counted, now)) {
            inStretch.set(0);
        }
        boolean left = inStretch.get() < most && inStretch.incrementAndGet() <= most;
        if (!left) {
            refused.increment();
        }
        return left;
    }

    /** Returns how many were refused since this was last asked, or 0 while their stretch of time goes on. */
    long refused() {
        boolean over = Math.floorDiv(nanos.getAsLong(), stretchNanos) != stretch.get();
        return over ? refused.sumThenReset() : 0;
    }
}
