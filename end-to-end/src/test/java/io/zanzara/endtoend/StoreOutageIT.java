package io.zanzara.endtoend;

import static io.zanzara.endtoend.Consoles.acknowledged;
import static io.zanzara.endtoend.Consoles.numbers;
import static io.zanzara.endtoend.Consoles.received;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MongoDB is halted while the broker runs (SIGSTOP), and goes on later. */
final class StoreOutageIT {

    private static final Duration EXIT = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Mongod mongod;
    private String uri;
    private Consoles consoles;

    @BeforeEach
    void start() {
        mongod = Mongod.start();
        uri = mongod.freshDatabase();
        consoles = new Consoles(new Backend.Location(Backend.MONGODB, uri, "--spring.mongodb.uri=" + uri));
    }

    @AfterEach
    void end() {
        consoles.close();
        mongod.close();
    }

    @Test
    void acknowledgementsWaitForTheStore() throws MqttException {
        consoles.broker();
        try (PahoClient subscriber = new PahoClient(consoles.port(), "cli_sub");
                PahoClient publisher = new PahoClient(consoles.port(), "cli_pub")) {
            subscriber.connect(false);
            subscriber.subscribe("test", 1);
            subscriber.disconnect();
            publisher.connect(false);

            mongod.halt();
            IMqttToken published = publisher.publishing("test", "1", 1, false);
            IMqttToken subscribed = publisher.subscribing("other", 1);
            Awaitility.await().atMost(SOON).until(() -> readiness() == 503);
            assertThat(published.isComplete()).isFalse();
            assertThat(subscribed.isComplete()).isFalse();
            assertThat(publisher.isConnected()).isTrue();

            mongod.goOn();
            published.waitForCompletion(SOON.toMillis());
            subscribed.waitForCompletion(SOON.toMillis());
            subscriber.connect(false);
            subscriber.await(1);
            assertThat(subscriber.texts()).isEqualTo(List.of("1"));
        }
    }

    @Test
    void consolesOutliveTheOutage() {
        ConsoleProcess broker = consoles.broker();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker);
        consoles.subscriber("cli2_sub", broker).terminate();
        ConsoleProcess publisher = consoles.publisher(200, "20ms");
        subscriber.awaitCount(Consoles.RECEIVED, 50);

        mongod.halt();
        Awaitility.await().atMost(SOON).until(() -> readiness() == 503);
        mongod.goOn();

        assertThat(publisher.awaitExit(EXIT)).isZero();
        assertThat(acknowledged(publisher)).isEqualTo(numbers(1, 200));
        subscriber.awaitMatch("Hello mqtt 200$");
        assertThat(received(subscriber)).isEqualTo(numbers(1, 200));
        ConsoleProcess other = consoles.subscriber("cli2_sub", broker);
        other.awaitMatch("Hello mqtt 200$");
        assertThat(received(other)).isEqualTo(numbers(1, 200));
        Awaitility.await().atMost(SOON).until(() -> readiness() == 200);
    }

    /** It must not go on beside the one that took over, and whoever restarts it must see that it ended. */
    @Test
    void brokerThatHasLostItsDatabaseEndsByItself() {
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker);

        try (MongoClient client = MongoClients.create(uri)) {
            MongoShell.database(client, uri).drop();
        }

        assertThat(broker.awaitExit(EXIT)).isEqualTo(1);
        assertThat(broker.lines()).anyMatch(line -> line.contains("acknowledges nothing more"));
    }

    private int readiness() throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + consoles.managementPort() + "/actuator/health/readiness");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
