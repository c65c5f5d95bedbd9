package io.zanzara.benchmarks.load;

import java.io.IOException;

/** First as many messages as there may be, then half as many a second; what is told is the second. */
record HalfLoadScenario(String name, FlowPlan plan) implements Scenario {

    @Override
    public Result run(Target target, double seconds) throws IOException {
        Result saturated = new FlowScenario(name, plan, 0).run(target, seconds / 2);
        return new FlowScenario(name, plan, (int) Math.max(1, saturated.rate() / 2)).run(target, seconds);
    }
}
