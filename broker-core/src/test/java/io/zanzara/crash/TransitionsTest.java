package io.zanzara.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.conformance.Spec;
import io.zanzara.store.rocksdb.RocksStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Order, and what else is promised, while a subscriber comes and goes at random under load: by DISCONNECT, by a cut, by a second connection that
 * takes over, and without acknowledging for a while, so that messages reach it from the queue in the store, from memory, and live.
 */
class TransitionsTest {

    private static final int MESSAGES = 1_200;
    private static final int UNACKNOWLEDGED = 100;

    @TempDir
    private Path folder;

    private Broker broker;

    @BeforeEach
    void start() {
        broker =
                Broker.start(BrokerConfig.of(new RocksStore(folder)).withPort(0).withLimits(wideWindow()));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Limits wideWindow() {
        return Limits.DEFAULTS.with(draft -> draft.inflightWindow(65_535));
    }

    @ParameterizedTest
    @CsvSource({"5, 1, 11", "5, 10, 12", "5, 65535, 13", "4, 65535, 14", "5, 10, 15", "4, 65535, 16"})
    @Spec(
            v5 = {"MQTT-4.4.0-1", "MQTT-4.6.0-5", "MQTT-4.6.0-6"},
            v311 = {"MQTT-4.4.0-1", "MQTT-4.6.0-5", "MQTT-4.6.0-6"})
    void firstDeliveriesComeInOrder(int level, int window, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Packets.Connect options = Packets.Connect.persistent("subscriber").window(window);
        try (Actor subscriber = new Actor("subscriber", new Packets(level), () -> false);
                Actor publisher = new Actor("publisher", new Packets(level), () -> false)) {
            subscriber.connect(broker.port(), options);
            subscriber.subscribe("t", 2);
            publisher.connect(broker.port());
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publishAll(publisher));
            while (!publishing.isDone()) {
                move(subscriber, options, random);
            }
            publishing.get();
            subscriber.acknowledgeAgain();
            subscriber.connect(broker.port(), options);
            for (int qos = 1; qos <= 2; qos++) {
                subscriber.awaitReceived(texts(qos));
            }
            subscriber.awaitNothingUnreleased();
            assertThat(received(subscriber, 2)).as("seed %s", seed).isEqualTo(texts(2));
            assertThat(new LinkedHashSet<>(received(subscriber, 1)))
                    .as("seed %s", seed)
                    .containsExactlyElementsOf(texts(1));
        }
    }

    private static void publishAll(Actor publisher) {
        for (int i = 0; i < MESSAGES; i++) {
            publisher.publish("t", String.valueOf(i), 1 + i % 2, false);
            publisher.awaitUnacknowledged(UNACKNOWLEDGED);
        }
        publisher.awaitAcknowledged();
    }

    private void move(Actor subscriber, Packets.Connect options, SplittableRandom random) {
        switch (random.nextInt(6)) {
            case 0 -> {
                subscriber.cut();
                subscriber.connect(broker.port(), options);
            }
            case 1 -> {
                subscriber.disconnect();
                broker.publish("elsewhere", new byte[0], io.zanzara.message.Qos.AT_LEAST_ONCE, false)
                        .toCompletableFuture()
                        .join();
                subscriber.connect(broker.port(), options);
            }
            case 2 -> subscriber.connect(broker.port(), options); // over the connection it has
            case 3 -> subscriber.withhold();
            case 4 -> subscriber.acknowledgeAgain();
            default -> {
                subscriber.acknowledgeAgain();
                int more = 1 + random.nextInt(60);
                subscriber.awaitReceived(
                        Math.min(MESSAGES, subscriber.received().size() + more));
            }
        }
    }

    private static List<String> texts(int qos) {
        return IntStream.range(0, MESSAGES)
                .filter(i -> 1 + i % 2 == qos)
                .mapToObj(String::valueOf)
                .toList();
    }

    private static List<String> received(Actor actor, int qos) {
        return actor.received().stream()
                .filter(packet -> packet.qos() == qos)
                .map(Packet::text)
                .toList();
    }
}
