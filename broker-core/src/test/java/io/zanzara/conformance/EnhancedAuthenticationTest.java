package io.zanzara.conformance;

import static io.zanzara.testclient.Properties.AUTHENTICATION_DATA;
import static io.zanzara.testclient.Properties.AUTHENTICATION_METHOD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Authorizer;
import io.zanzara.access.Credentials;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.access.Limits;
import io.zanzara.access.ScramCredential;
import io.zanzara.access.ScramSha256;
import io.zanzara.access.ScramUsers;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import io.zanzara.testclient.ScramClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Enhanced authentication (MQTT 5.0, section 4.12) packet by packet, with SCRAM-SHA-256 and with a method that does what it is told. */
class EnhancedAuthenticationTest {

    private static final Packets MQTT = Packets.MQTT_5;
    private static final String SCRAM = ScramSha256.METHOD;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int PROTOCOL_ERROR = 0x82;
    private static final int CONTINUE = 0x18;
    private static final int REAUTHENTICATE = 0x19;

    private static final Broker broker = start(Limits.DEFAULTS);

    /** What hangs ends here within two seconds. */
    private static final Broker impatient = start(Limits.DEFAULTS.with(draft -> draft.connectTimeoutSeconds(2)));

    private final List<RawClient> opened = new ArrayList<>();

    private static Broker start(Limits limits) {
        ScramCredential credential = ScramCredential.of("pencil".toCharArray(), new byte[16], 4_096);
        ScramUsers users = ScramUsers.of(Map.of("alice", credential, "bob", credential));
        return Broker.start(BrokerConfig.of(new MemoryStore())
                .withPort(0)
                .withEnhancedAuthenticators(List.of(new ScramSha256(users, new byte[] {1}, 4_096), new Told()))
                .withAuthenticator(
                        credentials -> CompletableFuture.completedFuture("guest".equals(credentials.userName())
                                || credentials.client().value().startsWith("open")))
                .withAuthorizer(new OwnTopicsOnly())
                .withLimits(limits));
    }

    /** A method that does what the client's data say, with an answer from another thread. */
    private static final class Told implements EnhancedAuthenticator {
        @Override
        public String method() {
            return "TOLD";
        }

        @Override
        public Exchange begin(Credentials credentials) {
            return data -> {
                String[] words = new String(data == null ? new byte[0] : data, UTF_8).split(" ", -1);
                return switch (words[0]) {
                    case "throw" -> throw new IllegalStateException("as told");
                    case "break" -> CompletableFuture.failedFuture(new IllegalStateException("as told"));
                    case "hang" -> new CompletableFuture<>();
                    case "let" -> later(Step.success(null, words[1]));
                    case "ban" -> later(Step.failure(ReasonCode.BANNED, "as told"));
                    case "odd" -> later(Step.failure(ReasonCode.KEEP_ALIVE_TIMEOUT, "as told"));
                    default -> later(Step.challenge("go on".getBytes(UTF_8)));
                };
            };
        }

        private static CompletionStage<Step> later(Step step) {
            return CompletableFuture.supplyAsync(
                    () -> step, CompletableFuture.delayedExecutor(20, java.util.concurrent.TimeUnit.MILLISECONDS));
        }
    }

    private static final class OwnTopicsOnly implements Authorizer {
        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
            return publication.topic().value().startsWith(userName + "/");
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
            return true;
        }
    }

    @AfterEach
    void closeClients() throws IOException {
        for (RawClient client : opened) {
            client.close();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
        impatient.close();
    }

    private static Properties with(String method, byte[] data) {
        return Properties.of(AUTHENTICATION_METHOD, method).and(AUTHENTICATION_DATA, data);
    }

    private static byte[] auth(int reasonCode, String method, byte[] data) {
        return Packets.withReason(Packet.AUTH, 0, reasonCode, with(method, data));
    }

    private static byte[] told(int reasonCode, String data) {
        return auth(reasonCode, "TOLD", data.getBytes(UTF_8));
    }

    private RawClient open(Broker to) throws IOException {
        RawClient client = RawClient.open(to.port(), MQTT);
        opened.add(client);
        return client;
    }

    /** Sends CONNECT and nothing else. */
    private RawClient connecting(String clientId, String method, byte[] data) throws IOException {
        return connecting(broker, clientId, method, data);
    }

    private RawClient connecting(Broker to, String clientId, String method, byte[] data) throws IOException {
        RawClient client = open(to);
        client.send(MQTT.connect(Packets.Connect.clean(clientId), with(method, data)));
        return client;
    }

    private RawClient connecting(String clientId, String told) throws IOException {
        return connecting(clientId, "TOLD", told.getBytes(UTF_8));
    }

    private RawClient connected(String clientId, String user) throws IOException {
        RawClient client = connecting(clientId, "let " + user);
        assertThat(client.expect(Packet.CONNACK).code()).isZero();
        return client;
    }

    private static byte[] data(Packet packet) {
        return (byte[]) packet.properties().values(AUTHENTICATION_DATA).get(0);
    }

    private static byte[] challenge(RawClient client, String method) throws IOException {
        Packet auth = client.expect(Packet.AUTH);
        assertThat(auth.code()).isEqualTo(CONTINUE);
        assertThat(auth.properties().text(AUTHENTICATION_METHOD)).isEqualTo(method);
        return data(auth);
    }

    private static void refused(RawClient client, int reasonCode) throws IOException {
        Packet connack = client.expect(Packet.CONNACK);
        assertThat(connack.code()).isEqualTo(reasonCode);
        assertThat(connack.sessionPresent()).isFalse();
        client.expectClosed();
    }

    private static void thrownOut(RawClient client, int reasonCode) throws IOException {
        assertThat(client.expect(Packet.DISCONNECT).code()).isEqualTo(reasonCode);
        client.expectClosed();
    }

    // ---- CONNECT

    @Test
    @Spec(v5 = {"MQTT-4.12.0-2", "MQTT-4.12.0-5", "MQTT-3.15.2-1"})
    void scramLetsInWhoKnowsThePassword() throws IOException {
        ScramClient alice = new ScramClient("alice", "pencil");
        RawClient client = connecting("c1", SCRAM, alice.first());
        client.send(auth(CONTINUE, SCRAM, alice.answer(challenge(client, SCRAM))));
        Packet connack = client.expect(Packet.CONNACK);

        assertThat(connack.code()).isZero();
        assertThat(connack.properties().text(AUTHENTICATION_METHOD)).isEqualTo(SCRAM);
        assertThat(alice.recognises(data(connack))).isTrue();
        assertThat(broker.clients()).anyMatch(each -> each.clientId().equals("c1") && "alice".equals(each.userName()));
        client.send(MQTT.publish("alice/x", "mine", 1, 1), MQTT.publish("bob/x", "not mine", 1, 2));
        assertThat(client.expect(Packet.PUBACK).code()).isLessThan(0x80);
        assertThat(client.expect(Packet.PUBACK).code()).isEqualTo(NOT_AUTHORIZED);
    }

    @Test
    @Spec(v5 = {"MQTT-4.12.0-4", "MQTT-3.1.4-2", "MQTT-3.2.2-6", "MQTT-3.2.2-7"})
    void aWrongPasswordAndAnUnknownUserAreRefusedAlike() throws IOException {
        String reason = null;
        for (String user : List.of("alice", "mallory")) {
            ScramClient scram = new ScramClient(user, "penicl");
            RawClient client = connecting("c2", SCRAM, scram.first());
            byte[] serverFirst = challenge(client, SCRAM);
            assertThat(new String(serverFirst, UTF_8)).matches("r=.{48},s=.{22}==,i=4096");
            client.send(auth(CONTINUE, SCRAM, scram.answer(serverFirst)));
            Packet connack = client.expect(Packet.CONNACK);
            assertThat(connack.code()).isEqualTo(NOT_AUTHORIZED);
            assertThat(connack.properties().values(AUTHENTICATION_DATA)).isEmpty();
            assertThat(reason == null ? connack.properties().text(Properties.REASON_STRING) : reason)
                    .isEqualTo(connack.properties().text(Properties.REASON_STRING));
            reason = connack.properties().text(Properties.REASON_STRING);
            client.expectClosed();
        }
    }

    @Test
    @Spec(v5 = "MQTT-4.12.0-1")
    void aMethodThatIsNotThereIsRefused() throws IOException {
        refused(connecting("c3", "SCRAM-SHA-1", new byte[] {1}), 0x8C);
    }

    @Test
    @Spec(v5 = {"MQTT-4.12.0-6", "MQTT-4.12.0-7"})
    void withoutAMethodTheAuthenticatorDecidesAndThereIsNoAuth() throws IOException {
        RawClient stranger = open(broker);
        stranger.send(MQTT.connect(Packets.Connect.clean("stranger")));
        refused(stranger, 0x86);

        RawClient client = open(broker);
        client.send(MQTT.connect(Packets.Connect.clean("open4")));
        Packet connack = client.expect(Packet.CONNACK);
        assertThat(connack.code()).isZero();
        assertThat(connack.properties().values(AUTHENTICATION_METHOD)).isEmpty();
        client.send(told(REAUTHENTICATE, "let x"));
        thrownOut(client, PROTOCOL_ERROR);
    }

    @Test
    void aMethodMayTakeItsTimeAndSeveralRounds() throws IOException {
        RawClient client = connecting("c5", "more");
        for (int round = 0; round < 3; round++) {
            assertThat(challenge(client, "TOLD")).asString(UTF_8).isEqualTo("go on");
            client.send(told(CONTINUE, round < 2 ? "more" : "let carol"));
        }
        Packet connack = client.expect(Packet.CONNACK);
        assertThat(connack.code()).isZero();
        assertThat(connack.properties().values(AUTHENTICATION_DATA)).isEmpty();
    }

    /** A packet that the client can't take must not be sent, and without it there is no going on. */
    @Test
    @Spec(v5 = {"MQTT-3.1.2-24", "MQTT-3.15.2-2", "MQTT-3.15.2-3"})
    void aChallengeThatTheClientCannotTakeEndsTheConnection() throws IOException {
        Properties told = with("TOLD", "more".getBytes(UTF_8));
        int size = 2 + 1 + 1 + (1 + 2 + "TOLD".length()) + (1 + 2 + "go on".length());
        RawClient client = open(broker);
        client.send(MQTT.connect(Packets.Connect.clean("c18"), told.and(Properties.MAXIMUM_PACKET_SIZE, size - 1)));
        refused(client, 0x95);
        RawClient other = open(broker);
        other.send(MQTT.connect(Packets.Connect.clean("c18"), told.and(Properties.MAXIMUM_PACKET_SIZE, size)));
        Packet auth = other.expect(Packet.AUTH);
        assertThat(auth.properties().all()).hasSize(2);
        assertThat(data(auth)).asString(UTF_8).isEqualTo("go on");
    }

    @Test
    void theReasonOfAMethodIsTold() throws IOException {
        refused(connecting("c6", "ban"), 0x8A);
    }

    /** CONNACK has no such reason code. */
    @Test
    @Spec(v5 = "MQTT-3.2.2-8")
    void aReasonThatConnackCannotTellIsUnspecified() throws IOException {
        refused(connecting("c7", "odd"), 0x80);
    }

    @ParameterizedTest
    @ValueSource(strings = {"throw", "break"})
    void aMethodThatFailsRefuses(String how) throws IOException {
        refused(connecting("c8", how), NOT_AUTHORIZED);
        RawClient later = connecting("c8", "more");
        challenge(later, "TOLD");
        later.send(told(CONTINUE, how));
        refused(later, NOT_AUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "subscribe", "ping", "connect"})
    @Spec(v5 = "MQTT-3.1.2-30")
    void nothingElseMayComeBeforeConnack(String what) throws IOException {
        RawClient client = connecting("c9", "more");
        client.send(
                switch (what) {
                    case "publish" -> MQTT.publish("t", "early", 0, 0);
                    case "subscribe" -> MQTT.subscribe(1, 0, "t");
                    case "ping" -> MQTT.pingReq();
                    default -> MQTT.connect(Packets.Connect.clean("c9"), with("TOLD", new byte[0]));
                });
        challenge(client, "TOLD");
        refused(client, PROTOCOL_ERROR);
    }

    @Test
    void aClientMayGiveUp() throws IOException {
        RawClient client = connecting("c10", "more");
        challenge(client, "TOLD");
        client.send(MQTT.disconnect());
        client.expectClosed();
    }

    @Test
    @Spec(v5 = {"MQTT-4.12.0-3", "MQTT-4.12.0-5"})
    void anAuthThatDoesNotFitIsRefused() throws IOException {
        List<byte[]> wrong = List.of(
                told(REAUTHENTICATE, "let x"),
                told(0, "let x"),
                auth(CONTINUE, SCRAM, "let x".getBytes(UTF_8)),
                Packets.packet(Packet.AUTH, 0, new byte[0]));
        for (byte[] auth : wrong) {
            RawClient client = connecting("c11", "more");
            challenge(client, "TOLD");
            client.send(auth);
            refused(client, PROTOCOL_ERROR);
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.15.1-1")
    void reservedFlagsOfAuthMustBeZero() throws IOException {
        RawClient client = connected("c12", "carol");
        byte[] auth = told(REAUTHENTICATE, "let carol");
        auth[0] |= 1;
        client.send(auth);
        thrownOut(client, 0x81);
    }

    /** Neither a client that does not answer nor a method that does not keeps a connection for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"more", "hang"})
    void authenticationEndsInTime(String first) throws IOException {
        RawClient client = connecting(impatient, "c13", "TOLD", first.getBytes(UTF_8));
        if (first.equals("more")) {
            challenge(client, "TOLD");
        }
        refused(client, NOT_AUTHORIZED);
    }

    // ---- re-authentication

    @Test
    @Spec(v5 = "MQTT-4.12.0-5")
    void reauthenticationGoesOnBesideTheTraffic() throws IOException {
        ScramClient first = new ScramClient("bob", "pencil");
        RawClient client = connecting("c14", SCRAM, first.first());
        client.send(auth(CONTINUE, SCRAM, first.answer(challenge(client, SCRAM))));
        assertThat(client.expect(Packet.CONNACK).code()).isZero();
        for (int round = 1; round <= 2; round++) {
            ScramClient again = new ScramClient("bob", "pencil");
            client.send(auth(REAUTHENTICATE, SCRAM, again.first()));
            byte[] serverFirst = challenge(client, SCRAM);
            client.send(MQTT.publish("bob/x", "between", 1, round));
            client.expect(Packet.PUBACK);
            client.send(auth(CONTINUE, SCRAM, again.answer(serverFirst)));
            Packet done = client.expect(Packet.AUTH);
            assertThat(done.code()).isZero();
            assertThat(done.properties().text(AUTHENTICATION_METHOD)).isEqualTo(SCRAM);
            assertThat(again.recognises(data(done))).isTrue();
        }
        client.send(MQTT.pingReq());
        client.expect(Packet.PINGRESP);
    }

    @Test
    void trafficGoesOnWhileAMethodThinks() throws IOException {
        RawClient client = connecting(impatient, "c15", "TOLD", "let carol".getBytes(UTF_8));
        client.expect(Packet.CONNACK);
        client.send(told(REAUTHENTICATE, "hang"), MQTT.pingReq());
        client.expect(Packet.PINGRESP);
        thrownOut(client, NOT_AUTHORIZED); // after its patience
    }

    @Test
    @Spec(v5 = "MQTT-4.12.1-2")
    void aReauthenticationThatFailsEndsTheConnection() throws IOException {
        for (String how : List.of("ban", "throw", "break", "let somebody-else")) {
            RawClient client = connected("c16", "carol");
            client.send(told(REAUTHENTICATE, how));
            thrownOut(client, NOT_AUTHORIZED);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> broker.clients().stream()
                            .noneMatch(each -> each.clientId().equals("c16")));
        }
    }

    @Test
    @Spec(v5 = "MQTT-4.12.1-1")
    void aReauthenticationThatDoesNotFitEndsTheConnection() throws IOException {
        byte[] other = auth(REAUTHENTICATE, SCRAM, new ScramClient("alice", "pencil").first());
        byte[] unasked = told(CONTINUE, "let carol");
        byte[] second = told(REAUTHENTICATE, "let carol");
        for (List<byte[]> wrong : List.of(
                List.of(other),
                List.of(unasked),
                List.of(told(0, "let carol")),
                List.of(told(REAUTHENTICATE, "hang"), second))) {
            RawClient client = connected("c17", "carol");
            client.send(wrong.toArray(byte[][]::new));
            thrownOut(client, PROTOCOL_ERROR);
        }
    }
}
