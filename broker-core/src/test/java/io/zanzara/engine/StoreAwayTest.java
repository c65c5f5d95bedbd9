package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.memory.MemoryStore;
import java.time.Duration;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While the store is away, nothing that it would have to keep is acknowledged, and everything else goes on. */
class StoreAwayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AwayStore store = new AwayStore(new MemoryStore());
    private final Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));

    @AfterEach
    void stop() {
        store.setAway(false);
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void acknowledgesOnlyWhatIsStored(int qos) throws Exception {
        try (Clients.Paho offline = new Clients.Paho(broker.port(), "offline");
                Clients.Paho publisher = new Clients.Paho(broker.port(), "pub");
                Clients.Paho clean = new Clients.Paho(broker.port(), "clean")) {
            offline.connect(false).subscribe("kept", qos).disconnect();
            publisher.connect(false);
            clean.connect(true).subscribe("passing", 1);
            store.setAway(true);
            IMqttDeliveryToken kept = publisher.send("kept", "m1", qos, false);
            await().atMost(PATIENCE).until(() -> !broker.isStoreAvailable());
            publisher.publish("passing", "flows on", 0);
            clean.publish("passing", "and on", 1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(clean.received).containsExactlyInAnyOrder("flows on", "and on"));
            assertThat(kept.isComplete()).isFalse();
            assertThat(publisher.client.isConnected()).isTrue();
            store.setAway(false);
            kept.waitForCompletion(20_000);
            await().atMost(PATIENCE).until(broker::isStoreAvailable);
            offline.connect(false);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(offline.received).containsExactly("m1"));
        }
    }

    @Test
    void noticesAnAbsenceAlsoWhenThereIsNothingToStore() {
        store.setAway(true);
        await().atMost(PATIENCE).until(() -> !broker.isStoreAvailable());
        store.setAway(false);
        await().atMost(PATIENCE).until(broker::isStoreAvailable);
    }

    @Test
    void confirmsASubscriptionOnlyWhenItIsStored() throws Exception {
        try (Clients.Paho subscriber = new Clients.Paho(broker.port(), "sub")) {
            subscriber.connect(false);
            store.setAway(true);
            IMqttToken subscribing = subscriber.client.subscribe("t", 1);
            await().atMost(PATIENCE).until(() -> !broker.isStoreAvailable());
            assertThat(subscribing.isComplete()).isFalse();
            store.setAway(false);
            subscribing.waitForCompletion(20_000);
            assertThat(subscribing.getGrantedQos()).containsExactly(1);
        }
    }

    @Test
    void refusesAPersistentSessionThatItCannotKeep() throws Exception {
        try (Clients.Paho late = new Clients.Paho(broker.port(), "late");
                Clients.Paho clean = new Clients.Paho(broker.port(), "clean")) {
            store.setAway(true);
            assertThatThrownBy(() -> late.connect(false))
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            refused -> assertThat(refused.getReasonCode())
                                    .isEqualTo(MqttException.REASON_CODE_BROKER_UNAVAILABLE));
            clean.connect(true);
            store.setAway(false);
            late.connect(false);
        }
    }
}
