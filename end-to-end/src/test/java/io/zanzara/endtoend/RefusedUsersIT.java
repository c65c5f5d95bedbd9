package io.zanzara.endtoend;

import static io.zanzara.endtoend.SafeBroker.BOB;
import static io.zanzara.endtoend.SafeBroker.CONFIDENTIAL;
import static io.zanzara.endtoend.SafeBroker.GUESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.zanzara.endtoend.JavaClient.Connecting;
import io.zanzara.endtoend.JavaClient.Kind;
import io.zanzara.endtoend.JavaClient.Message;
import io.zanzara.endtoend.JavaClient.Subscribing;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who may not come in, and who may not do what it wants: what each client of others hears, what the broker says of it, and that others don't
 * notice. There are no more than twenty refusals of each kind in all, as the log shows no more in ten seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RefusedUsersIT {

    private SafeBroker broker;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = new SafeBroker(folder);
    }

    @AfterEach
    void othersAreServed() throws Exception {
        broker.serveOthers();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private static Entrance entrance(SafeBroker broker, Kind kind) {
        return broker.at(
                switch (kind) {
                    case PAHO_3_1_1 -> "tcp";
                    case PAHO_5 -> "tls";
                    case HIVEMQ_3_1_1 -> "ws";
                    case HIVEMQ_5 -> "wss";
                });
    }

    /** Returns the reason code of the CONNACK that refuses. */
    private static int refusal(Kind kind, Entrance entrance, String clientId) throws Exception {
        try (JavaClient client = kind.at(entrance, clientId)) {
            Throwable failure = catchThrowable(() -> client.connect(Connecting.CLEAN));
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof org.eclipse.paho.client.mqttv3.MqttException e) {
                return e.getReasonCode();
            } else if (cause instanceof org.eclipse.paho.mqttv5.common.MqttException e) {
                return e.getReasonCode();
            } else if (cause instanceof Mqtt3ConnAckException e) {
                return e.getMqttMessage().getReturnCode().getCode();
            } else if (cause instanceof Mqtt5ConnAckException e) {
                return e.getMqttMessage().getReasonCode().getCode();
            }
            throw new AssertionError("no CONNACK that refuses", failure);
        }
    }

    private void isRefusedLogin(Kind kind, Entrance entrance) throws Exception {
        SafeBroker.Told told = broker.told(
                "bad_user_name_or_password",
                "connectionRefused 127.0.0.1\\S* \\(0x86, the user name or password is not right\\)");
        assertThat(refusal(kind, entrance, kind + "stranger")).isEqualTo(kind.five ? 0x86 : 4);
        told.awaitOneMore();
    }

    @ParameterizedTest
    @EnumSource
    void thePasswordIsWrong(Kind kind) throws Exception {
        isRefusedLogin(kind, entrance(broker, kind).as("alice", GUESS));
    }

    @ParameterizedTest
    @EnumSource
    void theUserIsUnknown(Kind kind) throws Exception {
        isRefusedLogin(kind, entrance(broker, kind).as("mallory", GUESS));
    }

    @ParameterizedTest
    @EnumSource
    void thereIsNoUser(Kind kind) throws Exception {
        isRefusedLogin(kind, entrance(broker, kind).asNobody());
    }

    @ParameterizedTest
    @EnumSource
    void theSessionIsAnotherUsers(Kind kind) throws Exception {
        String name = kind + "owned";
        try (JavaClient owner = kind.at(entrance(broker, kind), name)) {
            owner.connect(Connecting.PERSISTENT);
            owner.subscribe(new Subscribing("of/alice/" + kind, 1));
            SafeBroker.Told told = broker.told(
                    "not_authorized",
                    "connectionRefused 127.0.0.1\\S* \\(0x87, the session belongs to another user\\)");

            Entrance bobs = entrance(broker, kind).as(BOB.user(), BOB.password());
            assertThat(refusal(kind, bobs, name)).isEqualTo(kind.five ? 0x87 : 5);

            told.awaitOneMore();
            owner.publish(new Message("of/alice/" + kind, CONFIDENTIAL, 1))
                    .get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().until(() -> !owner.received().isEmpty());
            assertThat(owner.isConnected()).isTrue();
        }
    }

    /** MQTT 3.1.1 has no answer that refuses a message, so it is acknowledged. */
    @ParameterizedTest
    @EnumSource
    void aMessageIsNotAllowed(Kind kind) throws Exception {
        String topic = "of/bob/" + kind;
        try (JavaClient bob = Kind.HIVEMQ_5.at(broker.at("tcp").as(BOB.user(), BOB.password()), kind + "bob");
                JavaClient alice = kind.at(entrance(broker, kind), kind + "alice")) {
            bob.connect(Connecting.CLEAN);
            bob.subscribe(new Subscribing(topic, 1));
            alice.connect(Connecting.CLEAN);
            SafeBroker.Told told = broker.told(
                    "not_authorized",
                    "refused " + kind + "alice, user alice from 127.0.0.1\\S*: publish " + topic + " \\(0x87\\)");

            int answer = alice.publish(new Message(topic, CONFIDENTIAL, 1))
                    .get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(answer).isEqualTo(kind.five ? 0x87 : 0);
            told.awaitOneMore();
            bob.publish(new Message(topic, CONFIDENTIAL + "end", 1))
                    .get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().until(() -> !bob.received().isEmpty());
            assertThat(bob.received()).extracting(Message::text).containsExactly(CONFIDENTIAL + "end");
            assertThat(alice.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriptionIsNotAllowed(Kind kind) throws Exception {
        try (JavaClient alice = kind.at(entrance(broker, kind), kind + "curious")) {
            alice.connect(Connecting.CLEAN);
            SafeBroker.Told told = broker.told(
                    "not_authorized",
                    "refused " + kind + "curious, user alice from 127.0.0.1\\S*: subscribe of/\\+/" + kind
                            + " \\(0x87\\)");

            assertThat(alice.subscribe(new Subscribing("of/+/" + kind, 1))).isEqualTo(kind.five ? 0x87 : 0x80);

            told.awaitOneMore();
            assertThat(alice.subscribe(new Subscribing("of/alice/" + kind, 1))).isEqualTo(1);
        }
    }
}
