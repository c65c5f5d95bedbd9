package io.zanzara.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class ResultTest {

    private static final Quantiles LATENCY = new Quantiles(3, 1.5, 2, 3.25, 4, 5);
    private static final Quantiles NONE = new Quantiles(0, 0, 0, 0, 0, 0);

    @Test
    void isOneLineOfJsonThatSaysEverything() {
        Result result = new Result(
                "a \"quoted\" broker",
                "flow-qos1",
                2,
                4_000_001,
                1.23456,
                0,
                LATENCY,
                NONE,
                new Faults(1, 2, 3, 4, 5),
                Map.of("bytesPerConnection", 3_200.5),
                null);
        String json = result.toJson();
        assertThat(json.lines()).hasSize(1);
        Document read = Document.parse(json);
        assertThat(read.getString("broker")).isEqualTo("a \"quoted\" broker");
        assertThat(json).contains("\"messages\": 4000001,", "\"messagesPerSecond\": 2000001,", "\"resent\": 4,");
        assertThat(read.getDouble("brokerMicrosPerMessage")).isEqualTo(1.235);
        assertThat(read.get("latencyMicros", Document.class).getDouble("p99")).isEqualTo(3.25);
        assertThat(read).doesNotContainKeys("acknowledgementMicros", "failure");
        assertThat(read.getDouble("bytesPerConnection")).isEqualTo(3_200.5);
    }

    @Test
    void aFailureIsInBothAndIsNotSound() {
        Result failed = Result.failed("broker", "offline-10", "the broker closed the connection");
        assertThat(Document.parse(failed.toJson()).getString("failure")).isEqualTo("the broker closed the connection");
        assertThat(failed.toRow()).contains("offline-10", "the broker closed the connection");
        assertThat(failed.isSound()).isFalse();
    }

    @Test
    void theTableSaysWhatTheCheckFound() {
        Result result = new Result(
                "broker", "flow-qos0", 1, 10, 0, 0, LATENCY, LATENCY, new Faults(7, 0, 0, 1_000, 0), Map.of(), null);
        assertThat(result.toRow()).endsWith("7 lost, 1,000 again with DUP");
        assertThat(result.isSound()).isFalse();
        assertThat(new Faults(0, 0, 0, 9, 0).areNone()).isTrue();
    }

    @Test
    void quantilesAreThoseOfTheHistogram() {
        Histogram nanos = Quantiles.histogram();
        for (int i = 1; i <= 1_000; i++) {
            nanos.recordValue(i * 1_000L);
        }
        Quantiles quantiles = Quantiles.of(nanos);
        assertThat(quantiles.count()).isEqualTo(1_000);
        assertThat(quantiles.p50()).isCloseTo(500, within(1.0));
        assertThat(quantiles.p99()).isCloseTo(990, within(1.0));
        assertThat(quantiles.max()).isCloseTo(1_000, within(1.0));
        assertThat(Quantiles.of(Quantiles.histogram())).isEqualTo(NONE);
    }

    @Test
    void readsWhatLinuxSaysOfAProcess() {
        String stat = "17 (a ) name) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 12 0 1 2 3";
        assertThat(ProcessUsage.cpuMicros(stat)).isEqualTo(3_000_000);
        assertThat(ProcessUsage.memoryBytes("Rss:   2000 kB\nPss:  1024 kB\nPss_Dirty: 5 kB\n"))
                .isEqualTo(1 << 20);
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessUsage.memoryBytes("nothing"));
        assertThat(ProcessUsage.liveBytes(" 1: 5 6 x\nTotal        100        4242\n"))
                .isEqualTo(4_242);
    }

    @Test
    void readsItsOwnProcess() throws Exception {
        ProcessUsage self = new ProcessUsage(ProcessHandle.current().pid());
        assertThat(self.memoryBytes()).isGreaterThan(1 << 20);
        assertThat(self.cpuMicros()).isPositive();
        assertThat(new ProcessUsage(0).cpuMicros()).isZero();
        assertThat(new ProcessUsage(0).memoryBytes()).isZero();
    }
}
