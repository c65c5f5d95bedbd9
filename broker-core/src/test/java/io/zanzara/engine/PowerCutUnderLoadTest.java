package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.contract.PowerCut;
import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power is cut while a publisher publishes as fast as it can: what was acknowledged is on the disk, for it was synced before. */
class PowerCutUnderLoadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MESSAGES = 2_000;
    private static final int CUT_AFTER = 500;

    @TempDir
    Path parent;

    @Test
    void whateverWasAcknowledgedSurvivesAPowerCut() throws MqttException {
        PowerCut store = PowerCut.of(parent.resolve("store"));
        List<String> acknowledged = acknowledgedUntilThePowerIsCut(store);
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(CUT_AFTER);
        assertThat(survivors()).startsWith(acknowledged.toArray(String[]::new));
        assertThat(store.unsynced()).as("of " + store.commits() + " batches").isZero();
    }

    @Test
    void aStoreThatNeverSyncsIsFoundOut() throws MqttException {
        PowerCut store = PowerCut.ofAStoreThatNeverSyncs(parent.resolve("store"));
        List<String> acknowledged = acknowledgedUntilThePowerIsCut(store);
        assertThat(survivors()).doesNotContainAnyElementsOf(acknowledged);
        assertThat(store.unsynced()).isEqualTo(store.commits()).isPositive();
    }

    private List<String> acknowledgedUntilThePowerIsCut(PowerCut store) throws MqttException {
        List<IMqttDeliveryToken> tokens = new ArrayList<>();
        try (Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));
                Clients.Paho subscriber = new Clients.Paho(broker.port(), "sub");
                Clients.Paho publisher = new Clients.Paho(broker.port(), "pub")) {
            subscriber.connect(false).subscribe("t", 1).disconnect();
            publisher.connect(false);
            for (int n = 0; n < MESSAGES; n++) {
                tokens.add(publisher.send("t", "message " + n, 1, false));
            }
            await().atMost(PATIENCE).until(() -> acknowledged(tokens).size() >= CUT_AFTER);
            store.cut(parent.resolve("survivors"));
        }
        return acknowledged(tokens);
    }

    private static List<String> acknowledged(List<IMqttDeliveryToken> tokens) {
        return Stream.iterate(0, n -> n < tokens.size(), n -> n + 1)
                .filter(n -> tokens.get(n).isComplete() && tokens.get(n).getException() == null)
                .map(n -> "message " + n)
                .toList();
    }

    private List<String> survivors() {
        try (RocksStore store = new RocksStore(parent.resolve("survivors"))) {
            store.open();
            List<QueueRecord> left =
                    store.readQueue(new ClientId("sub"), 0, Long.MAX_VALUE, MESSAGES, Integer.MAX_VALUE);
            return left.stream()
                    .map(record -> new String(record.publication().payload(), StandardCharsets.UTF_8))
                    .toList();
        }
    }
}
