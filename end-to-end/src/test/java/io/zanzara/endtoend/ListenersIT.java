package io.zanzara.endtoend;

import static io.zanzara.endtoend.SafeBroker.CONFIDENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import io.netty.pkitesting.X509Bundle;
import io.zanzara.endtoend.JavaClient.Connecting;
import io.zanzara.endtoend.JavaClient.Kind;
import io.zanzara.endtoend.JavaClient.Message;
import io.zanzara.endtoend.JavaClient.Subscribing;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each listener of a safe broker, with clients that others wrote. Where mqtt.js can't be had, that is said, and its tests are not there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListenersIT {

    private static final int LARGE = 1_000_000;

    private final List<JavaClient> open = new ArrayList<>();
    private final List<ScriptedRound> rounds = new ArrayList<>();
    private SafeBroker broker;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = new SafeBroker(folder);
        Map<String, String> clients = ScriptedRound.clients("node");
        if (clients.containsKey("node")) {
            rounds.add(round(clients.get("node"), "ws", "3.1.1"));
            rounds.add(round(clients.get("node"), "wss", "5"));
        }
    }

    private ScriptedRound round(String client, String transport, String version) {
        String options = String.format(
                "{\"protocol\": \"%s\", \"path\": \"/mqtt\", \"username\": \"%s\", \"password\": \"%s\", \"ca\": \"%s\"}",
                transport,
                SafeBroker.SCRIPTS.user(),
                SafeBroker.SCRIPTS.password(),
                broker.authority().authority().getCertificatePEM().replaceAll("\\R", "\\\\n"));
        List<String> command =
                List.of("env", "MQTT_OPTIONS=" + options, "node", ScriptedRound.script("mqttjs_round.mjs"), client);
        return ScriptedRound.start(
                "mqtt.js " + transport, version, command, broker.at(transport).port());
    }

    @AfterEach
    void closeClients() {
        open.forEach(JavaClient::close);
        open.clear();
    }

    @AfterAll
    void stop() {
        rounds.forEach(ScriptedRound::close);
        broker.close();
    }

    private JavaClient client(Kind kind, String listener, String clientId) throws Exception {
        JavaClient client = kind.at(broker.at(listener), clientId);
        open.add(client);
        return client;
    }

    private static void publish(JavaClient client, Message message) throws Exception {
        assertThat(client.publish(message).get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isZero();
    }

    private static List<Message> received(JavaClient client, int count) {
        await().atMost(JavaClient.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> client.received().size() >= count || !client.isConnected());
        return client.received();
    }

    static Stream<Arguments> clients() {
        return Stream.of("tcp", "tls", "ws", "wss", "mutual")
                .flatMap(listener -> Stream.of(Kind.values()).map(kind -> Arguments.of(kind, listener)));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void carriesMessagesBothWays(Kind kind, String listener) throws Exception {
        String own = kind + listener;
        JavaClient client = client(kind, listener, own);
        JavaClient partner = client(Kind.HIVEMQ_5, "tcp", own + "partner");
        client.connect(Connecting.CLEAN);
        partner.connect(Connecting.CLEAN);
        assertThat(client.subscribe(new Subscribing("all/to/" + own, 2))).isEqualTo(2);
        assertThat(partner.subscribe(new Subscribing("all/from/" + own, 2))).isEqualTo(2);

        List<String> texts =
                List.of(CONFIDENTIAL, CONFIDENTIAL + "1", CONFIDENTIAL + "2", CONFIDENTIAL + "x".repeat(LARGE));
        for (int i = 0; i < texts.size(); i++) {
            publish(client, new Message("all/from/" + own, texts.get(i), i % 3));
            publish(partner, new Message("all/to/" + own, texts.get(i), i % 3));
            received(client, i + 1);
            received(partner, i + 1);
        }

        assertThat(client.received()).isEqualTo(expected("all/to/" + own, texts));
        assertThat(partner.received()).isEqualTo(expected("all/from/" + own, texts));
        String user = listener.equals("mutual") ? "carol" : "alice";
        broker.process().awaitMatch("clientConnected " + own + " from \\S+, MQTT \\S+, user " + user);
    }

    private static List<Message> expected(String topic, List<String> texts) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Message(topic, texts.get(i), i % 3))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void bringsWhatWasMissedInOrder(Kind kind, String listener) throws Exception {
        String own = kind + listener + "away";
        JavaClient away = client(kind, listener, own);
        away.connect(Connecting.PERSISTENT);
        away.subscribe(new Subscribing("all/to/" + own, 1));
        away.disconnect();
        JavaClient partner = client(Kind.HIVEMQ_5, "tcp", own + "partner");
        partner.connect(Connecting.CLEAN);
        List<String> texts =
                IntStream.range(0, 100).mapToObj(i -> CONFIDENTIAL + i).toList();
        List<CompletableFuture<Integer>> sent = new ArrayList<>();
        for (String text : texts) {
            sent.add(partner.publish(new Message("all/to/" + own, text, 1)));
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                .get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        JavaClient back = client(kind, listener, own);
        assertThat(back.connect(Connecting.PERSISTENT)).isTrue();

        assertThat(received(back, texts.size())).extracting(Message::text).isEqualTo(texts);
    }

    @Test
    void takesUpARenewedCertificate() throws Exception {
        List<JavaClient> before = new ArrayList<>();
        for (String listener : List.of("tls", "wss")) {
            JavaClient client = client(Kind.PAHO_5, listener, "before" + listener);
            client.connect(Connecting.CLEAN);
            client.subscribe(new Subscribing("all/renewed", 1));
            before.add(client);
        }
        Certificate old = shown("tls");

        X509Bundle renewed = broker.renew();

        for (String listener : List.of("tls", "wss", "mutual")) {
            await().atMost(JavaClient.PATIENCE).until(() -> shown(listener).equals(renewed.getCertificate()));
        }
        assertThat(old).isNotEqualTo(renewed.getCertificate());
        JavaClient after = client(Kind.HIVEMQ_3_1_1, "tls", "after");
        after.connect(Connecting.CLEAN);
        publish(after, new Message("all/renewed", CONFIDENTIAL, 1));
        for (JavaClient client : before) {
            assertThat(received(client, 1)).extracting(Message::text).containsExactly(CONFIDENTIAL);
        }
        broker.serveOthers();
    }

    private Certificate shown(String listener) throws IOException {
        Entrance entrance = broker.at(listener);
        SSLContext tls = entrance.trusted().context(entrance.own());
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(entrance.host(), entrance.port())) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @TestFactory
    Stream<DynamicContainer> servesMqttJs() {
        return rounds.stream().map(round -> dynamicContainer(round.name(), round.checks()));
    }
}
