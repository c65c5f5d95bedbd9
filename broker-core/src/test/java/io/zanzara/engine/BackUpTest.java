package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.StoreException;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store is backed up while messages come in, and a broker starts on the copy. */
class BackUpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 32;
    private static final String FILLING = "x".repeat(1_000);

    @TempDir
    Path parent;

    @Test
    void eachBackUpUnderLoadHoldsWhatWasAcknowledgedBeforeItInOrder() throws MqttException {
        RocksStore store = new RocksStore(parent.resolve("store"));
        List<Integer> acknowledgedBefore = new ArrayList<>();
        try (Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));
                Load load = new Load(broker.port())) {
            for (int n = 0; n < 2; n++) {
                load.awaitAnother(300);
                acknowledgedBefore.add(load.acknowledged.get());
                store.backUp(copy(n));
            }
            load.awaitAnother(300);
        }
        for (int n = 0; n < 2; n++) {
            List<Integer> restored = received(copy(n));
            assertThat(restored)
                    .hasSizeGreaterThanOrEqualTo(acknowledgedBefore.get(n))
                    .isEqualTo(IntStream.range(0, restored.size()).boxed().toList());
        }
        assertThat(received(parent.resolve("store"))).hasSizeGreaterThan(900);
    }

    @Test
    void aBackUpOutlivesItsStore() throws Exception {
        RocksStore store = new RocksStore(parent.resolve("store"));
        try (Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));
                Load load = new Load(broker.port())) {
            load.awaitAnother(100);
            store.backUp(copy(0));
        }
        try (var files = Files.list(parent.resolve("store"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThat(received(copy(0))).hasSizeGreaterThanOrEqualTo(100);
    }

    @Test
    void aBackUpThatCanNotBeMadeIsRefusedInASentence() throws IOException {
        Path inTheWay = Files.writeString(parent.resolve("file"), "in the way");
        try (RocksStore store = new RocksStore(parent.resolve("store"))) {
            assertThatThrownBy(() -> store.backUp(copy(0)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is closed");
            store.open();
            assertThatThrownBy(() -> store.backUp(inTheWay))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("A backup needs a new directory, and " + inTheWay + " is there already.");
            assertThatThrownBy(() -> store.backUp(inTheWay.resolve("copy")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be created");
        }
    }

    private Path copy(int number) {
        return parent.resolve("copies").resolve("copy" + number);
    }

    private static List<Integer> received(Path directory) throws MqttException {
        BrokerConfig config = BrokerConfig.of(new RocksStore(directory)).withPort(0);
        try (Broker broker = Broker.start(config);
                Clients.Paho publisher = new Clients.Paho(broker.port(), "other");
                Clients.Paho subscriber = new Clients.Paho(broker.port(), "offline")) {
            subscriber.connect(false);
            assertThat(subscriber.sessionPresent).isTrue();
            publisher.connect(true).publish("kept", "last", 1);
            await().atMost(PATIENCE).until(() -> subscriber.received.contains("last"));
            return subscriber.received.stream()
                    .filter(text -> !text.equals("last"))
                    .map(text -> Integer.valueOf(text.substring(0, text.indexOf(' '))))
                    .toList();
        }
    }

    /** A publisher in a thread of its own that publishes numbered messages, many at once, for a subscriber that is away. */
    private static final class Load implements AutoCloseable {

        final AtomicInteger acknowledged = new AtomicInteger();
        private final AtomicBoolean enough = new AtomicBoolean();
        private final Clients.Paho publisher;
        private final Thread thread = new Thread(this::publish, "load");

        Load(int port) throws MqttException {
            try (Clients.Paho offline = new Clients.Paho(port, "offline")) {
                offline.connect(false).subscribe("kept", 1).disconnect();
            }
            publisher = new Clients.Paho(port, "publisher").connect(false);
            thread.start();
        }

        private void publish() {
            try {
                while (!enough.get()) {
                    List<IMqttDeliveryToken> underWay = new ArrayList<>();
                    for (int n = 0; n < AT_ONCE; n++) {
                        underWay.add(publisher.send("kept", acknowledged.get() + n + " " + FILLING, 1, false));
                    }
                    for (IMqttDeliveryToken token : underWay) {
                        token.waitForCompletion(PATIENCE.toMillis());
                        acknowledged.incrementAndGet();
                    }
                }
            } catch (MqttException failed) {
                throw new IllegalStateException("the load ended by itself", failed);
            }
        }

        void awaitAnother(int messages) {
            int before = acknowledged.get();
            await().atMost(PATIENCE).until(() -> acknowledged.get() >= before + messages);
        }

        @Override
        public void close() throws MqttException {
            enough.set(true);
            await().atMost(PATIENCE).until(() -> !thread.isAlive());
            publisher.close();
        }
    }
}
