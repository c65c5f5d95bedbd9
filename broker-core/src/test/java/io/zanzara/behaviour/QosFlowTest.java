package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The exchanges of QoS 1 and 2 (section 4.3 of both versions), and what is sent again after a reconnect (4.4). */
class QosFlowTest {

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    // ---- the broker receives

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {"MQTT-3.3.4-1", "MQTT-4.3.2-4", "MQTT-4.3.3-8", "MQTT-4.3.3-11"},
            v311 = {"MQTT-3.3.4-1", "MQTT-4.3.2-2", "MQTT-4.3.3-2"})
    void eachQosHasItsAnswerWithTheIdentifier(Packets packets) throws IOException {
        Peer publisher = BROKER.clean(packets);
        String topic = BROKER.name("topic");
        publisher.send(packets.publish(topic, "text", 0, 0));
        publisher.ping();
        publisher.send(packets.publish(topic, "text", 1, 65_535));
        assertThat(publisher.expect(Packet.PUBACK).packetIdentifier()).isEqualTo(65_535);
        publisher.send(packets.publish(topic, "text", 2, 256));
        assertThat(publisher.expect(Packet.PUBREC).packetIdentifier()).isEqualTo(256);
        publisher.ping();
        publisher.acknowledge(Packet.PUBREL, 256);
        assertThat(publisher.expect(Packet.PUBCOMP).packetIdentifier()).isEqualTo(256);
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = "MQTT-4.3.2-5", v311 = "MQTT-4.3.2-2")
    void atQos1TheIdentifierMeansANewMessageAfterPuback(Packets packets) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(1, topic);
        Peer publisher = BROKER.clean(packets);
        for (boolean duplicate : new boolean[] {false, false, true}) {
            publisher.send(packets.publish(topic, bytes("text"), 1, false, duplicate, 5));
            publisher.expect(Packet.PUBACK);
        }
        assertThat(subscriber.take(3)).containsExactly("text", "text", "text");
        subscriber.ping();
    }

    @ParameterizedTest
    @MethodSource("persistenceAndVersion")
    @Spec(
            v5 = {"MQTT-4.3.3-10", "MQTT-4.3.3-12"},
            v311 = "MQTT-4.3.3-2")
    void atQos2TheIdentifierMeansTheSameMessageUntilPubcomp(Packets packets, boolean persistent) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(2, topic);
        String name = BROKER.name("publisher");
        Peer publisher = persistent ? BROKER.persistent(packets, name) : BROKER.clean(packets);
        for (boolean duplicate : new boolean[] {false, true, true}) {
            publisher.send(packets.publish(topic, bytes("first"), 2, false, duplicate, 5));
            assertThat(publisher.expect(Packet.PUBREC).packetIdentifier()).isEqualTo(5);
        }
        publisher.release(5);
        // PUBREL again, after its PUBCOMP
        publisher.release(5);
        publisher.send(packets.publish(topic, bytes("second"), 2, false, false, 5));
        publisher.expect(Packet.PUBREC);
        publisher.release(5);
        assertThat(subscriber.take(2)).containsExactly("first", "second");
        subscriber.ping();
    }

    static List<Arguments> persistenceAndVersion() {
        List<Arguments> all = new ArrayList<>();
        Versions.all().forEach(packets -> {
            all.add(Arguments.of(packets, true));
            all.add(Arguments.of(packets, false));
        });
        return all;
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = "MQTT-4.3.3-10", v311 = "MQTT-4.3.3-2")
    void aQos2ExchangeSurvivesTheConnectionOfItsPublisher(Packets packets) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(2, topic);
        String name = BROKER.name("publisher");
        Peer first = BROKER.persistent(packets, name);
        first.send(packets.publish(topic, "text", 2, 5));
        first.expect(Packet.PUBREC);
        BROKER.cut(first, name);

        Peer second = BROKER.persistent(packets, name);
        second.send(packets.publish(topic, bytes("text"), 2, false, true, 5));
        second.expect(Packet.PUBREC);
        second.release(5);
        assertThat(subscriber.take(1)).containsExactly("text");
        second.disconnect();

        // PUBCOMP may have been lost: PUBREL once more, after another reconnect
        Peer third = BROKER.persistent(packets, name);
        assertThat(third.release(5)).isZero();
        subscriber.ping();
    }

    @ParameterizedTest
    @CsvSource({"5"})
    @Spec(v5 = "MQTT-4.3.3-9")
    void afterARefusalInPubrecTheIdentifierMeansANewMessage(int id) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        subscriber.subscribe(2, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.send(Packets.MQTT_5.publish("$SYS/forbidden", "text", 2, id));
        assertThat(publisher.expect(Packet.PUBREC).code()).isEqualTo(0x87);
        publisher.send(Packets.MQTT_5.publish(topic, "text", 2, id));
        assertThat(publisher.expect(Packet.PUBREC).code()).isLessThan(0x80);
        publisher.release(id);
        assertThat(subscriber.take(1)).containsExactly("text");
    }

    // ---- the broker sends

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(
            v5 = {"MQTT-4.3.2-1", "MQTT-4.3.3-1"},
            v311 = {"MQTT-4.3.2-1", "MQTT-4.3.3-1"})
    void messagesUnderWayHaveIdentifiersOfTheirOwn(Packets packets, int qos) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            publisher.publish(topic, "text", qos);
            Packet packet = subscriber.arrives();
            assertThat(packet.packetIdentifier()).isNotZero();
            assertThat(seen.add(packet.packetIdentifier())).isTrue();
            assertThat(packet.qos()).isEqualTo(qos);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {"MQTT-4.3.3-4", "MQTT-4.3.3-6", "MQTT-4.3.3-5", "MQTT-4.3.3-3", "MQTT-4.4.0-1"},
            v311 = {"MQTT-4.3.3-1", "MQTT-4.4.0-1"})
    void whatIsSentAgainDependsOnHowFarTheExchangeGot(Packets packets) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer first = BROKER.persistent(packets, name);
        first.subscribe(2, topic);
        Peer publisher = BROKER.clean(packets);
        for (String text : new String[] {"complete", "received", "sent"}) {
            publisher.publish(topic, text, 2);
        }
        first.take();
        int received = first.arrives().packetIdentifier();
        int sent = first.arrives().packetIdentifier();
        first.acknowledge(Packet.PUBREC, received);
        assertThat(first.expect(Packet.PUBREL).packetIdentifier()).isEqualTo(received);
        first.ping();
        BROKER.cut(first, name);

        Peer second = BROKER.persistent(packets, name);
        Packet release = second.expect(Packet.PUBREL);
        assertThat(release.packetIdentifier()).isEqualTo(received);
        Packet again = second.arrives();
        assertThat(again.packetIdentifier()).isEqualTo(sent);
        assertThat(again.duplicate()).isTrue();
        second.ping();
        second.acknowledge(Packet.PUBCOMP, received);
        second.acknowledge(Packet.PUBREC, sent);
        second.expect(Packet.PUBREL);
        second.acknowledge(Packet.PUBCOMP, sent);
        second.disconnect();
        BROKER.persistent(packets, name).ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(
            v5 = {"MQTT-4.3.2-3", "MQTT-4.4.0-1"},
            v311 = {"MQTT-4.3.2-1", "MQTT-4.4.0-1"})
    void nothingIsSentAgainWhileTheConnectionLasts(Packets packets, int qos) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        publisher.publish(topic, "one", qos);
        publisher.publish(topic, "two", qos);
        Packet one = subscriber.arrives();
        Packet two = subscriber.arrives();
        if (qos == 2) {
            subscriber.acknowledge(Packet.PUBREC, two.packetIdentifier());
            assertThat(subscriber.expect(Packet.PUBREL).packetIdentifier()).isEqualTo(two.packetIdentifier());
        } else {
            subscriber.acknowledge(Packet.PUBACK, two.packetIdentifier());
        }
        publisher.publish(topic, "three", qos);
        assertThat(subscriber.arrives().text()).isEqualTo("three");
        subscriber.ping();
        assertThat(one.duplicate()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    @Spec(v5 = "MQTT-4.4.0-2")
    void whatTheClientRefusedIsNotSentAgain(int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer first = BROKER.persistent(Packets.MQTT_5, name);
        first.subscribe(2, topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "refused", qos);
        Packet packet = first.arrives();
        first.acknowledge(qos == 1 ? Packet.PUBACK : Packet.PUBREC, packet.packetIdentifier(), 0x80);
        first.ping();
        first.disconnect();
        Peer second = BROKER.persistent(Packets.MQTT_5, name);
        assertThat(second.connack().sessionPresent()).isTrue();
        second.ping();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
