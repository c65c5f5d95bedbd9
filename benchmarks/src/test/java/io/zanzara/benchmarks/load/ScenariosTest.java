package io.zanzara.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.memory.MemoryStore;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scenario against a broker in this process: each measures something, finds no fault, and leaves nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenariosTest {

    private static final double SECONDS = 0.2;

    private final Broker broker =
            Broker.start(BrokerConfig.of(new MemoryStore()).withPort(0));
    private final Target target =
            new Target("zanzara", broker.port(), ProcessHandle.current().pid(), 0);

    @BeforeAll
    void isThere() {
        assertThat(broker.clients()).isEmpty();
    }

    @AfterAll
    void close() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flow-qos0",
                "flow-qos1",
                "flow-qos2",
                "paced-qos1-5000",
                "persistent-qos1",
                "persistent-qos2",
                "half-load-qos1",
                "fan-out-100",
                "fan-in-20"
            })
    void messagesFlow(String name) throws Exception {
        Result result = Scenarios.named(name).run(target, SECONDS);
        assertThat(result.isSound()).as(result.toRow()).isTrue();
        assertThat(result.messages()).isPositive();
        assertThat(result.latency().p50()).isPositive();
        assertThat(result.rate()).isPositive();
        if (!name.endsWith("qos0")) {
            assertThat(result.acknowledgement().count()).isPositive();
        }
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"offline-5", "drain-3000"})
    void whatIsPublishedToOfflineSessionsComesWhenTheyReturn(String name) throws Exception {
        Result result = Scenarios.named(name).run(target, SECONDS);
        assertThat(result.isSound()).as(result.toRow()).isTrue();
        assertThat(result.messages()).isPositive();
        assertThat(result.figures().get("drainedPerSecond")).isPositive();
        assertThat(result.figures().get("backlog")).isGreaterThanOrEqualTo(result.messages());
        nothingIsLeft();
    }

    @Test
    void drainFillsExactlyTheBacklogAsked() throws Exception {
        Result result = Scenarios.named("drain-1234").run(target, SECONDS);
        assertThat(result.figures()).containsEntry("backlog", 1_234.0);
    }

    @Test
    void manyClientsComeAndGo() throws Exception {
        Target withoutProcess = new Target("zanzara", broker.port(), 0, 0);
        for (String name : new String[] {"idle-20-50", "parked-20-50", "storm-50"}) {
            Result result = Scenarios.named(name).run(withoutProcess, SECONDS);
            assertThat(result.figures()).as(name).isNotEmpty();
            assertThat(result.failure()).isNull();
            nothingIsLeft();
        }
    }

    @Test
    void aScenarioThatIsNotThereIsRefusedWithThoseThatAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Scenarios.named("flow-qos3"))
                .withMessageContaining("paced-qos1-RATE");
    }

    @Test
    void aBrokerThatIsNotThereIsNamedAsTheFailure() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Target gone = new Target("gone", port, 0, 0);
        assertThatThrownBy(() -> Scenarios.named("flow-qos1").run(gone, SECONDS))
                .isInstanceOf(LoadException.class);
        assertThat(Measure.run(gone, SECONDS, "flow-qos1").failure()).contains("refused");
    }

    private void nothingIsLeft() {
        await().until(() -> broker.clients().isEmpty());
        assertThat(broker.counters().sessions.sum()).isZero();
    }
}
