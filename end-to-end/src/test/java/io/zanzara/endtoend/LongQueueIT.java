package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.Mqtt3RxClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.reactivex.Flowable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hundred thousand messages wait for one session, in a broker with little memory. */
final class LongQueueIT {

    private static final int MESSAGES = 100_000;
    private static final String PADDING = " ".repeat(200);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void waitsAndArrivesInOrder(Backend backend) {
        try (Consoles consoles = new Consoles(backend.fresh(folder))) {
            ConsoleProcess broker = consoles.launchBroker(
                    List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), "--zanzara.events.log=false");
            broker.awaitMatch("Zanzara is up and running");
            subscribeAndLeave(consoles.port());

            publishAll(consoles.port());
            assertThat(broker.isAlive()).isTrue();
            Arrivals arrivals = new Arrivals();
            Mqtt3RxClient subscriber = client(consoles.port(), "away").buildRx();
            var unused = subscriber
                    .publishes(MqttGlobalPublishFilter.ALL)
                    .subscribe(message -> arrivals.next(message.getPayloadAsBytes()), arrivals::failed);
            subscriber
                    .connectWith()
                    .cleanSession(false)
                    .applyConnect()
                    .ignoreElement()
                    .blockingAwait();

            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> arrivals.count.get() >= MESSAGES || arrivals.problem.get() != null);
            assertThat(arrivals.problem.get()).isNull();
            assertThat(arrivals.count.get()).isEqualTo(MESSAGES);
            assertThat(broker.isAlive()).as(broker.tail()).isTrue();
            subscriber.disconnect().blockingAwait();
        }
    }

    private static void subscribeAndLeave(int port) {
        Mqtt3RxClient client = client(port, "away").buildRx();
        client.connectWith().cleanSession(false).applyConnect().ignoreElement().blockingAwait();
        client.subscribeWith()
                .topicFilter("long")
                .qos(MqttQos.AT_LEAST_ONCE)
                .applySubscribe()
                .ignoreElement()
                .blockingAwait();
        client.disconnect().blockingAwait();
    }

    /** Publishes with as many messages under way as the client allows. */
    private static void publishAll(int port) {
        Mqtt3RxClient client = client(port, "busy").buildRx();
        client.connectWith().cleanSession(true).applyConnect().ignoreElement().blockingAwait();
        long acknowledged = client.publish(Flowable.range(1, MESSAGES).map(LongQueueIT::message))
                .filter(result -> result.getError().isEmpty())
                .count()
                .timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .blockingGet();
        assertThat(acknowledged).isEqualTo(MESSAGES);
        client.disconnect().blockingAwait();
    }

    private static Mqtt3ClientBuilder client(int port, String id) {
        return Mqtt3Client.builder().identifier(id).serverHost("127.0.0.1").serverPort(port);
    }

    private static Mqtt3Publish message(int number) {
        return Mqtt3Publish.builder()
                .topic("long")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload((number + PADDING).getBytes(UTF_8))
                .build();
    }

    /** Counts messages as long as each is the one after the last. */
    private static final class Arrivals {
        final AtomicInteger count = new AtomicInteger();
        final AtomicReference<@Nullable String> problem = new AtomicReference<>();

        void next(byte[] payload) {
            int number = Integer.parseInt(new String(payload, UTF_8).trim());
            int expected = count.get() + 1;
            if (number == expected) {
                count.set(number);
            } else {
                problem.compareAndSet(null, "got " + number + " instead of " + expected);
            }
        }

        void failed(Throwable failure) {
            problem.compareAndSet(null, failure.toString());
        }
    }
}
