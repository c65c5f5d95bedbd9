package io.zanzara.service.audit;

import io.zanzara.event.Counter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** So many of something in each stretch of time, and a count of those beyond. A refusal is the common case: it looks at no clock. */
final class Allowance {

    private final int most;
    private final long stretchNanos;
    private final LongSupplier nanos;
    private final AtomicInteger left;
    private final Counter refused = new Counter();
    private long began;
    private long told;

    Allowance(int most, long stretchNanos, LongSupplier nanos) {
        this.most = most;
        this.stretchNanos = stretchNanos;
        this.nanos = nanos;
        this.left = new AtomicInteger(most);
        this.began = nanos.getAsLong();
    }

    /** Whether there is one more; if not, it is counted. Any thread. */
    boolean take() {
        boolean granted = left.get() > 0 && left.decrementAndGet() >= 0;
        if (!granted) {
            refused.increment();
        }
        return granted;
    }

    /** Begins the next stretch of time if the last one is over, and returns how many were refused in that. One thread, now and then. */
    long next() {
        long now = nanos.getAsLong();
        if (now - began < stretchNanos) {
            return 0;
        }
        began = now;
        left.set(most);
        long all = refused.sum();
        long since = all - told;
        told = all;
        return since;
    }
}
