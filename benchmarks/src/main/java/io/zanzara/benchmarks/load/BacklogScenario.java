package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Messages that wait for a session of their own, and stay. */
record BacklogScenario(String name, int messages) implements Scenario {

    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(20);
    private static final int PUBLISHERS = 4;
    private static final int WINDOW = 500;

    @Override
    public Result run(Target target, double seconds) throws IOException {
        FlowPlan plan = new FlowPlan(name, PUBLISHERS, 1, FlowPlan.Shape.FAN_IN, 1, true, 1, WINDOW);
        try (Flow flow = new Flow(target, plan)) {
            flow.subscribe();
            flow.leave();
            flow.connectPublishers();
            flow.saturate(LONGEST_NANOS, messages);
            flow.settle();
            return Result.of(target.name(), name, Map.of("backlog", (double) flow.acknowledged()));
        }
    }
}
