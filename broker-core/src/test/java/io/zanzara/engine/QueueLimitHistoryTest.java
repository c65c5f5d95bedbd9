package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories of one session with limits on its queue: publishing at QoS 1 and 2, coming and going, acknowledging in any order and half-way,
 * restarts. After each step the broker's queue is what {@link QueueModel} says, message by message.
 */
class QueueLimitHistoryTest {

    private static final Duration SOON = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int STEPS = Integer.getInteger("zanzara.steps", 400);
    private static final int MAX_MESSAGES = 12;
    private static final int MAX_BYTES = 4_000;

    private final Store store = new MemoryStore();
    private SplittableRandom random = new SplittableRandom(0);
    private QueueModel model = new QueueModel(0, 0, QueuePolicy.REFUSE);
    private Limits limits = Limits.DEFAULTS;
    private @Nullable Broker broker;
    private @Nullable RawClient publisher;
    private @Nullable RawClient subscriber;
    private int window;
    private int published;
    private int oldestBefore;
    private int newestBefore;
    private int refusedBefore;

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theQueueIsWhatItsPolicySays(QueuePolicy policy) throws IOException {
        long seed = Long.getLong("zanzara.seed", System.nanoTime());
        System.out.println("queue limits, " + policy + ": -Dzanzara.seed=" + seed);
        random = new SplittableRandom(seed);
        model = new QueueModel(MAX_MESSAGES, MAX_BYTES, policy);
        limits = Limits.DEFAULTS.withQueue(MAX_MESSAGES, MAX_BYTES, policy);
        start();
        come();
        subscriber().subscribe(2, "q");
        for (int step = 0; step < STEPS; step++) {
            step();
            check("step " + step);
        }
        leave();
        window = 1_000;
        connectSubscriber();
        while (!model.queue.isEmpty()) {
            acknowledge();
        }
        check("end");
        await().atMost(PATIENCE).until(() -> store.countQueue(new ClientId("sub"), 0, Long.MAX_VALUE) == 0);
    }

    private void step() throws IOException {
        int choice = random.nextInt(100);
        if (choice < 60) {
            publish();
        } else if (choice < 80) {
            if (subscriber != null) {
                acknowledge();
            } else {
                publish();
            }
        } else if (choice < 98) {
            if (subscriber == null) {
                come();
            } else {
                leave();
            }
        } else {
            restart();
        }
    }

    private void check(String when) throws IOException {
        receiveWhatIsDue();
        await(when)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(SOON)
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(broker().counters().queued.sum()).isEqualTo(model.queue.size()));
        assertThat(dropped(DropReason.QUEUE_FULL_OLDEST)).as(when).isEqualTo(model.droppedOldest - oldestBefore);
        assertThat(dropped(DropReason.QUEUE_FULL_NEWEST)).as(when).isEqualTo(model.droppedNewest - newestBefore);
        assertThat(dropped(DropReason.QUEUE_FULL_REFUSED)).as(when).isEqualTo(model.refused - refusedBefore);
    }

    private long dropped(DropReason reason) {
        return broker().counters().dropped(reason).sum();
    }

    private void publish() throws IOException {
        int number = ++published;
        int qos = 1 + random.nextInt(2);
        int size = 8 + (random.nextInt(40) == 0 ? 4_500 : random.nextInt(300));
        boolean success = model.publish(new QueueModel.Message(number, qos, size));
        String payload =
                number + ":" + " ".repeat(size - 1 - String.valueOf(number).length());
        int id = 1 + number % 60_000;
        RawClient client = publisher();
        client.send(Packets.MQTT_5.publish("q", payload, qos, id));
        if (qos == 1) {
            assertThat(client.expect(Packet.PUBACK).code())
                    .as("message %d", number)
                    .isEqualTo(success ? 0 : 0x97);
        } else {
            client.expect(Packet.PUBREC);
            client.send(Packets.MQTT_5.acknowledge(Packet.PUBREL, id));
            client.expect(Packet.PUBCOMP);
        }
    }

    private void receiveWhatIsDue() throws IOException {
        if (subscriber == null) {
            return;
        }
        for (QueueModel.Message message : model.due(window)) {
            Packet packet = subscriber().read();
            if (message.received) {
                assertThat(packet.type()).as("message %d", message.number).isEqualTo(Packet.PUBREL);
                assertThat(packet.packetIdentifier()).isEqualTo(message.packetIdentifier);
            } else {
                assertThat(packet.type()).as("message %d", message.number).isEqualTo(Packet.PUBLISH);
                assertThat(packet.text()).startsWith(message.number + ":");
                assertThat(packet.duplicate()).isEqualTo(message.sent);
                assertThat(packet.packetIdentifier()).isEqualTo(message.packetIdentifier);
                assertThat(packet.qos()).isEqualTo(message.qos);
            }
            model.sent(message);
        }
    }

    private void acknowledge() throws IOException {
        List<QueueModel.Message> sent = model.inFlight();
        if (sent.isEmpty()) {
            return;
        }
        QueueModel.Message message = sent.get(random.nextInt(sent.size()));
        int id = message.packetIdentifier;
        if (message.qos == 1) {
            subscriber().send(Packets.MQTT_5.acknowledge(Packet.PUBACK, id));
        } else {
            if (!message.received) {
                subscriber().send(Packets.MQTT_5.acknowledge(Packet.PUBREC, id));
                assertThat(subscriber().expect(Packet.PUBREL).packetIdentifier())
                        .isEqualTo(id);
                message.received = true;
                if (random.nextInt(3) == 0) {
                    return;
                }
            }
            subscriber().send(Packets.MQTT_5.acknowledge(Packet.PUBCOMP, id));
        }
        model.remove(message);
        receiveWhatIsDue();
    }

    private void come() throws IOException {
        window = 1 + random.nextInt(8);
        connectSubscriber();
    }

    private void connectSubscriber() throws IOException {
        subscriber = RawClient.connect(
                broker().port(),
                Packets.MQTT_5,
                Packets.Connect.persistent("sub").window(window));
        receiveWhatIsDue();
    }

    private void leave() throws IOException {
        if (subscriber != null) {
            subscriber.disconnect();
            subscriber = null;
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(SOON)
                    .atMost(PATIENCE)
                    .until(() -> broker().counters().connections.sum() == 1);
        }
        model.disconnected();
    }

    private void restart() throws IOException {
        oldestBefore = model.droppedOldest;
        newestBefore = model.droppedNewest;
        refusedBefore = model.refused;
        broker().close();
        subscriber = null;
        model.restarted();
        start();
    }

    private void start() throws IOException {
        broker = Broker.start(BrokerConfig.of(store).withPort(0).withLimits(limits));
        publisher = RawClient.connect(broker().port(), Packets.MQTT_5, Packets.Connect.persistent("pub"));
    }

    private Broker broker() {
        return java.util.Objects.requireNonNull(broker);
    }

    private RawClient publisher() {
        return java.util.Objects.requireNonNull(publisher);
    }

    private RawClient subscriber() {
        return java.util.Objects.requireNonNull(subscriber);
    }
}
