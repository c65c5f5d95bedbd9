package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What the broker and its store took from a moment on. */
final class Meter {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Target target;
    private final long startedAt;
    private final long brokerMicros;
    private final long storeMicros;
    private final long loadNanos;

    private Meter(Target target) throws IOException {
        this.target = target;
        brokerMicros = target.process().cpuMicros();
        storeMicros = target.store().cpuMicros();
        loadNanos = THREADS.getCurrentThreadCpuTime();
        startedAt = System.nanoTime();
    }

    static Meter start(Target target) throws IOException {
        return new Meter(target);
    }

    /** Returns what it came to until now. */
    Reading read(long messages) throws IOException {
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        double each = Math.max(1, messages);
        return new Reading(
                seconds,
                messages,
                (target.process().cpuMicros() - brokerMicros) / each,
                (target.store().cpuMicros() - storeMicros) / each,
                (THREADS.getCurrentThreadCpuTime() - loadNanos) / 1e9 / seconds);
    }

    /**
     * What was read.
     *
     * @param brokerMicros for each message
     * @param storeMicros for each message
     * @param loadBusy how much of the time the load's thread was at work: near 1 the broker may be able to do more
     */
    record Reading(double seconds, long messages, double brokerMicros, double storeMicros, double loadBusy) {}
}
