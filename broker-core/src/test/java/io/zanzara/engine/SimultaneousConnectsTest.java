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
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two connections of one client that come so close together that the first is not served yet when the second arrives. */
class SimultaneousConnectsTest {

    private static final String TRIGGER = "trigger";

    private static final int CLIENTS = 4;
    private static final int VISITS = 400;

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
            // a session that is kept has to be stored before its CONNACK, and then it is too late for the first
            assertThat(first.expect(Packet.CONNACK).code()).isEqualTo(firstExpiry == 0 ? 0 : 0x80);
            if (level == 5 && firstExpiry == 0) {
                assertThat(first.expect(Packet.DISCONNECT).code()).isEqualTo(0x8E);
            }
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

    /** Clients of one name come and go as they like: whatever meets, no subscription, session or connection is left when the last has gone. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void nothingIsLeftOfClientsThatTakeOverFromEachOther(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (Broker broker =
                Broker.start(BrokerConfig.of(new MemoryStore()).withPort(0).withEventLoops(3))) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom own = random.split();
                clients.add(new Thread(() -> comeAndGo(broker.port(), own)));
            }
            clients.forEach(Thread::start);
            for (Thread client : clients) {
                client.join();
            }
            Counters counters = broker.counters();
            await().until(() -> counters.connections.sum() == 0);
            RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean("c"))
                    .disconnect();

            await().until(() -> counters.connections.sum() == 0 && counters.sessions.sum() == 0);
            assertThat(counters.subscriptions.sum()).isZero();
        }
    }

    private static void comeAndGo(int port, SplittableRandom random) {
        for (int i = 0; i < VISITS; i++) {
            Packets.Connect connect =
                    new Packets.Connect("c", random.nextInt(3) == 0, random.nextInt(3) * 50, 0, 0, null);
            if (random.nextInt(4) > 0) {
                connect = connect.withWill(new Packets.Will("t", "will", random.nextInt(3), false, random.nextInt(2)));
            }
            try (RawClient client = RawClient.open(port, Packets.MQTT_5)) {
                client.send(Packets.MQTT_5.connect(connect));
                client.send(Packets.MQTT_5.subscribe(1, 1, "t", "t/" + random.nextInt(50), "$share/g/t"));
                if (random.nextBoolean()) {
                    client.read();
                    client.read();
                }
                switch (random.nextInt(3)) {
                    case 0 -> client.send(Packets.MQTT_5.disconnect());
                    case 1 ->
                        client.send(Packets.withReason(
                                Packet.DISCONNECT, 0, 4, Properties.of(Properties.SESSION_EXPIRY, 0)));
                    default -> {
                        // the will is due
                    }
                }
            } catch (IOException e) {
                // taken over, as is to be expected
            }
        }
    }
}
