package io.zanzara.benchmarks.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.benchmarks.load.Result;
import io.zanzara.benchmarks.load.Scenarios;
import io.zanzara.benchmarks.load.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassThroughTest {

    @ParameterizedTest
    @ValueSource(strings = {"flow-qos0", "flow-qos1", "fan-out-20"})
    void handsEveryMessageOnOnceAndInOrder(String scenario) throws Exception {
        try (PassThrough limit = PassThrough.start(0)) {
            Result result = Scenarios.named(scenario).run(new Target("limit", limit.port(), 0, 0), 0.2);
            assertThat(result.isSound()).as(result.toRow()).isTrue();
            assertThat(result.messages()).isPositive();
        }
    }
}
