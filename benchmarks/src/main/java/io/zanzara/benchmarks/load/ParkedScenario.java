package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.Map;

/**
 * Sessions with one subscription each whose clients have gone.
 *
 * @param few how many there are when memory is looked at first; 0 for not at all
 * @param many how many there are in the end
 * @param keep whether they stay
 */
record ParkedScenario(String name, int few, int many, boolean keep) implements Scenario {

    private static final int MANY_AT_ONCE = 256; // Zanzara alone is asked to keep them

    @Override
    public Result run(Target target, double seconds) throws IOException {
        try (Network network = new Network(target.port())) {
            Crowd crowd = new Crowd(network);
            crowd.visit(0, few, ParkedScenario::login);
            IdleScenario.Memory fewer = IdleScenario.Memory.of(target);
            long startedAt = System.nanoTime();
            if (keep) {
                crowd.visit(few, many, MANY_AT_ONCE, ParkedScenario::login);
            } else {
                crowd.visit(few, many, ParkedScenario::login);
            }
            double parkSeconds = (System.nanoTime() - startedAt) / 1e9;
            IdleScenario.Memory more = IdleScenario.Memory.of(target);
            if (!keep) {
                crowd.visit(0, many, i -> login(i).forgetting());
            }
            return Result.of(
                    target.name(),
                    name,
                    Map.of(
                            "bytesPerSession", more.processBytes(fewer, many - few),
                            "heapBytesPerSession", more.heapBytes(fewer, many - few),
                            "parkedPerSecond", (many - few) / parkSeconds));
        }
    }

    static Login login(int index) {
        return new Login("parked-" + index, false, "parked/" + index, 1);
    }
}
