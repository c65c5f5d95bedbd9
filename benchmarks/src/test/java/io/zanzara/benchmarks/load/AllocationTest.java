package io.zanzara.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.zanzara.benchmarks.limits.PassThrough;
import io.zanzara.benchmarks.load.FlowPlan.Shape;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load must not be what is measured: a message costs it no object. */
class AllocationTest {

    private static final int SMALLEST_OBJECT = 16;
    private static final long NANOS = 100_000_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aMessageAllocatesNothing(int qos) throws Exception {
        try (PassThrough broker = PassThrough.start(0);
                Flow flow = new Flow(
                        new Target("limit", broker.port(), 0, 0),
                        new FlowPlan("load", 4, 4, Shape.PAIRS, qos, false, 1, 500))) {
            flow.subscribe();
            flow.connectPublishers();
            flow.saturate(NANOS);
            long received = flow.received();
            long before = threads.getCurrentThreadAllocatedBytes();
            while (flow.received() - received < 20_000) {
                flow.saturate(NANOS);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated / (double) (flow.received() - received)).isLessThan(SMALLEST_OBJECT / 2.0);
        }
    }
}
