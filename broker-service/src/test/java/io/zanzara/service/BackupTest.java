package io.zanzara.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running service backs its embedded store up on request, and a service starts on the backup. */
final class BackupTest {

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedBeforeABackupIsInIt() throws MqttException, IOException {
        try (RunningService service = RunningService.start(store("data"), backups())) {
            MqttClient away = connect(service, "away");
            away.subscribe("kept", 1);
            away.disconnect();
            away.close();
            MqttClient publisher = connect(service, "publisher");
            publish(publisher, 0, 20);
            HttpResponse<String> answer = service.post("backup");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            publish(publisher, 20, 25);
            publisher.disconnect();
            publisher.close();
            assertThat(answer.body()).contains("\"backup\":\"" + made().get(0)).contains("\"problem\":\"\"");
        }
        assertThat(made()).hasSize(1);
        assertThat(received("backups/" + made().get(0).getFileName(), 20)).isEqualTo(numbers(20));
        assertThat(received("data", 25)).isEqualTo(numbers(25));
    }

    @Test
    void whereTheBackupGoesIsNotForARequestToSay() {
        try (RunningService service = RunningService.start(store("data"), backups())) {
            service.post("backup?backupDirectory=" + folder.resolve("elsewhere") + "&directory="
                    + folder.resolve("elsewhere"));
            assertThat(service.post("backup/elsewhere").statusCode()).isEqualTo(404);
            assertThat(service.get("backup").statusCode()).isEqualTo(405);
            assertThat(folder.resolve("elsewhere")).doesNotExist();
        }
    }

    private String store(String name) {
        return "--zanzara.store.embedded.path=" + folder.resolve(name);
    }

    private String backups() {
        return "--zanzara.store.embedded.backup-directory=" + folder.resolve("backups");
    }

    private List<Path> made() throws IOException {
        try (Stream<Path> backups = Files.list(folder.resolve("backups"))) {
            return backups.sorted().toList();
        }
    }

    private List<String> received(String name, int count) throws MqttException {
        List<String> received = new CopyOnWriteArrayList<>();
        try (RunningService service = RunningService.start(store(name))) {
            MqttClient away = new MqttClient(service.mqttUri(), "away", new MemoryPersistence());
            away.setCallback(new Collecting(received));
            away.connect(keptSession());
            await().until(() -> received.size() >= count);
            away.disconnect();
            away.close();
        }
        return received;
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private static void publish(MqttClient publisher, int from, int end) throws MqttException {
        for (int n = from; n < end; n++) {
            publisher.publish("kept", String.valueOf(n).getBytes(UTF_8), 1, false);
        }
    }

    private static MqttClient connect(RunningService service, String clientId) throws MqttException {
        MqttClient client = new MqttClient(service.mqttUri(), clientId, new MemoryPersistence());
        client.connect(keptSession());
        return client;
    }

    private static MqttConnectOptions keptSession() {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(false);
        return options;
    }

    private record Collecting(List<String> texts) implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            texts.add(new String(message.getPayload(), UTF_8));
        }

        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}
