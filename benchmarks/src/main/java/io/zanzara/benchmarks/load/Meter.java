package io.zanzara.benchmarks.load;

import java.io.IOException;

/** What the broker and its store took from a moment on. */
final class Meter {

    private final Target target;
    private final long startedAt;
    private final long brokerMicros;
    private final long storeMicros;

    private Meter(Target target) throws IOException {
        this.target = target;
        brokerMicros = target.process().cpuMicros();
        storeMicros = target.store().cpuMicros();
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
                (target.store().cpuMicros() - storeMicros) / each);
    }

    /**
     * What was read.
     *
     * @param brokerMicros for each message
     * @param storeMicros for each message
     */
    record Reading(double seconds, long messages, double brokerMicros, double storeMicros) {}
}
