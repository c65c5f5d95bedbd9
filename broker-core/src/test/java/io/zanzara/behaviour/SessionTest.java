package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNACK (section 3.2 of both versions), and how long a session lasts (4.1). */
class SessionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    // ---- CONNACK

    @ParameterizedTest
    @MethodSource("newerVersions")
    @Spec(
            v5 = {"MQTT-3.2.0-1", "MQTT-3.2.2-1", "MQTT-3.2.2-2", "MQTT-3.2.2-3", "MQTT-4.1.0-1", "MQTT-4.5.0-1"},
            v311 = {
                "MQTT-3.2.0-1",
                "MQTT-3.2.2-1",
                "MQTT-3.2.2-2",
                "MQTT-3.2.2-3",
                "MQTT-4.1.0-1",
                "MQTT-4.1.0-2",
                "MQTT-4.5.0-1"
            })
    void sessionPresentSaysWhetherThereWasASession(Packets packets) throws IOException {
        String name = BROKER.name("client");
        String topic = BROKER.name("topic");
        Peer first = BROKER.persistent(packets, name);
        assertThat(first.connack().codes()).containsExactly(0, 0);
        first.subscribe(1, topic);
        first.disconnect();
        Peer publisher = BROKER.clean(packets);
        publisher.publish(topic, "kept", 1);

        Peer second = BROKER.persistent(packets, name);
        assertThat(second.connack().codes()).containsExactly(1, 0);
        assertThat(second.take().text()).isEqualTo("kept");
        second.disconnect();
        publisher.publish(topic, "gone with the session", 1);

        Peer third = BROKER.connect(packets, Packets.Connect.clean(name));
        assertThat(third.connack().codes()).containsExactly(0, 0);
        third.ping();
        third.disconnect();
        publisher.publish(topic, "for nobody", 1);

        Peer fourth = BROKER.persistent(packets, name);
        assertThat(fourth.connack().codes()).containsExactly(0, 0);
        publisher.publish(topic, "for nobody", 1);
        fourth.ping();
    }

    static Packets[] newerVersions() {
        return new Packets[] {Packets.MQTT_3_1_1, Packets.MQTT_5};
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(v5 = "MQTT-3.2.0-1", v311 = "MQTT-3.2.0-1")
    void connackComesBeforeEverythingElse(Packets packets, int qos) throws IOException {
        String name = BROKER.name("client");
        String topic = BROKER.name("topic");
        Peer first = BROKER.persistent(packets, name);
        first.subscribe(qos, topic);
        first.disconnect();
        BROKER.clean(packets).publish(topic, "waiting", qos);
        Peer second = BROKER.open(packets);
        // all in one write: nothing may be answered before CONNACK
        second.send(
                packets.connect(Packets.Connect.persistent(name)),
                packets.pingReq(),
                packets.subscribe(1, 0, BROKER.name("topic")));
        assertThat(second.read().type()).isEqualTo(Packet.CONNACK);
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-16", "MQTT-3.2.0-2", "MQTT-3.1.3-6", "MQTT-3.1.3-7"})
    void aClientWithoutAnIdentifierIsGivenOneOfItsOwn() throws IOException {
        Peer one = BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent("").startingClean());
        Peer two = BROKER.connect(Packets.MQTT_5, Packets.Connect.clean(""));
        String first = one.connack().properties().text(Properties.ASSIGNED_CLIENT_IDENTIFIER);
        String second = two.connack().properties().text(Properties.ASSIGNED_CLIENT_IDENTIFIER);
        assertThat(first).isNotBlank().isNotEqualTo(second);
        assertThat(second).isNotBlank();
        assertThat(one.connack().sessionPresent()).isFalse();
        one.disconnect();
        Peer back = BROKER.persistent(Packets.MQTT_5, String.valueOf(first));
        assertThat(back.connack().sessionPresent()).isTrue();
        assertThat(back.connack().properties().text(Properties.ASSIGNED_CLIENT_IDENTIFIER))
                .isNull();
        back.ping();
        two.ping();
    }

    @Test
    @Spec(v311 = {"MQTT-3.2.2-4", "MQTT-3.2.2-5"})
    void aRefusalOf311HasNoSessionPresentAndEndsTheConnection() throws IOException {
        Peer peer = BROKER.open(Packets.MQTT_3_1_1);
        peer.send(Packets.MQTT_3_1_1.connect(Packets.Connect.persistent("")));
        assertThat(peer.expect(Packet.CONNACK).codes()).containsExactly(0, 2);
        peer.isClosed();
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.2-8"})
    void aRefusalOf5HasAReasonCodeAndEndsTheConnection() throws IOException {
        Peer peer = BROKER.open(Packets.MQTT_5);
        peer.send(Packets.MQTT_5.connect(Packets.Connect.persistent("$share/x")));
        assertThat(peer.expect(Packet.CONNACK).codes()).containsExactly(0, 0x85);
        peer.isClosed();
    }

    // ---- keep-alive

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {"MQTT-3.1.2-22", "MQTT-3.2.2-22"},
            v311 = "MQTT-3.1.2-24")
    void aSilentClientIsDisconnected(Packets packets) throws IOException {
        Peer peer = BROKER.connect(
                packets, Packets.Connect.clean(BROKER.name("silent")).keepAlive(1));
        peer.isDisconnected(0x8D);
    }

    // ---- the end of a session

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec(v5 = {"MQTT-4.1.0-2", "MQTT-3.1.2-23"})
    void aSessionEndsWhenItsExpiryHasPassed(boolean withDisconnect) throws IOException {
        String name = BROKER.name("client");
        String topic = BROKER.name("topic");
        Peer peer =
                BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).expiry(1));
        peer.subscribe(1, topic);
        if (withDisconnect) {
            peer.disconnect();
        } else {
            BROKER.cut(peer, name);
        }
        awaitEnd(name);
        assertThat(BROKER.clean(Packets.MQTT_5).publish(topic, "nobody", 1)).isEqualTo(0x10);
        assertThat(BROKER.persistent(Packets.MQTT_5, name).connack().sessionPresent())
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = {"MQTT-4.1.0-2"})
    void aSessionWithoutExpiryEndsWithItsConnection(Packets packets) throws IOException {
        String name = BROKER.name("client");
        Peer peer = BROKER.connect(packets, Packets.Connect.clean(name));
        peer.subscribe(1, BROKER.name("topic"));
        BROKER.cut(peer, name);
        assertThat(BROKER.persistent(packets, name).connack().sessionPresent()).isFalse();
    }

    @Test
    @Spec(v5 = {"MQTT-4.1.0-1", "MQTT-3.1.2-23"})
    void aSessionThatIsInUseDoesNotEnd() throws IOException {
        String name = BROKER.name("client");
        String topic = BROKER.name("topic");
        Peer first =
                BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).expiry(100));
        first.subscribe(1, topic);
        BROKER.advance(1_000);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "text", 1);
        assertThat(first.take().text()).isEqualTo("text");
        first.disconnect();
        assertThat(BROKER.persistent(Packets.MQTT_5, name).connack().sessionPresent())
                .isTrue();
    }

    @Test
    @Spec(v5 = "MQTT-4.1.0-2")
    void disconnectMaySetAnotherExpiry() throws IOException {
        String shorter = BROKER.name("client");
        Peer one = BROKER.persistent(Packets.MQTT_5, shorter);
        one.send(Packets.withReason(Packet.DISCONNECT, 0, 0, Properties.of(Properties.SESSION_EXPIRY, 0)));
        one.isClosed();
        assertThat(BROKER.persistent(Packets.MQTT_5, shorter).connack().sessionPresent())
                .isFalse();

        String longer = BROKER.name("client");
        Peer two = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.persistent(longer).expiry(1));
        two.send(Packets.withReason(Packet.DISCONNECT, 0, 0, Properties.of(Properties.SESSION_EXPIRY, 100)));
        two.isClosed();
        String reference = BROKER.name("client");
        Peer three = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.persistent(reference).expiry(1));
        three.disconnect();
        awaitEnd(reference);
        assertThat(BROKER.persistent(Packets.MQTT_5, longer).connack().sessionPresent())
                .isTrue();
    }

    @Test
    void disconnectMustNotRaiseAnExpiryOfZero() throws IOException {
        Peer peer = BROKER.clean(Packets.MQTT_5);
        peer.send(Packets.withReason(Packet.DISCONNECT, 0, 0, Properties.of(Properties.SESSION_EXPIRY, 1)));
        peer.isDisconnected(0x82);
    }

    @Test
    @Spec(v5 = "MQTT-4.1.0-2")
    void aConnectionMaySetAnotherExpiryToo() throws IOException {
        String name = BROKER.name("client");
        BROKER.persistent(Packets.MQTT_5, name).disconnect();
        Peer second =
                BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).expiry(0));
        assertThat(second.connack().sessionPresent()).isTrue();
        second.disconnect();
        assertThat(BROKER.persistent(Packets.MQTT_5, name).connack().sessionPresent())
                .isFalse();
    }

    private static void awaitEnd(String name) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> BROKER.events(BrokerEvent.SessionEnded.class)
                        .anyMatch(event -> event.client().value().equals(name)));
    }
}
