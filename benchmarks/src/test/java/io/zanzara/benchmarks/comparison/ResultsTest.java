package io.zanzara.benchmarks.comparison;

import static io.zanzara.benchmarks.comparison.Contender.EMBEDDED;
import static io.zanzara.benchmarks.comparison.Contender.MOSQUITTO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zanzara.benchmarks.load.Faults;
import io.zanzara.benchmarks.load.Quantiles;
import io.zanzara.benchmarks.load.Result;
import io.zanzara.benchmarks.load.Scenarios;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    private static final Quantiles LATENCY = new Quantiles(3, 1_500, 2_000, 3_250, 4_000, 5_000);

    private final Results results = new Results();

    private void add(String broker, String scenario, long rate, long lost) {
        results.add(new Result(
                broker,
                scenario,
                1,
                rate,
                2.5,
                0,
                LATENCY,
                LATENCY,
                new Faults(lost, 0, 0, 0, 0),
                Map.of("x", (double) rate),
                null));
    }

    private void addPaced(String scenario, long rate, double brokerMicros, double acknowledgedMicros) {
        Quantiles acknowledgement = new Quantiles(3, 10, 10, acknowledgedMicros, 9_000, 9_000);
        results.add(new Result(
                EMBEDDED, scenario, 1, rate, brokerMicros, 0, LATENCY, acknowledgement, Faults.NONE, Map.of(), null));
    }

    private void fail(String broker, String scenario) {
        results.add(new Result(
                broker,
                scenario,
                0,
                0,
                0,
                0,
                LATENCY,
                LATENCY,
                Faults.NONE,
                Map.of(),
                "the broker closed the connection"));
    }

    @Test
    void theRoundInTheMiddleCountsWithTheFaultsOfAll() {
        add(EMBEDDED, "flow-qos1", 300, 0);
        add(EMBEDDED, "flow-qos1", 100, 7);
        add(EMBEDDED, "flow-qos1", 200, 0);
        Result median = results.medians("flow-qos1").get(0);
        assertThat(median.rate()).isEqualTo(200);
        assertThat(median.faults().lost()).isEqualTo(7);
        assertThat(median.figures()).containsEntry("x", 200.0);
    }

    @Test
    void whereThePaceIsGivenTheMiddleIsThatOfWhatItIsRunFor() {
        for (String scenario : List.of(Plan.PACED, Plan.HALF_LOAD)) {
            addPaced(scenario, 300, 2, 7_000);
            addPaced(scenario, 200, 3, 8_000);
            addPaced(scenario, 100, 1, 6_000);
            Result median = results.medians(scenario).get(0);
            assertThat(median.brokerMicros()).isEqualTo(2);
            assertThat(median.acknowledgement().p99()).isEqualTo(7_000);
        }
    }

    @Test
    void aFailureOfFewRoundsIsPassedOverAndOneOfMostIsTold() {
        add(EMBEDDED, "flow-qos1", 300, 0);
        add(EMBEDDED, "flow-qos1", 100, 0);
        fail(EMBEDDED, "flow-qos1");
        assertThat(results.medians("flow-qos1").get(0).rate()).isEqualTo(100);
        fail(EMBEDDED, "flow-qos1");
        assertThat(results.medians("flow-qos1").get(0).failure()).isNotNull();
        assertThat(results.figure("flow-qos1", EMBEDDED, Result::rate)).isEmpty();
    }

    @Test
    void numbersBehindANameDoNotMatter() {
        results.add(Result.of(EMBEDDED, "growth-sessions-1000", Map.of("brokerMicros", 2.0)));
        results.add(Result.of(EMBEDDED, "growth-sessions-100", Map.of("brokerMicros", 1.0)));
        assertThat(results.extra("growth-sessions-100", EMBEDDED, "brokerMicros"))
                .hasValue(1);
        assertThat(results.extra("growth-sessions", EMBEDDED, "brokerMicros")).hasValue(2);
        assertThat(results.extra("growth", EMBEDDED, "nothing")).isEmpty();
    }

    @Test
    void anAimSaysHowFarItIsReached() {
        add(EMBEDDED, Plan.FLOW_1, 350_000, 0);
        add(MOSQUITTO, Plan.FLOW_1, 100_000, 0);
        add(EMBEDDED, Plan.FLOW_0, 900_000, 0);
        add(MOSQUITTO, Plan.FLOW_0, 100_000, 0);
        results.add(Result.of(EMBEDDED, "idle-1-2", Map.of("bytesPerConnection", 8_192.0)));
        Aims.Aim flow1 = aim("QoS 1 flow, clean sessions", MOSQUITTO);
        assertThat(flow1.isReached()).isFalse();
        assertThat(flow1.value()).hasValue(3.5);
        assertThat(flow1.part()).hasValue(0.5);
        assertThat(aim("QoS 0 flow, clean sessions", MOSQUITTO).isReached()).isTrue();
        assertThat(aim("memory of an idle connection", "").part()).hasValue(0.5);
        Aims.Aim unknown = aim("QoS 2 flow", MOSQUITTO);
        assertThat(unknown.value()).isEmpty();
        assertThat(unknown.isReached()).isFalse();
    }

    private Aims.Aim aim(String work, String against) {
        return Aims.of(results).stream()
                .filter(each -> each.work().equals(work) && each.against().equals(against))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thePageHasTablesAimsAndCharts(@TempDir Path folder) throws Exception {
        add(EMBEDDED, Plan.FLOW_1, 350_000, 3);
        add(MOSQUITTO, Plan.FLOW_1, 100_000, 0);
        fail(MOSQUITTO, Plan.OFFLINE);
        add(EMBEDDED, Plan.OFFLINE, 200_000, 0);
        results.add(Result.of(EMBEDDED, "growth-sessions-100", Map.of("brokerMicros", 2.0)));
        results.add(Result.of(EMBEDDED, "growth-sessions-1000", Map.of("brokerMicros", 2.2)));
        Path file = folder.resolve("benchmarks.md");
        new Page(Plan.quick(), results, List.of(Contender.HIVEMQ)).write(file);
        String page = Files.readString(file);
        assertThat(page)
                .contains(
                        "| Zanzara, embedded | 350,000 | 2.50 |  | 1.50 | 3.25 | 4 | 1.50 | 3.25 | x 350,000 | 3 lost |")
                .contains("| QoS 1 flow, clean sessions | Mosquitto | ≥ 7 × | 3.50 × | **not reached**, 50% of it |")
                .contains("| Mosquitto | | | | | | | | | the broker closed the connection | |")
                .contains("Not to be had on this machine: HiveMQ CE.")
                .contains("![Messages a second, clean sessions](benchmarks/flow.svg)");
        for (String chart : List.of("flow", "durable", "growth")) {
            assertThat(folder.resolve("benchmarks").resolve(chart + ".svg"))
                    .content()
                    .contains("<svg", "</svg>");
        }
    }

    @Test
    void theMachineIsToldInWords() {
        String words = Machine.describe(
                "processor : 0\nmodel name\t: Some CPU\nprocessor : 1\nmodel name : Some CPU\n",
                "MemTotal:       25165824 kB\n",
                "17.0.15");
        assertThat(words).startsWith("2 cores (Some CPU), 24 GB of memory, Linux, Java 17.0.15");
    }

    @Test
    void everyPlannedScenarioIsThere() {
        for (Plan plan : List.of(Plan.quick(), Plan.full())) {
            assertThat(plan.steps()).isNotEmpty();
            plan.steps()
                    .forEach(
                            step -> assertThat(Scenarios.named(step.scenario())).isNotNull());
        }
    }

    @Test
    void somePartOfAPlanCanBeChosen() {
        Plan some = Plan.quick().only(List.of(Plan.FAN_OUT, Plan.FLOW_1));
        assertThat(some.steps()).extracting(Plan.Step::scenario).containsExactly(Plan.FLOW_1, Plan.FAN_OUT);
        assertThat(some.limitSeconds()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Plan.quick().only(List.of("flow-qos1", "flow-qos9")))
                .withMessageContaining("drain-100000");
    }

    @Test
    void numbersHaveAsManyDigitsAsTheyNeed() {
        assertThat(Page.number(0.456)).isEqualTo("0.46");
        assertThat(Page.number(4)).isEqualTo("4");
        assertThat(Page.number(123_456.7)).isEqualTo("123,457");
    }
}
