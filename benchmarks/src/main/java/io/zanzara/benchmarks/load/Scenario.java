package io.zanzara.benchmarks.load;

import java.io.IOException;

/** Something that is done to a broker and measured. */
@FunctionalInterface
public interface Scenario {

    /**
     * Runs it, on connections of its own, and leaves nothing in the broker.
     *
     * @param seconds how long to measure, where that can be chosen; warming up comes before, settling after
     * @throws LoadException if the broker does not do what is needed
     */
    Result run(Target target, double seconds) throws IOException;
}
