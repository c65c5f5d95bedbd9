package io.zanzara.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import io.zanzara.Broker;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.ClientConnected;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.event.BrokerEvent.Ready;
import io.zanzara.event.BrokerListener;
import io.zanzara.message.Qos;
import io.zanzara.service.engine.BrokerLifecycle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.EventListener;

/** What a user sees of a running service: health, metrics, clients, and beans that listen. */
final class ServiceTest {

    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(new Class<?>[] {Listening.class, Hearing.class});
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** A bean with methods that listen. */
    static final class Listening {

        private final Queue<BrokerEvent> heard = new ConcurrentLinkedQueue<>();
        private final Queue<String> threads = new ConcurrentLinkedQueue<>();

        @EventListener
        void on(ClientConnected event) {
            heard.add(event);
            threads.add(Thread.currentThread().getName());
        }
    }

    /** A bean that is a listener, and itself asks for the broker. */
    static final class Hearing implements BrokerListener {

        private final Queue<BrokerEvent> heard = new ConcurrentLinkedQueue<>();
        private final BrokerLifecycle lifecycle;

        Hearing(BrokerLifecycle lifecycle) {
            this.lifecycle = lifecycle;
        }

        @Override
        public void on(BrokerEvent event) {
            heard.add(event);
        }
    }

    private static MqttClient connect(String clientId) throws MqttException {
        MqttClient client = new MqttClient(service.mqttUri(), clientId, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(false);
        client.connect(options);
        return client;
    }

    @Test
    void healthTellsOfTheStoreAndReadinessDependsOnIt() {
        assertThat(service.get("health").body()).contains("\"store\":{").contains("memory");
        assertThat(service.get("health/readiness"))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200))
                .satisfies(answer -> assertThat(answer.body()).contains("\"store\":{"));
        assertThat(service.get("health/liveness"))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200))
                .satisfies(answer -> assertThat(answer.body()).doesNotContain("store"));
    }

    @Test
    void nothingOfMongoIsThereUnlessChosen() {
        assertThat(service.has(MongoClient.class)).isFalse();
        assertThat(service.get("health").body()).doesNotContain("mongo");
    }

    @Test
    void metersFollowTheBroker() throws MqttException {
        MqttClient client = connect("measured");
        client.publish("measured/topic", "12345".getBytes(StandardCharsets.UTF_8), 2, false);
        client.subscribe("measured/#", 1);

        String metrics = service.get("prometheus").body();
        client.disconnect();
        client.close();

        assertThat(metrics)
                .containsPattern("zanzara_messages_in_total\\{qos=\"2\"} [1-9]")
                .containsPattern("zanzara_payload_in_bytes_total [1-9]")
                .containsPattern("zanzara_connections [1-9]")
                .containsPattern("zanzara_sessions [1-9]")
                .containsPattern("zanzara_subscriptions [1-9]")
                .containsPattern("zanzara_store_operations_total [1-9]")
                .containsPattern("zanzara_store_batches_seconds_count [1-9]")
                .containsPattern("zanzara_store_batches_seconds_sum 0?\\.?[0-9]")
                .contains("zanzara_store_available 1.0")
                .contains("zanzara_messages_dropped_total{reason=\"expired\"} ")
                .contains("zanzara_messages_inflight ")
                .contains("zanzara_messages_queued ")
                .contains("zanzara_messages_out_total{qos=\"1\"} ")
                .contains("zanzara_store_cancelled_total ")
                .contains("zanzara_store_retries_total ")
                .contains("zanzara_store_waiting ")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void clientsAreListed() throws MqttException {
        MqttClient client = connect("listed");

        String listed = service.get("clients").body();
        client.disconnect();
        client.close();

        assertThat(listed).contains("\"clientId\":\"listed\"").contains("\"protocolLevel\":4");
    }

    @Test
    void nothingElseIsServed() {
        assertThat(List.of("env", "beans", "heapdump", "shutdown", "configprops", "loggers"))
                .allSatisfy(path -> assertThat(service.get(path).statusCode()).isEqualTo(404));
    }

    @Test
    void beansHearEvents() throws MqttException {
        MqttClient client = connect("heard");
        client.disconnect();
        client.close();

        Listening listening = service.bean(Listening.class);
        await().until(() -> listening.heard.stream()
                .anyMatch(event -> ((ClientConnected) event).client().value().equals("heard")));
        assertThat(listening.threads).containsOnly("zanzara-events");
        Hearing hearing = service.bean(Hearing.class);
        assertThat(hearing.heard).hasAtLeastOneElementOfType(Ready.class);
        assertThat(hearing.lifecycle.broker()).isPresent();
    }

    @Test
    void beansPublish() {
        Broker broker = service.bean(BrokerLifecycle.class).broker().orElseThrow();

        broker.publish("from/bean", new byte[1], Qos.AT_LEAST_ONCE, false)
                .toCompletableFuture()
                .join();

        assertThat(service.bean(Hearing.class).heard)
                .filteredOn(Published.class::isInstance)
                .anyMatch(event ->
                        ((Published) event).publication().topic().value().equals("from/bean"));
    }
}
