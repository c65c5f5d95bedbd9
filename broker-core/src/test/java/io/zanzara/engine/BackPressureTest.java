package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.Qos;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is slowed while the store is away, and who is not. */
class BackPressureTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int RECEIVE_MAXIMUM = 50;
    private static final int BUDGET_BYTES = 1 << 20;
    private static final int LARGE = 20_000;
    private static final long KEEP_ALIVE_IS_OVER_NANOS = TimeUnit.MILLISECONDS.toNanos(3_000);

    private static final long SEVERAL_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(2_000);

    private final AwayStore store = new AwayStore(new MemoryStore());
    private final Queue<BrokerEvent> events = new ConcurrentLinkedQueue<>();
    private final Broker broker = Broker.start(BrokerConfig.of(store)
            .withPort(0)
            .withLimits(TestLimits.of(RECEIVE_MAXIMUM, BUDGET_BYTES))
            .withEventListeners(List.of(events::add)));

    @AfterEach
    void stop() {
        store.setAway(false);
        broker.close();
    }

    /** MQTT 3.1.1 knows no receive maximum: such a client may have any number under way, and must get to say PUBREL. */
    @Test
    void aPublisherThatOwesItsReleasesIsReadFrom() throws Exception {
        int count = 10 * RECEIVE_MAXIMUM;
        try (RawClient publisher =
                RawClient.connect(broker.port(), Packets.MQTT_3_1_1, Packets.Connect.persistent("pub"))) {
            publish(publisher, "t", 2, count, 10);
            for (int i = 1; i <= count; i++) {
                assertThat(publisher.expect(Packet.PUBREC).packetIdentifier()).isEqualTo(i);
            }
            for (int i = 1; i <= count; i++) {
                publisher.send(publisher.packets().acknowledge(Packet.PUBREL, i));
                assertThat(publisher.expect(Packet.PUBCOMP).packetIdentifier()).isEqualTo(i);
            }
        }
    }

    /** A client's quota begins anew with its connection; its exchanges go on. */
    @Test
    void exchangesOfAnEarlierConnectionDoNotCountAgainstTheReceiveMaximum() throws Exception {
        try (RawClient before = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.persistent("pub"))) {
            publish(before, "t", 2, RECEIVE_MAXIMUM, 10);
            for (int i = 1; i <= RECEIVE_MAXIMUM; i++) {
                before.expect(Packet.PUBREC);
            }
        }
        try (RawClient publisher =
                RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.persistent("pub"))) {
            for (int i = 1; i <= RECEIVE_MAXIMUM; i++) {
                publisher.send(Packets.MQTT_5.publish("t", "new", 2, RECEIVE_MAXIMUM + i));
                assertThat(publisher.expect(Packet.PUBREC).packetIdentifier()).isEqualTo(RECEIVE_MAXIMUM + i);
            }
            for (int i = 1; i <= 2 * RECEIVE_MAXIMUM; i++) {
                publisher.send(Packets.MQTT_5.acknowledge(Packet.PUBREL, i));
                assertThat(publisher.expect(Packet.PUBCOMP).packetIdentifier()).isEqualTo(i);
            }
            publish(publisher, "t", 2, RECEIVE_MAXIMUM + 1, 10);
            Packet last = publisher.read();
            while (last.type() == Packet.PUBREC) {
                last = publisher.read();
            }
            assertThat(last.type()).isEqualTo(Packet.DISCONNECT);
            assertThat(last.code()).isEqualTo(0x93);
        }
    }

    /** It cannot be heard while it is not read from. */
    @Test
    void aPublisherThatIsNotReadFromIsNotHeldToItsKeepAlive() throws Exception {
        persistentSession("offline");
        try (RawClient publisher = RawClient.connect(
                broker.port(),
                Packets.MQTT_3_1_1,
                Packets.Connect.persistent("pub").keepAlive(1))) {
            store.setAway(true);
            publish(publisher, "kept/x", 1, 3 * RECEIVE_MAXIMUM, 10);
            await().atMost(PATIENCE).until(() -> published("pub") == RECEIVE_MAXIMUM);
            long began = System.nanoTime();
            await().atMost(PATIENCE).until(() -> System.nanoTime() - began > KEEP_ALIVE_IS_OVER_NANOS);
            assertThat(published("pub")).isEqualTo(RECEIVE_MAXIMUM);
            store.setAway(false);
            for (int i = 1; i <= 3 * RECEIVE_MAXIMUM; i++) {
                assertThat(publisher.expect(Packet.PUBACK).packetIdentifier()).isEqualTo(i);
            }
        }
    }

    /** What its receiver acknowledges is never written, so it must not fill the memory while nothing can be written. */
    @Test
    void messagesThatAreAcknowledgedByTheirReceiverTakeNoRoomWhileTheStoreIsAway() throws Exception {
        try (Clients.Paho online = new Clients.Paho(broker.port(), "online").connect(false);
                Clients.Paho publisher = new Clients.Paho(broker.port(), "pub").connect(true)) {
            online.subscribe("kept/#", 1);
            setAway();
            int count = 5 * BUDGET_BYTES / LARGE;
            List<IMqttDeliveryToken> acknowledgements = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                acknowledgements.add(publisher.send("kept/x", "x".repeat(LARGE), 1, false));
            }
            for (IMqttDeliveryToken each : acknowledgements) {
                each.waitForCompletion(PATIENCE.toMillis());
            }
            assertThat(online.received).hasSize(count);
            assertThat(broker.isStoreAvailable()).isFalse();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(broker.counters().storeWaiting.sum()).isLessThan(10));
        }
    }

    /** A deletion for each look at the queue would pile up as long as the store is away. */
    @Test
    void aQueueHasOneDeletionUnderWayAtMost() throws Exception {
        try (Clients.Paho online = new Clients.Paho(broker.port(), "online").connect(false);
                Clients.Paho publisher = new Clients.Paho(broker.port(), "pub").connect(true)) {
            online.subscribe("kept/#", 1);
            setAway();
            long began = System.nanoTime();
            while (System.nanoTime() - began < SEVERAL_LOOKS_NANOS) {
                publisher.publish("kept/x", "x", 1);
            }
            // the session's record and the deletion, and what was acknowledged since the lane last looked
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(broker.counters().storeWaiting.sum()).isLessThanOrEqualTo(2));
        }
    }

    /** Publishers for sessions that are away fill the budget; they wait, and nobody else. */
    @Test
    void thoseWhoNeedNoStoreGoOnWhileOthersHaveFilledTheBudget() throws Exception {
        persistentSession("offline");
        try (RawClient one = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.persistent("one"));
                RawClient two = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.persistent("two"));
                Clients.Paho clean = new Clients.Paho(broker.port(), "clean").connect(true)) {
            clean.subscribe("passing/#", 1);
            setAway();
            publish(one, "kept/x", 1, RECEIVE_MAXIMUM, LARGE);
            publish(two, "kept/x", 1, RECEIVE_MAXIMUM, LARGE);
            await().atMost(PATIENCE).until(() -> published("one") + published("two") >= BUDGET_BYTES / LARGE);
            for (int i = 0; i < 100; i++) {
                clean.send("passing/x", "m" + i, i % 2, false);
            }
            await().atMost(PATIENCE).until(() -> clean.received.size() == 100);
            // what one read had brought in is handled still
            assertThat(published("one") + published("two")).isLessThan(BUDGET_BYTES / LARGE + 25);
            store.setAway(false);
            for (RawClient each : List.of(one, two)) {
                for (int i = 1; i <= RECEIVE_MAXIMUM; i++) {
                    assertThat(each.expect(Packet.PUBACK).packetIdentifier()).isEqualTo(i);
                }
            }
        }
    }

    /** Incoming QoS 2 messages and retained ones wait for the store with all their bytes. */
    @Test
    void everythingThatWaitsCountsAgainstTheBudget() throws Exception {
        try (RawClient one = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.persistent("one"));
                Clients.Paho two = new Clients.Paho(broker.port(), "two").connect(true)) {
            setAway();
            publish(one, "kept/x", 2, RECEIVE_MAXIMUM, 2 * LARGE);
            await().atMost(PATIENCE).until(() -> published("one") > BUDGET_BYTES / LARGE / 2);
            for (int i = 0; i < 3 * BUDGET_BYTES / LARGE; i++) {
                two.send("retained/" + i, "x".repeat(LARGE), 0, true);
            }
            long most = 2L * BUDGET_BYTES / LARGE + 10;
            await().during(Duration.ofMillis(500))
                    .atMost(PATIENCE)
                    .until(() -> published("one") * 2 + published("two") <= most);
            store.setAway(false);
            await().atMost(PATIENCE)
                    .until(() -> published("two") == 3 * BUDGET_BYTES / LARGE && published("one") == RECEIVE_MAXIMUM);
        }
    }

    /** From now on a batch is stuck in the lane, with nothing in it that the tests count. */
    private void setAway() {
        store.setAway(true);
        broker.publish("first", new byte[0], Qos.AT_LEAST_ONCE, true);
        await().atMost(PATIENCE).until(() -> broker.counters().storeRetries.sum() > 0);
    }

    private void persistentSession(String clientId) throws Exception {
        try (Clients.Paho offline = new Clients.Paho(broker.port(), clientId)) {
            offline.connect(false).subscribe("kept/#", 1).disconnect();
        }
    }

    private static void publish(RawClient publisher, String topic, int qos, int count, int bytes) throws IOException {
        for (int i = 1; i <= count; i++) {
            publisher.write(publisher.packets().publish(topic, "x".repeat(bytes), qos, i));
        }
        publisher.flush();
    }

    private long published(String client) {
        return events.stream()
                .filter(event -> event instanceof BrokerEvent.Published published
                        && published.publication().publisher().value().equals(client))
                .count();
    }
}
