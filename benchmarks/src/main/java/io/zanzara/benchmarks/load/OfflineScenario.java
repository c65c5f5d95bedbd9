package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Publishes to sessions whose clients are away, and then has them come back for it all at once. What is counted are acknowledgements.
 *
 * @param most how many messages wait at last, or 0 for as many as the time allows
 */
record OfflineScenario(String name, FlowPlan plan, long most) implements Scenario {

    private static final long FILL_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final double STALLED_SECONDS = 5;

    @Override
    public Result run(Target target, double seconds) throws IOException {
        try (Flow flow = new Flow(target, plan)) {
            flow.forgetSessions();
            flow.subscribe();
            flow.leave();
            flow.connectPublishers();
            Meter meter = Meter.start(target);
            if (most > 0) {
                flow.saturate(FILL_NANOS, most);
                flow.settle();
            } else {
                flow.saturate((long) (seconds * 1e9));
            }
            Meter.Reading reading = meter.read(flow.acknowledged());
            Quantiles acknowledgement = flow.acknowledgement();
            flow.settle();
            flow.resetLatencies();
            Map<String, Double> figures = drain(flow, reading.loadBusy(), Math.max(10, 4 * seconds));
            Faults faults = flow.faults();
            Quantiles none = new Quantiles(0, 0, 0, 0, 0, 0);
            flow.leave();
            flow.forgetSessions();
            return new Result(
                    target.name(),
                    name,
                    reading.seconds(),
                    reading.messages(),
                    reading.brokerMicros(),
                    reading.storeMicros(),
                    none,
                    acknowledgement,
                    faults,
                    figures,
                    null);
        }
    }

    private static Map<String, Double> drain(Flow flow, double loadBusy, double longest) throws IOException {
        Meter meter = Meter.start(flow.target());
        long startedAt = System.nanoTime();
        long progressAt = startedAt;
        List<Client> clients = flow.returnAll();
        long received = 0;
        while (received < flow.sent() && seconds(progressAt) < STALLED_SECONDS && seconds(startedAt) < longest) {
            flow.turn();
            if (flow.received() > received) {
                received = flow.received();
                progressAt = System.nanoTime();
            }
        }
        double drainSeconds = (progressAt - startedAt) / 1e9;
        Meter.Reading reading = meter.read(received);
        double first = 0;
        for (int i = 0; i < clients.size(); i++) {
            long at = flow.subscribers().get(i).firstAt();
            first = Math.max(
                    first, at == 0 ? longest * 1e3 : (at - clients.get(i).acceptedAt()) / 1e6);
        }
        return Map.of(
                Result.LOAD_BUSY,
                loadBusy,
                "backlog",
                (double) flow.sent(),
                "drainedPerSecond",
                received / Math.max(1e-9, drainSeconds),
                "drainMicros",
                reading.brokerMicros(),
                "firstMessageMillis",
                Math.max(0, first));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
