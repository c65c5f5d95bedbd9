package io.zanzara.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Users and rules from the settings and from files, seen by clients of a running service. */
final class LocksTest {

    private static final int FAILED_AUTHENTICATION = MqttException.REASON_CODE_FAILED_AUTHENTICATION;
    private static final String USER = "--zanzara.authentication.users[0].";

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private Path users;
    private Path rules;

    @BeforeEach
    void files() throws IOException {
        users = Files.writeString(folder.resolve("users"), "# people\n" + entry("alice", "pencil"));
        rules = Files.writeString(folder.resolve("rules"), "user alice\ntopic readwrite open/#\ntopic news\n");
    }

    /** As the service sets logging up anew when it starts, this can begin only then. */
    private void record() {
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stopRecording() {
        root.detachAppender(log);
    }

    private static String entry(String name, String password) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = PasswordCommand.run(
                new String[] {"password", name, "5"},
                null,
                new ByteArrayInputStream((password + "\n").getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                System.err);
        assertThat(status).isZero();
        return out.toString(UTF_8);
    }

    private static MqttClient connect(RunningService service, String user, String password) throws MqttException {
        return connect(service, "client-of-" + user, user, password);
    }

    private static MqttClient connect(RunningService service, String clientId, String user, String password)
            throws MqttException {
        MqttClient client = new MqttClient(service.mqttUri(), clientId, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        if (!user.isEmpty()) {
            options.setUserName(user);
            options.setPassword(password.toCharArray());
        }
        try {
            client.connect(options);
        } catch (MqttException e) {
            client.close();
            throw e;
        }
        return client;
    }

    private static void close(MqttClient client) throws MqttException {
        client.disconnect();
        client.close();
    }

    private static boolean isLetIn(RunningService service, String user, String password) throws MqttException {
        try {
            close(connect(service, "at-the-door-" + user, user, password));
            return true;
        } catch (MqttException e) {
            if (e.getReasonCode() != FAILED_AUTHENTICATION
                    && e.getReasonCode() != MqttException.REASON_CODE_NOT_AUTHORIZED) {
                throw e;
            }
            return false;
        }
    }

    @Test
    void usersAndRulesHoldAndAreReadAgainAndNoSecretIsLogged() throws Exception {
        String inSettings = entry("carol", "crayon").strip().substring("carol:".length());
        try (RunningService service = RunningService.start(
                USER + "name=carol",
                USER + "password-hash=" + inSettings,
                "--zanzara.authentication.users-file=" + users,
                "--zanzara.authorization.file=" + rules,
                "--zanzara.authorization.rules[0].user=carol",
                "--zanzara.authorization.rules[0].topic=of/%u/#",
                "--zanzara.authorization.rules[0].allow=publish,subscribe",
                "--zanzara.events.payload=true",
                "--logging.level.root=debug")) {
            record();
            assertThat(isLetIn(service, "alice", "pencil")).isTrue();
            assertThat(isLetIn(service, "carol", "crayon")).isTrue();
            assertThat(isLetIn(service, "alice", "crayon")).isFalse();
            assertThat(isLetIn(service, "nobody", "pencil")).isFalse();
            assertThat(isLetIn(service, "", "")).isFalse();

            MqttClient alice = connect(service, "alice", "pencil");
            Queue<String> heard = new ConcurrentLinkedQueue<>();
            alice.subscribe("open/#", 1, (topic, message) -> heard.add(topic));
            assertThatThrownBy(() -> alice.subscribe("of/carol/things", 1)).isInstanceOf(MqttException.class);
            assertThatThrownBy(() -> alice.subscribe("#", 1)).isInstanceOf(MqttException.class);
            alice.publish("open/one", "1".getBytes(UTF_8), 1, false);
            await().until(() -> heard.contains("open/one"));

            theFileOfRulesIsReadAgain(service, alice, heard);
            theFileOfUsersIsReadAgain(service);
            theMetersTellOfRefusals(service);
            close(alice);
        }
        String said = said();
        assertThat(said).contains("clientConnected client-of-alice"); // else nothing was recorded
        assertThat(said).doesNotContain("pencil", "crayon", inSettings.substring(7), "$2b$05$");
    }

    private void theFileOfRulesIsReadAgain(RunningService service, MqttClient alice, Queue<String> heard)
            throws Exception {
        Files.writeString(rules, "user alice\ntopic publish open/#\ntopic news\n");
        await().untilAsserted(() -> assertThat(said()).contains("Took up the new content of " + rules));
        MqttClient carol = connect(service, "carol", "crayon");
        Queue<String> own = new ConcurrentLinkedQueue<>();
        carol.subscribe("of/carol/#", 1, (topic, message) -> own.add(topic));
        alice.subscribe("news", 1, (topic, message) -> heard.add(topic));
        alice.publish("open/two", "2".getBytes(UTF_8), 1, false); // still allowed, but no longer heard
        alice.publish("news", "3".getBytes(UTF_8), 1, false);
        carol.publish("of/carol/x", "4".getBytes(UTF_8), 1, false);
        await().until(() -> heard.contains("news") && own.contains("of/carol/x"));
        assertThat(heard).containsExactly("open/one", "news");
        close(carol);

        Files.writeString(rules, "user alice\ntopic sometimes news\n");
        await().untilAsserted(() -> assertThat(said()).contains("line 2: 'sometimes' is not an access"));
        alice.publish("news", "5".getBytes(UTF_8), 1, false);
        await().until(() -> heard.size() == 3);
    }

    private void theFileOfUsersIsReadAgain(RunningService service) throws Exception {
        Files.writeString(users, entry("bob", "chalk"), StandardOpenOption.APPEND);
        await().until(() -> isLetIn(service, "bob", "chalk"));
        Files.writeString(users, "bob\n");
        await().untilAsserted(() -> assertThat(said()).contains("line 1: a line must be like NAME:HASH"));
        assertThat(isLetIn(service, "alice", "pencil")).isTrue();
        Files.writeString(users, entry("bob", "chalk"));
        await().until(() -> !isLetIn(service, "alice", "pencil"));
        assertThat(isLetIn(service, "bob", "chalk")).isTrue();
    }

    private static void theMetersTellOfRefusals(RunningService service) {
        assertThat(service.get("prometheus").body())
                .containsPattern("zanzara_refused_total\\{reason=\"bad_user_name_or_password\"} [1-9]")
                .containsPattern("zanzara_refused_total\\{reason=\"not_authorized\"} [1-9]");
    }

    private String said() {
        StringBuilder said = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            said.append(event.getFormattedMessage()).append('\n');
        }
        return said.toString();
    }

    @Test
    void withScramUsersNobodyComesInWithoutLoggingIn() throws Exception {
        String credential = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
        try (RunningService service = RunningService.start(
                "--zanzara.authentication.scram-sha-256.users[0].name=alice",
                "--zanzara.authentication.scram-sha-256.users[0].credential=" + credential)) {
            assertThat(isLetIn(service, "", "")).isFalse();
            assertThat(isLetIn(service, "alice", "pencil")).isFalse();
        }
    }
}
