package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Credentials;
import io.zanzara.conformance.Spec;
import io.zanzara.event.Counters;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two connections of one client that come so close together that the first is not served yet when the second arrives. */
class SimultaneousConnectsTest {

    private static final String TRIGGER = "trigger";

    private final List<CompletableFuture<Boolean>> held = new CopyOnWriteArrayList<>();

    /** All wait until the last comes; then, on the only loop and hence one right after the other, all may go on. */
    private CompletionStage<Boolean> authenticate(Credentials credentials) {
        if (!credentials.client().value().equals(TRIGGER)) {
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            held.add(answer);
            return answer;
        }
        held.forEach(answer -> answer.complete(true));
        return CompletableFuture.completedFuture(true);
    }

    @ParameterizedTest(name = "level {0}, first expiry {1}, second clean {2}, expiry {3}")
    @CsvSource({"5,0,true,0", "5,100,true,100", "5,100,false,100", "5,100,true,0", "4,0,true,0", "3,0,true,0"})
    @Spec(
            v5 = {"MQTT-3.1.4-3"},
            v311 = {"MQTT-3.1.4-2"})
    void onlyTheSecondIsServed(int level, long firstExpiry, boolean clean, long secondExpiry) throws Exception {
        BrokerConfig config =
                BrokerConfig.of(new MemoryStore()).withPort(0).withEventLoops(1).withAuthenticator(this::authenticate);
        Packets packets = new Packets(level);
        try (Broker broker = Broker.start(config);
                RawClient first = RawClient.open(broker.port(), packets);
                RawClient second = RawClient.open(broker.port(), packets)) {
            first.send(packets.connect(Packets.Connect.clean("c").expiry(firstExpiry)));
            await().until(() -> held.size() == 1);
            second.send(packets.connect(new Packets.Connect("c", clean, secondExpiry, 0, 0, null)));
            await().until(() -> held.size() == 2);
            RawClient.connect(broker.port(), packets, Packets.Connect.clean(TRIGGER))
                    .disconnect();

            assertThat(second.expect(Packet.CONNACK).code()).isZero();
            Packet refusal = first.expect(Packet.CONNACK);
            assertThat(refusal.code()).isEqualTo(level == 5 ? 0x80 : 3);
            first.expectClosed();
            second.subscribe(1, "t");
            assertThat(broker.counters().connections.sum()).isEqualTo(1);

            second.send(packets.disconnect());
            Counters counters = broker.counters();
            await().until(() -> counters.connections.sum() == 0);
            if (secondExpiry == 0) {
                assertThat(counters.sessions.sum()).isZero();
                assertThat(counters.subscriptions.sum()).isZero();
            }
        }
    }
}
