package io.zanzara.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Credentials;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import io.zanzara.testclient.ScramClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Users in the settings, from the command that makes their entries to a client that logs in; methods that are beans; what CONNACK is told to say. */
final class AuthenticationTest {

    private static final String SCRAM = "SCRAM-SHA-256";
    private static final String USER = "--zanzara.authentication.scram-sha-256.users[0].";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int command(String input, String... args) {
        return ScramEntry.run(
                args,
                null,
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    private static Properties with(String method, byte[] data) {
        return Properties.of(Properties.AUTHENTICATION_METHOD, method).and(Properties.AUTHENTICATION_DATA, data);
    }

    private static byte[] data(Packet packet) {
        return (byte[])
                packet.properties().values(Properties.AUTHENTICATION_DATA).get(0);
    }

    @Test
    void theCommandMakesAnEntryWithWhichTheUserLogsIn() throws IOException {
        assertThat(command("pencil\n", "scram-sha-256", "o'brien", "5000")).isZero();
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("- name: 'o''brien'");
        assertThat(lines.get(1)).startsWith("  credential: SCRAM-SHA-256$5000:");
        assertThat(err.toString(UTF_8)).isEmpty();
        String credential = lines.get(1).substring("  credential: ".length());
        try (RunningService service = RunningService.start(USER + "name=o'brien", USER + "credential=" + credential)) {
            assertThat(logIn(service, "o'brien", "pencil").code()).isZero();
            assertThat(service.get("clients").body()).contains("o'brien").doesNotContain(credential);
            assertThat(logIn(service, "o'brien", "penicl").code()).isEqualTo(0x87);
            assertThat(logIn(service, "nobody", "pencil").code()).isEqualTo(0x87);
        }
    }

    /** Leaves the connection open, so that the client can be looked up. */
    private static Packet logIn(RunningService service, String user, String password) throws IOException {
        RawClient client = RawClient.open(service.mqttPort(), Packets.MQTT_5);
        ScramClient scram = new ScramClient(user, password);
        client.send(Packets.MQTT_5.connect(Packets.Connect.clean("c"), with(SCRAM, scram.first())));
        byte[] challenge = data(client.expect(Packet.AUTH));
        assertThat(challenge).asString(UTF_8).endsWith(",i=5000");
        client.send(Packets.withReason(Packet.AUTH, 0, 0x18, with(SCRAM, scram.answer(challenge))));
        return client.expect(Packet.CONNACK);
    }

    @Test
    void theCommandSaysWhatItCannotDo() {
        assertThat(command("pencil\n", "scram-sha-256")).isEqualTo(1);
        assertThat(command("", "scram-sha-256", "alice")).isEqualTo(1);
        assertThat(command("\n", "scram-sha-256", "alice")).isEqualTo(1);
        assertThat(command("pencil\n", "scram-sha-256", "alice", "many")).isEqualTo(1);
        assertThat(command("pencil\n", "scram-sha-256", "alice", "1000")).isEqualTo(1);
        assertThat(command("pencil\n", "scram-sha-256", "al\u0007ice")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8).lines()).hasSize(6).noneMatch(line -> line.contains("pencil"));
    }

    /** Lets everybody in. */
    static final class Door implements EnhancedAuthenticator {
        @Override
        public String method() {
            return "DOOR";
        }

        @Override
        public Exchange begin(Credentials credentials) {
            return data -> CompletableFuture.completedFuture(Step.success(null, "somebody"));
        }
    }

    @Test
    void aMethodThatIsABeanIsThere() throws IOException {
        try (RunningService service = RunningService.start(new Class<?>[] {Door.class});
                RawClient client = RawClient.open(service.mqttPort(), Packets.MQTT_5);
                RawClient other = RawClient.open(service.mqttPort(), Packets.MQTT_5)) {
            client.send(Packets.MQTT_5.connect(Packets.Connect.clean("c"), with("DOOR", new byte[0])));
            assertThat(client.expect(Packet.CONNACK).code()).isZero();
            other.send(Packets.MQTT_5.connect(Packets.Connect.clean("d"), with(SCRAM, new byte[0])));
            assertThat(other.expect(Packet.CONNACK).code()).isEqualTo(0x8C);
        }
    }

    @Test
    void whatTheSettingsSayStandsInConnack() throws IOException {
        try (RunningService service = RunningService.start(
                        "--zanzara.limits.maximum-qos=1",
                        "--zanzara.limits.retain-available=false",
                        "--zanzara.limits.wildcard-subscription-available=false",
                        "--zanzara.limits.shared-subscription-available=false",
                        "--zanzara.limits.subscription-identifiers-available=false",
                        "--zanzara.limits.max-packet-size=2000B",
                        "--zanzara.limits.receive-maximum=5",
                        "--zanzara.limits.topic-alias-maximum=6",
                        "--zanzara.limits.max-session-expiry=7s",
                        "--zanzara.limits.max-keep-alive=8s",
                        "--zanzara.response-information-prefix=responses/");
                RawClient client = RawClient.open(service.mqttPort(), Packets.MQTT_5)) {
            client.send(Packets.MQTT_5.connect(
                    Packets.Connect.persistent("c"), Properties.of(Properties.REQUEST_RESPONSE_INFORMATION, 1)));
            Properties told = client.expect(Packet.CONNACK).properties();

            assertThat(told.number(Properties.MAXIMUM_QOS)).isEqualTo(1);
            assertThat(told.number(Properties.RETAIN_AVAILABLE)).isZero();
            assertThat(told.number(Properties.WILDCARD_SUBSCRIPTION_AVAILABLE)).isZero();
            assertThat(told.number(Properties.SHARED_SUBSCRIPTION_AVAILABLE)).isZero();
            assertThat(told.number(Properties.SUBSCRIPTION_IDENTIFIER_AVAILABLE))
                    .isZero();
            assertThat(told.number(Properties.MAXIMUM_PACKET_SIZE)).isEqualTo(2_000);
            assertThat(told.number(Properties.RECEIVE_MAXIMUM)).isEqualTo(5);
            assertThat(told.number(Properties.TOPIC_ALIAS_MAXIMUM)).isEqualTo(6);
            assertThat(told.number(Properties.SESSION_EXPIRY)).isEqualTo(7);
            assertThat(told.number(Properties.SERVER_KEEP_ALIVE)).isEqualTo(8);
            assertThat(told.text(Properties.RESPONSE_INFORMATION)).isEqualTo("responses/c");
        }
    }

    @Test
    void clientsAreSentToTheServerInTheSettings() throws IOException {
        try (RunningService service = RunningService.start(
                        "--zanzara.redirect.server-reference=other.example.org:1883", "--zanzara.redirect.moved=true");
                RawClient client = RawClient.open(service.mqttPort(), Packets.MQTT_5)) {
            client.send(Packets.MQTT_5.connect(Packets.Connect.clean("c")));
            Packet connack = client.expect(Packet.CONNACK);
            assertThat(connack.code()).isEqualTo(0x9D);
            assertThat(connack.properties().text(Properties.SERVER_REFERENCE)).isEqualTo("other.example.org:1883");
        }
    }
}
