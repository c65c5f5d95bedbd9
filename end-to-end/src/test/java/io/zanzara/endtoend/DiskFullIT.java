package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded store can write nothing for a while (a limit on the size of its process's files), and readiness says why. */
final class DiskFullIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void acknowledgementsWaitForRoomAndReadinessSaysSo() throws Exception {
        Backend.Location store = Backend.EMBEDDED.fresh(folder);
        try (Consoles consoles = new Consoles(store)) {
            ConsoleProcess broker = consoles.broker();
            try (PahoClient subscriber = new PahoClient(consoles.port(), "cli_sub");
                    PahoClient passing = new PahoClient(consoles.port(), "passing");
                    PahoClient publisher = new PahoClient(consoles.port(), "cli_pub")) {
                subscriber.connect(false);
                subscriber.subscribe("test", 1);
                subscriber.disconnect();
                passing.connect(true);
                passing.subscribe("passing", 1);
                publisher.connect(false);
                publisher.publish("test", "1", 1, false);

                limitFiles(broker, "1");
                IMqttToken published = publisher.publishing("test", "2", 1, false);
                Awaitility.await().atMost(SOON).until(() -> readiness(consoles).statusCode() == 503);
                assertThat(readiness(consoles).body())
                        .contains("acknowledgements wait: The embedded store in ")
                        .contains("failed writing");
                passing.publish("passing", "flows on", 0, false);
                passing.await(1);
                assertThat(published.isComplete()).isFalse();
                assertThat(publisher.isConnected()).isTrue();

                limitFiles(broker, "unlimited");
                published.waitForCompletion(SOON.toMillis());
                Awaitility.await().atMost(SOON).until(() -> readiness(consoles).statusCode() == 200);
                subscriber.connect(false);
                subscriber.await(2);
                assertThat(subscriber.texts()).isEqualTo(List.of("1", "2"));
            }
        }
    }

    private static void limitFiles(ConsoleProcess broker, String bytes) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", String.valueOf(broker.pid()), "--fsize=" + bytes + ":")
                .redirectErrorStream(true)
                .start();
        String said = new String(prlimit.getInputStream().readAllBytes(), UTF_8);
        assertThat(prlimit.waitFor()).as(said).isZero();
    }

    private static HttpResponse<String> readiness(Consoles consoles) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + consoles.managementPort() + "/actuator/health/readiness");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
