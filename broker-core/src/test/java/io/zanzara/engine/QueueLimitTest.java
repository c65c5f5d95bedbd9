package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.event.Counter;
import io.zanzara.message.ClientId;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told what, and what is counted, when queues are full; that the limit holds while messages wait for the store. */
class QueueLimitTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int LIMIT = 10;

    private final SlowStore store = new SlowStore(new MemoryStore());
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final List<RawClient> open = new ArrayList<>();
    private Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));

    @AfterEach
    void stop() throws IOException {
        store.letGo();
        for (RawClient client : open) {
            client.close();
        }
        broker.close();
    }

    private void restart(Limits limits) {
        broker.close();
        broker = Broker.start(
                BrokerConfig.of(store).withPort(0).withLimits(limits).withEventListeners(List.of(events::add)));
    }

    private void restart(QueuePolicy policy) {
        restart(Limits.DEFAULTS.withQueue(LIMIT, 0, policy));
    }

    private RawClient connect(Packets packets, Packets.Connect options) throws IOException {
        RawClient client = RawClient.connect(broker.port(), packets, options);
        open.add(client);
        return client;
    }

    private void away(String name, String filter, int qos) throws IOException {
        connect(Packets.MQTT_5, Packets.Connect.persistent(name))
                .subscribe(qos, filter)
                .disconnect();
        // else what comes next could still be sent to it, and what was sent is not dropped
        await().until(() ->
                broker.clients().stream().noneMatch(each -> each.clientId().equals(name)));
    }

    private static int publish(RawClient publisher, String topic, String payload) throws IOException {
        publisher.send(publisher.packets().publish(topic, payload, 1, 7));
        return publisher.expect(Packet.PUBACK).code();
    }

    private List<String> drain(String name, int count) throws IOException {
        RawClient client =
                connect(Packets.MQTT_5, Packets.Connect.persistent(name).window(60_000));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Packet packet = client.expect(Packet.PUBLISH);
            texts.add(packet.text().strip());
            if (packet.qos() == 1) {
                client.send(client.packets().acknowledge(Packet.PUBACK, packet.packetIdentifier()));
            }
        }
        assertThat(client.poll(Duration.ofMillis(200))).isNull();
        return texts;
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
    }

    private long dropped(DropReason reason) {
        long count = broker.counters().dropped(reason).sum();
        assertThat(events.stream()
                        .filter(event -> event instanceof BrokerEvent.MessageDropped drop && drop.reason() == reason))
                .hasSize((int) count);
        return count;
    }

    private static DropReason reasonOf(QueuePolicy policy) {
        return switch (policy) {
            case REFUSE -> DropReason.QUEUE_FULL_REFUSED;
            case DROP_OLDEST -> DropReason.QUEUE_FULL_OLDEST;
            case DROP_NEWEST -> DropReason.QUEUE_FULL_NEWEST;
        };
    }

    @ParameterizedTest
    @EnumSource
    void theLimitHoldsWhileMessagesWaitForTheStore(QueuePolicy policy) throws IOException {
        restart(policy);
        away("sub", "q", 1);
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("pub"));
        store.hold();
        for (int i = 1; i <= 50; i++) {
            publisher.write(Packets.MQTT_5.publish("q", String.valueOf(i), 1, i));
        }
        publisher.flush();
        await().atMost(PATIENCE)
                .until(() -> broker.counters().dropped(reasonOf(policy)).sum() == 40);
        assertThat(broker.counters().queued.sum()).isEqualTo(LIMIT);
        store.letGo();
        for (int i = 1; i <= 50; i++) {
            int code = publisher.expect(Packet.PUBACK).code();
            assertThat(code)
                    .as("message %d", i)
                    .isEqualTo(policy == QueuePolicy.REFUSE && i > LIMIT ? QUOTA_EXCEEDED : 0);
        }
        assertThat(dropped(reasonOf(policy))).isEqualTo(40);
        assertThat(drain("sub", LIMIT))
                .isEqualTo(policy == QueuePolicy.DROP_OLDEST ? numbered(41, 50) : numbered(1, 10));
        await().atMost(PATIENCE).until(() -> broker.counters().queued.sum() == 0);
    }

    /** While an exchange is being finished its message can't make room for another. */
    @ParameterizedTest
    @EnumSource
    void theLimitHoldsWhileExchangesAtQos2WaitForTheStore(QueuePolicy policy) throws IOException {
        restart(policy);
        away("sub", "q", 2);
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.persistent("pub"));
        for (int i = 1; i <= 50; i++) {
            publisher.write(Packets.MQTT_5.publish("q", String.valueOf(i), 2, i));
        }
        publisher.flush();
        for (int i = 1; i <= 50; i++) {
            publisher.expect(Packet.PUBREC);
        }
        store.hold();
        for (int i = 1; i <= 50; i++) {
            publisher.write(Packets.MQTT_5.acknowledge(Packet.PUBREL, i));
        }
        publisher.flush();
        DropReason reason = policy == QueuePolicy.REFUSE ? DropReason.QUEUE_FULL_REFUSED : DropReason.QUEUE_FULL_NEWEST;
        await().atMost(PATIENCE).until(() -> broker.counters().dropped(reason).sum() == 40);
        assertThat(broker.counters().queued.sum()).isEqualTo(LIMIT);
        store.letGo();
        for (int i = 1; i <= 50; i++) {
            publisher.expect(Packet.PUBCOMP);
        }
        assertThat(dropped(reason)).isEqualTo(40);
        assertThat(drain("sub", LIMIT)).isEqualTo(numbered(1, LIMIT));
    }

    @Test
    void whatIsDroppedWhileAPageIsBeingReadIsNotDelivered() throws IOException {
        restart(QueuePolicy.DROP_OLDEST);
        away("member", "$share/g/q", 1);
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("pub"));
        for (int i = 1; i <= LIMIT; i++) {
            publish(publisher, "q", String.valueOf(i));
        }
        store.holdReadsOfMoreThan(1_000); // a page for the members; who looks for what may be dropped asks for fewer
        restart(QueuePolicy.DROP_OLDEST);
        publisher = connect(Packets.MQTT_5, Packets.Connect.clean("pub"));
        for (int i = LIMIT + 1; i <= LIMIT + 3; i++) {
            publish(publisher, "q", String.valueOf(i));
        }
        store.letGo();
        assertThat(drain("member", LIMIT)).isEqualTo(numbered(4, LIMIT + 3));
    }

    @ParameterizedTest
    @EnumSource
    void theLimitsHoldForASharedGroupAlsoAcrossARestart(QueuePolicy policy) throws IOException {
        restart(policy);
        away("member", "$share/g/q", 1);
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("pub"));
        for (int i = 1; i <= 15; i++) {
            int code = publish(publisher, "q", String.valueOf(i));
            assertThat(code)
                    .as("message %d", i)
                    .isEqualTo(policy == QueuePolicy.REFUSE && i > LIMIT ? QUOTA_EXCEEDED : 0);
        }
        assertThat(dropped(reasonOf(policy))).isEqualTo(5);
        events.clear();
        restart(policy);
        publisher = connect(Packets.MQTT_5, Packets.Connect.clean("pub"));
        for (int i = 16; i <= 18; i++) {
            publish(publisher, "q", String.valueOf(i));
        }
        assertThat(dropped(reasonOf(policy))).isEqualTo(3);
        assertThat(drain("member", LIMIT))
                .isEqualTo(policy == QueuePolicy.DROP_OLDEST ? numbered(9, 18) : numbered(1, 10));
        await().atMost(PATIENCE).until(() -> store.countQueue(new ClientId("$share/g/q"), 0, Long.MAX_VALUE) == 0);
        publish(publisher, "q", "room again");
    }

    @ParameterizedTest
    @EnumSource
    void asManyOldMessagesGoAsALargeOneNeedsAndNoneForOneThatNeverFits(QueuePolicy policy) throws IOException {
        restart(Limits.DEFAULTS.withQueue(0, 10 * 300, policy)); // ten with a payload of 100 bytes
        away("sub", "q", 1);
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("pub"));
        for (int i = 1; i <= 10; i++) {
            assertThat(publish(publisher, "q", "%-100s".formatted(i))).isZero();
        }
        int refusal = policy == QueuePolicy.REFUSE ? QUOTA_EXCEEDED : 0;
        assertThat(publish(publisher, "q", "%-2801s".formatted("never"))).isEqualTo(refusal);
        assertThat(dropped(policy == QueuePolicy.REFUSE ? DropReason.QUEUE_FULL_REFUSED : DropReason.QUEUE_FULL_NEWEST))
                .isEqualTo(1);
        assertThat(publish(publisher, "q", "%-700s".formatted("large"))).isEqualTo(refusal); // as three others
        if (policy == QueuePolicy.DROP_OLDEST) {
            assertThat(dropped(DropReason.QUEUE_FULL_OLDEST)).isEqualTo(3);
            List<String> expected = new ArrayList<>(numbered(4, 10));
            expected.add("large");
            assertThat(drain("sub", 8)).isEqualTo(expected);
        } else {
            assertThat(drain("sub", 10)).isEqualTo(numbered(1, 10));
        }
    }

    /** Where one receiver takes the message the publisher succeeds; a publisher before 5.0 always does. */
    @ParameterizedTest
    @CsvSource({"5, true, 0x97", "5, false, 0", "4, true, 0"})
    void aPublisherIsRefusedIfAllRefuse(int level, boolean all, String code) throws IOException {
        restart(QueuePolicy.REFUSE);
        away("full", "q", 1);
        RawClient publisher = connect(new Packets(level), Packets.Connect.clean("pub"));
        for (int i = 1; i <= LIMIT; i++) {
            publish(publisher, "q", String.valueOf(i));
        }
        if (!all) {
            away("empty", "q", 1);
        }
        assertThat(publish(publisher, "q", "more")).isEqualTo(Integer.decode(code));
        assertThat(dropped(DropReason.QUEUE_FULL_REFUSED)).isEqualTo(1);
        assertThat(drain("full", LIMIT)).isEqualTo(numbered(1, LIMIT));
        if (!all) {
            assertThat(drain("empty", 1)).containsExactly("more");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatPublishesToItsOwnFullSessionGoesOn(QueuePolicy policy) throws IOException {
        restart(policy);
        RawClient client =
                connect(Packets.MQTT_5, Packets.Connect.persistent("self")).subscribe(1, "q");
        for (int i = 1; i <= 500; i++) {
            client.write(Packets.MQTT_5.publish("q", String.valueOf(i), 1, i));
        }
        client.flush();
        int acknowledged = 0;
        int delivered = 0;
        while (acknowledged < 500) {
            Packet packet = client.read();
            acknowledged += packet.type() == Packet.PUBACK ? 1 : 0;
            delivered += packet.type() == Packet.PUBLISH ? 1 : 0;
        }
        assertThat(delivered).isEqualTo(LIMIT); // none of them is acknowledged by the client
        assertThat(broker.counters().queued.sum()).isEqualTo(LIMIT);
    }

    /** Reading from it pauses, and it must be able to send the PUBRELs that come after what was not read. */
    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void aPublisherBefore5WithTooManyUnderWayIsPausedAndGoesOn(int qos, boolean clean) throws IOException {
        int count = 3 * Limits.DEFAULTS.receiveMaximum();
        away("sub", "q", qos);
        RawClient publisher =
                connect(Packets.MQTT_3_1_1, clean ? Packets.Connect.clean("pub") : Packets.Connect.persistent("pub"));
        store.setDelay(5);
        for (int i = 1; i <= count; i++) {
            publisher.write(Packets.MQTT_3_1_1.publish("q", String.valueOf(i), qos, i));
        }
        publisher.flush();
        for (int i = 1; i <= count; i++) {
            assertThat(publisher
                            .expect(qos == 1 ? Packet.PUBACK : Packet.PUBREC)
                            .packetIdentifier())
                    .isEqualTo(i);
        }
        if (qos == 2) {
            for (int i = 1; i <= count; i++) {
                publisher.write(Packets.MQTT_3_1_1.acknowledge(Packet.PUBREL, i));
            }
            publisher.flush();
            for (int i = 1; i <= count; i++) {
                publisher.expect(Packet.PUBCOMP);
            }
        }
        assertThat(store.countQueue(new ClientId("sub"), 0, Long.MAX_VALUE)).isEqualTo(count);
    }

    /** A publisher faster than the store: what waits in memory stays about the budget, and nothing is lost. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void aStoreThatIsSlowSlowsItsPublishers(int qos) throws IOException {
        int count = 600;
        int size = 50_000;
        long budget = 2 << 20;
        restart(Limits.DEFAULTS.with(draft -> draft.memoryBudgetBytes(budget)));
        away("sub", "q", qos);
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.persistent("pub"));
        store.hold();
        Thread writer = new Thread(() -> {
            try {
                for (int i = 1; i <= count; i++) {
                    publisher.write(Packets.MQTT_5.publish("q", ("%-" + size + "s").formatted(i), qos, i));
                }
                publisher.flush();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        writer.start();
        Counter taken = broker.counters().payloadBytesIn;
        await().atMost(PATIENCE).until(() -> taken.sum() >= budget - size);
        AtomicLong last = new AtomicLong();
        await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> last.getAndSet(taken.sum()) == taken.sum());
        System.out.println(taken.sum() + " bytes were taken by a store that stands still, of a budget of " + budget);
        // beside the budget there is what was read already and is on its way to the queue's loop
        assertThat(taken.sum()).isLessThan(2 * budget);
        store.setDelay(5);
        store.letGo();
        for (int i = 1; i <= count; i++) {
            publisher.expect(qos == 1 ? Packet.PUBACK : Packet.PUBREC);
        }
        if (qos == 1) {
            assertThat(store.countQueue(new ClientId("sub"), 0, Long.MAX_VALUE)).isEqualTo(count);
        }
    }

    @Test
    void theCountAfterARestartIsThatOfMessagesAndBytes() throws IOException {
        away("sub", "q", 1);
        RawClient before = connect(Packets.MQTT_5, Packets.Connect.clean("before"));
        for (int i = 1; i <= 6; i++) {
            publish(before, "q", "%-100s".formatted(i));
        }
        restart(Limits.DEFAULTS.withQueue(0, 10 * 300, QueuePolicy.REFUSE));
        assertThat(broker.counters().queued.sum()).isEqualTo(6);
        RawClient after = connect(Packets.MQTT_5, Packets.Connect.clean("after"));
        for (int i = 7; i <= 10; i++) {
            assertThat(publish(after, "q", "%-100s".formatted(i))).isZero();
        }
        assertThat(publish(after, "q", "")).isEqualTo(QUOTA_EXCEEDED);
        assertThat(drain("sub", 10)).isEqualTo(numbered(1, 10));
    }
}
