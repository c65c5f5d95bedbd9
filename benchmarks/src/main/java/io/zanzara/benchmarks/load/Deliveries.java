package io.zanzara.benchmarks.load;

import org.HdrHistogram.Histogram;

/** What has come in all, what is on its way, and how long it took. */
final class Deliveries {

    private final long[] outstanding;
    private final Histogram latency;
    private long received;
    private long unexpected;

    /**
     * @param publishers how many there are, numbered from 0
     * @param latency takes the nanoseconds from the moment a message was to be sent to its arrival
     */
    Deliveries(int publishers, Histogram latency) {
        this.outstanding = new long[publishers];
        this.latency = latency;
    }

    /** Copies of a message are on their way. */
    void sent(int publisher, int copies) {
        outstanding[publisher] += copies;
    }

    /** How many copies of one publisher's messages are on their way. */
    long outstanding(int publisher) {
        return outstanding[publisher];
    }

    long outstanding() {
        long sum = 0;
        for (long each : outstanding) {
            sum += each;
        }
        return sum;
    }

    /** How many messages came in all. */
    long received() {
        return received;
    }

    /** Messages of a wrong QoS or nobody's, and acknowledgements of nothing. */
    long unexpectedCount() {
        return unexpected;
    }

    /**
     * A message has come.
     *
     * @param accounted how many it accounts for, see {@link StreamCheck#received}
     * @param intended when it was to be sent, by {@link System#nanoTime}
     */
    void received(int publisher, long accounted, long intended) {
        received++;
        outstanding[publisher] -= accounted;
        latency.recordValue(Math.max(0, Math.min(latency.getHighestTrackableValue(), System.nanoTime() - intended)));
    }

    /** Something has come that should not. */
    void unexpected() {
        unexpected++;
    }
}
