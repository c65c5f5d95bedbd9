package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.engine.DyingStore.Moment;
import io.zanzara.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The broker dies at every batch of a scenario, once before the batch takes effect and once after, and comes back on what is durable. A publisher
 * and two subscribers with persistent sessions go on. Nothing acknowledged may be missing, first deliveries are in order, and at QoS 2 each
 * message arrives once.
 */
class CrashPointTest {

    private static final int MESSAGES = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({"1, BEFORE", "1, AFTER", "2, BEFORE", "2, AFTER"})
    void losesNothingWhereverItDies(int qos, Moment moment) throws Exception {
        int fatal = 1;
        while (diesAt(fatal, qos, moment)) {
            fatal++;
        }
        assertThat(fatal).as("points at which it died").isGreaterThan(10);
    }

    /** Returns whether the scenario had so many batches. */
    private boolean diesAt(int fatal, int qos, Moment moment) throws Exception {
        MemoryStore memory = new MemoryStore();
        DyingStore store = new DyingStore(memory, fatal, moment);
        Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));
        int port = broker.port();
        try (Clients.Paho publisher = new Clients.Paho(port, "pub");
                Clients.Paho online = new Clients.Paho(port, "online");
                Clients.Paho offline = new Clients.Paho(port, "offline")) {
            Scenario scenario = new Scenario(publisher, online, offline, qos);
            scenario.run(store);
            if (store.isDead()) {
                broker.close();
                broker = Broker.start(BrokerConfig.of(memory).withPort(port));
            }
            scenario.finish();
            String point = "died " + moment + " commit " + fatal + " at QoS " + qos;
            check(point + ", online", online.received, qos);
            check(point + ", offline", offline.received, qos);
        } finally {
            broker.close();
        }
        return store.isDead();
    }

    private static void check(String point, List<String> received, int qos) {
        List<String> all = List.copyOf(received);
        List<String> firsts = new ArrayList<>(new LinkedHashSet<>(all));
        assertThat(firsts).as(point).isEqualTo(EngineContract.numbered("m", 1, MESSAGES));
        if (qos == 2) {
            assertThat(all).as(point).hasSize(MESSAGES);
        }
    }

    /** The clients' side: steps that a death of the broker interrupts, and that go on afterwards. */
    private static final class Scenario {
        private final Clients.Paho publisher;
        private final Clients.Paho online;
        private final Clients.Paho offline;
        private final int qos;
        private int sent;

        Scenario(Clients.Paho publisher, Clients.Paho online, Clients.Paho offline, int qos) {
            this.publisher = publisher;
            this.online = online;
            this.offline = offline;
            this.qos = qos;
        }

        void run(DyingStore store) {
            try {
                offline.connect(false).subscribe("t/#", qos).disconnect();
                online.connect(false).subscribe("t/#", qos);
                publisher.connect(false);
                while (sent < MESSAGES) {
                    sendNext();
                    if (sent == MESSAGES / 2) {
                        offline.connect(false);
                    }
                }
                await().atMost(PATIENCE)
                        .until(() -> store.isDead()
                                || (publisher.client.getPendingDeliveryTokens().length == 0
                                        && online.received.size() >= MESSAGES
                                        && offline.received.size() >= MESSAGES));
            } catch (MqttException e) {
                assertThat(store.isDead()).as(e.toString()).isTrue();
            }
        }

        void finish() throws MqttException {
            reconnect(offline).subscribe("t/#", qos);
            reconnect(online).subscribe("t/#", qos);
            reconnect(publisher);
            while (sent < MESSAGES) {
                sendNext();
            }
            await().atMost(PATIENCE)
                    .until(() -> publisher.client.getPendingDeliveryTokens().length == 0
                            && distinct(online) >= MESSAGES
                            && distinct(offline) >= MESSAGES);
        }

        /** What Paho has taken it sends, again after a reconnect if need be: it is not ours to repeat. */
        private void sendNext() throws MqttException {
            publisher.send("t/x", "m" + (sent + 1), qos, false);
            sent++;
        }

        private static long distinct(Clients.Paho client) {
            return new LinkedHashSet<>(List.copyOf(client.received)).size();
        }

        private static Clients.Paho reconnect(Clients.Paho client) throws MqttException {
            await().atMost(PATIENCE).until(() -> {
                if (client.client.isConnected()) {
                    return true;
                }
                try {
                    client.connect(false);
                    return true;
                } catch (MqttException e) {
                    return false;
                }
            });
            return client;
        }
    }
}
