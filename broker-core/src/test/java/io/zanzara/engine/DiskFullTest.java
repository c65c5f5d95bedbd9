package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the embedded store runs full under a real broker: nothing is acknowledged that isn't kept, and all goes on when there is room. */
class DiskFullTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FILLING = "x".repeat(60_000);
    private static final int UNDER_WAY = 16;
    private static final int MORE_THAN_REOPENING_TAKES = 5;

    @TempDir
    Path parent;

    @TestFactory
    List<DynamicTest> goesOnWhenThereIsRoomAgain() throws IOException {
        return onEach((disk, run) -> {
            disk.fill(run.broker);
            run.publishUntilTheStoreIsAway();
            assertThat(run.broker.awaitStoreAway()).contains(disk.folder().toString());
            run.broker.awaitRetries(MORE_THAN_REOPENING_TAKES);
            run.assertThatTheRestFlows();
            assertThat(run.outstanding()).isNotEmpty();
            assertThat(run.broker.isStoreAway()).isTrue();
            disk.makeRoom(run.broker);
            run.awaitAllAcknowledged();
            assertThat(run.broker.isStoreAway()).isFalse();
            run.publish(20);
            run.awaitAllAcknowledged();
            run.broker.kill();
            assertThat(received(disk)).isEqualTo(run.all());
        });
    }

    @TestFactory
    List<DynamicTest> keepsWhatItAcknowledgedWhenKilledOnAFullDisk() throws IOException {
        return onEach((disk, run) -> {
            disk.fill(run.broker);
            run.publishUntilTheStoreIsAway();
            run.broker.awaitRetries(MORE_THAN_REOPENING_TAKES);
            run.broker.kill();
            List<Integer> acknowledged = run.acknowledged();
            disk.makeRoom(run.broker);
            List<Integer> kept = received(disk);
            assertThat(kept).startsWith(acknowledged.toArray(Integer[]::new));
            assertThat(run.all()).startsWith(kept.toArray(Integer[]::new));
        });
    }

    @FunctionalInterface
    private interface Scenario {
        void on(FillableDisk disk, Run run) throws Exception;
    }

    private List<DynamicTest> onEach(Scenario scenario) throws IOException {
        return FillableDisk.all(parent).stream()
                .map(disk -> DynamicTest.dynamicTest(disk.toString(), () -> {
                    try (disk;
                            Run run = new Run(disk.folder().resolve("store"))) {
                        scenario.on(disk, run);
                    }
                }))
                .toList();
    }

    /** What a broker that is started on the store afterwards has for the offline subscriber. */
    private static List<Integer> received(FillableDisk disk) throws MqttException {
        BrokerConfig config = BrokerConfig.of(new RocksStore(disk.folder().resolve("store")));
        try (Broker broker = Broker.start(config.withPort(0));
                Clients.Paho publisher = new Clients.Paho(broker.port(), "other");
                Clients.Paho subscriber = new Clients.Paho(broker.port(), "offline")) {
            subscriber.connect(false);
            publisher.connect(true).publish("kept", "last", 1);
            await().atMost(PATIENCE).until(() -> subscriber.received.contains("last"));
            return subscriber.received.stream()
                    .filter(text -> !text.equals("last"))
                    .map(text -> Integer.valueOf(text.substring(0, text.indexOf(' '))))
                    .toList();
        }
    }

    /** A broker in a process of its own, a subscriber that is away, and a publisher that numbers its messages. */
    private static final class Run implements AutoCloseable {

        final BrokerProcess broker;
        private final Clients.Paho publisher;
        private final Clients.Paho passing;
        private final List<IMqttDeliveryToken> tokens = new ArrayList<>();

        Run(Path store) throws MqttException {
            broker = BrokerProcess.start(store);
            try (Clients.Paho offline = new Clients.Paho(broker.port(), "offline")) {
                offline.connect(false).subscribe("kept", 1).disconnect();
            }
            publisher = new Clients.Paho(broker.port(), "publisher").connect(false);
            passing = new Clients.Paho(broker.port(), "passing").connect(true).subscribe("passing", 1);
            publish(20);
            awaitAllAcknowledged();
        }

        void publish(int count) throws MqttException {
            for (int n = 0; n < count; n++) {
                tokens.add(publisher.send("kept", tokens.size() + " " + FILLING, 1, false));
            }
        }

        void publishUntilTheStoreIsAway() {
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        if (outstanding().size() < UNDER_WAY) {
                            publish(UNDER_WAY);
                        }
                        return broker.isStoreAway();
                    });
        }

        void assertThatTheRestFlows() throws MqttException {
            passing.publish("passing", "at QoS 0", 0);
            passing.publish("passing", "at QoS 1", 1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(passing.received).containsExactly("at QoS 0", "at QoS 1"));
            assertThat(publisher.client.isConnected()).isTrue();
        }

        void awaitAllAcknowledged() {
            await().atMost(PATIENCE).until(() -> outstanding().isEmpty());
        }

        List<Integer> outstanding() {
            return numbers(false);
        }

        List<Integer> acknowledged() {
            return numbers(true);
        }

        private List<Integer> numbers(boolean complete) {
            return IntStream.range(0, tokens.size())
                    .filter(n -> (tokens.get(n).isComplete() && tokens.get(n).getException() == null) == complete)
                    .boxed()
                    .toList();
        }

        List<Integer> all() {
            return IntStream.range(0, tokens.size()).boxed().toList();
        }

        @Override
        public void close() throws MqttException {
            publisher.close();
            passing.close();
            broker.close();
        }
    }
}
