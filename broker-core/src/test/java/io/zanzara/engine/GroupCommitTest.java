package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.event.Counters;
import io.zanzara.message.ClientId;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What group commit writes, and what it need not write, as the counters tell. */
class GroupCommitTest {

    private static final int MESSAGES = 200;
    private static final ClientId SUBSCRIBER = new ClientId("subscriber");

    private final MemoryStore inner = new MemoryStore();
    private final GatedStore store = new GatedStore(inner);
    private final List<RawClient> open = new ArrayList<>();
    private Broker broker;
    private Counters counters;

    @BeforeEach
    void start() {
        broker = Broker.start(BrokerConfig.of(store).withPort(0));
        counters = broker.counters();
    }

    @AfterEach
    void stop() throws IOException {
        store.open(true);
        for (RawClient client : open) {
            client.close();
        }
        broker.close();
    }

    private RawClient connect(Packets.Connect options) throws IOException {
        RawClient client = RawClient.connect(broker.port(), Packets.MQTT_5, options);
        open.add(client);
        return client;
    }

    private void awaitNothingWaiting() {
        await().until(() -> counters.storeWaiting.sum() == 0 && store.isIdle());
    }

    /** Something has begun to be written, so that all that follows waits for the next batch. */
    private RawClient closeGate() throws IOException {
        RawClient publisher = connect(Packets.Connect.clean("publisher"));
        awaitNothingWaiting();
        store.open(false);
        publisher.send(Packets.MQTT_5.publish("first", "", 1, 1));
        await().until(() -> !store.isIdle());
        return publisher;
    }

    @Test
    void whatIsAcknowledgedBeforeItsBatchLeavesIsNeverWritten() throws IOException {
        RawClient subscriber =
                connect(Packets.Connect.persistent(SUBSCRIBER.value())).subscribe(1, "first", "t");
        RawClient publisher = closeGate();
        long before = counters.storeCancelled.sum();
        for (int i = 2; i <= MESSAGES; i++) {
            publisher.write(Packets.MQTT_5.publish("t", "m" + i, 1, i));
        }
        publisher.flush();
        for (int i = 1; i <= MESSAGES; i++) {
            Packet packet = subscriber.expect(Packet.PUBLISH);
            subscriber.send(Packets.MQTT_5.acknowledge(Packet.PUBACK, packet.packetIdentifier()));
        }
        await().until(() -> counters.queued.sum() == 0);
        store.open(true);
        for (int i = 1; i <= MESSAGES; i++) {
            assertThat(publisher.expect(Packet.PUBACK).packetIdentifier()).isEqualTo(i);
        }
        awaitNothingWaiting();
        assertThat(counters.storeCancelled.sum() - before).isGreaterThanOrEqualTo(MESSAGES - 1);
        assertThat(store.appended()).isEqualTo(1);
    }

    @Test
    void whatWasNeverWrittenNeedsNoDeletion() throws IOException {
        connect(Packets.Connect.persistent("away")).subscribe(1, "first").disconnect();
        RawClient subscriber =
                connect(Packets.Connect.persistent(SUBSCRIBER.value())).subscribe(1, "t");
        RawClient publisher = closeGate();
        for (int i = 2; i <= MESSAGES; i++) {
            publisher.send(Packets.MQTT_5.publish("t", "m" + i, 1, i));
            Packet packet = subscriber.expect(Packet.PUBLISH);
            subscriber.send(Packets.MQTT_5.acknowledge(Packet.PUBACK, packet.packetIdentifier()));
        }
        await().until(() -> counters.queued.sum() == 1);
        store.open(true);
        leave(subscriber);
        assertThat(store.appended()).isEqualTo(1);
        assertThat(store.deletions()).isZero();
        RawClient back = connect(Packets.Connect.persistent(SUBSCRIBER.value()));
        publisher.send(Packets.MQTT_5.publish("t", "written", 1, MESSAGES + 1));
        Packet packet = back.expect(Packet.PUBLISH);
        await().until(() -> store.appended() == 2);
        back.send(Packets.MQTT_5.acknowledge(Packet.PUBACK, packet.packetIdentifier()));
        await().until(() -> counters.queued.sum() == 1);
        leave(back);
        await().until(() -> store.deletions() == 1);
        assertThat(inner.countQueue(SUBSCRIBER, 0, Long.MAX_VALUE)).isZero();
    }

    /** A queue whose client leaves is deleted as far as it is done with. */
    private void leave(RawClient subscriber) throws IOException {
        subscriber.disconnect();
        await().until(() -> counters.connections.sum() == 1);
        awaitNothingWaiting();
    }

    @Test
    void aBatchGrowsWhileTheOneBeforeIsWrittenAndLeavesAsOne() throws IOException {
        connect(Packets.Connect.persistent(SUBSCRIBER.value()))
                .subscribe(1, "first", "t")
                .disconnect();
        await().until(() -> broker.clients().isEmpty());
        RawClient publisher = closeGate();
        long batches = counters.storeBatches.sum();
        for (int i = 2; i <= MESSAGES; i++) {
            publisher.write(Packets.MQTT_5.publish("t", "m" + i, 1, i));
        }
        publisher.flush();
        await().until(() -> counters.storeWaiting.sum() == MESSAGES - 1);
        assertThat(publisher.poll(java.time.Duration.ofMillis(50))).isNull();
        store.open(true);
        for (int i = 1; i <= MESSAGES; i++) {
            publisher.expect(Packet.PUBACK);
        }
        awaitNothingWaiting();
        assertThat(counters.storeBatches.sum() - batches).isEqualTo(2);
        assertThat(inner.countQueue(SUBSCRIBER, 0, Long.MAX_VALUE)).isEqualTo(MESSAGES);
    }

    /** With nothing under way, a message doesn't wait for others: each is a batch of its own. */
    @Test
    void anIdleLaneWaitsForNobody() throws IOException {
        connect(Packets.Connect.persistent(SUBSCRIBER.value()))
                .subscribe(1, "t")
                .disconnect();
        await().until(() -> broker.clients().isEmpty());
        RawClient publisher = connect(Packets.Connect.clean("publisher"));
        awaitNothingWaiting();
        long batches = counters.storeBatches.sum();
        for (int i = 1; i <= 20; i++) {
            publisher.send(Packets.MQTT_5.publish("t", "m" + i, 1, i));
            publisher.expect(Packet.PUBACK);
        }
        assertThat(counters.storeBatches.sum() - batches).isEqualTo(20);
        assertThat(store.appended()).isEqualTo(20);
    }
}
