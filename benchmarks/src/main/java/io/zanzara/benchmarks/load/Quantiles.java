package io.zanzara.benchmarks.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies, in microseconds; all 0 if nothing was recorded. */
public record Quantiles(long count, double p50, double p90, double p99, double p999, double max) {

    private static final int DIGITS = 3;

    /** Makes a histogram of nanoseconds, up to a minute; longer counts as a minute. */
    static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(1), DIGITS);
    }

    static Quantiles of(Histogram nanos) {
        if (nanos.getTotalCount() == 0) {
            return new Quantiles(0, 0, 0, 0, 0, 0);
        }
        return new Quantiles(
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(90) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getValueAtPercentile(99.9) / 1e3,
                nanos.getMaxValue() / 1e3);
    }
}
