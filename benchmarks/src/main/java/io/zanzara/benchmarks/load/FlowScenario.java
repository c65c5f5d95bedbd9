package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.Map;

/**
 * Messages flow from publishers to subscribers that are there.
 *
 * @param rate messages a second in all, or 0 for as many as there may be
 */
record FlowScenario(String name, FlowPlan plan, int rate) implements Scenario {

    @Override
    public Result run(Target target, double seconds) throws IOException {
        try (Flow flow = new Flow(target, plan)) {
            flow.forgetSessions();
            flow.subscribe();
            flow.connectPublishers();
            send(flow, warmUp(seconds));
            flow.resetLatencies();
            long before = flow.received();
            Meter meter = Meter.start(target);
            send(flow, seconds);
            Meter.Reading reading = meter.read(flow.received() - before);
            Quantiles latency = flow.latency();
            Quantiles acknowledgement = flow.acknowledgement();
            flow.settle();
            Faults faults = flow.faults();
            flow.leave();
            flow.forgetSessions();
            return new Result(
                    target.name(),
                    name,
                    reading.seconds(),
                    reading.messages(),
                    reading.brokerMicros(),
                    reading.storeMicros(),
                    latency,
                    acknowledgement,
                    faults,
                    Map.of(Result.LOAD_BUSY, reading.loadBusy()),
                    null);
        }
    }

    /** As long as what is measured, but neither a moment nor longer than five seconds. */
    static double warmUp(double seconds) {
        return Math.min(5, Math.max(0.5, seconds / 2));
    }

    private void send(Flow flow, double seconds) throws IOException {
        long nanos = (long) (seconds * 1e9);
        if (rate == 0) {
            flow.saturate(nanos);
        } else {
            flow.pace(nanos, rate);
        }
    }
}
