package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.Map;

/**
 * Connections that do nothing: what each takes of the process's memory is the slope between two numbers of them. A JVM collects its garbage
 * before it is looked at.
 */
record IdleScenario(String name, int few, int many) implements Scenario {

    @Override
    public Result run(Target target, double seconds) throws IOException {
        try (Network network = new Network(target.port())) {
            Crowd crowd = new Crowd(network);
            // A tenth of them before, so that what the first of all bring with them is there.
            crowd.connect(0, few / 10, i -> idle(network, i)).forEach(Client::disconnect);
            crowd.connect(0, few, i -> idle(network, i));
            Memory fewer = Memory.of(target);
            long startedAt = System.nanoTime();
            crowd.connect(few, many, i -> idle(network, i));
            double connectSeconds = (System.nanoTime() - startedAt) / 1e9;
            Memory more = Memory.of(target);
            return Result.of(
                    target.name(),
                    name,
                    Map.of(
                            "bytesPerConnection", more.processBytes(fewer, many - few),
                            "heapBytesPerConnection", more.heapBytes(fewer, many - few),
                            "connectsPerSecond", (many - few) / connectSeconds));
        }
    }

    private static Client idle(Network network, int index) throws IOException {
        return Client.connect(network, new Login("idle-" + index, true, null, 0), Traffic.NONE);
    }

    /** What a process has at a moment. */
    record Memory(long process, long heap) {

        static Memory of(Target target) throws IOException {
            long heap = target.process().collectGarbage();
            return new Memory(target.process().memoryBytes(), heap);
        }

        double processBytes(Memory before, int more) {
            return (process - before.process) / (double) more;
        }

        double heapBytes(Memory before, int more) {
            return (heap - before.heap) / (double) more;
        }
    }
}
