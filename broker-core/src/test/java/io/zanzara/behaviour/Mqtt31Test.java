package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Bytes;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is particular to MQTT 3.1 (MQIsdp, level 3); what it shares with the others is tried with them. */
class Mqtt31Test {

    private static final Packets PACKETS = Packets.MQTT_3_1;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @Test
    void aSessionStaysThoughConnackCanNotSaySo() throws IOException {
        String name = BROKER.name("client");
        String topic = BROKER.name("topic");
        Peer first = BROKER.persistent(PACKETS, name);
        assertThat(first.connack().body()).containsExactly(0, 0);
        assertThat(first.subscribe(2, topic)).containsExactly(2);
        first.disconnect();
        Peer publisher = BROKER.clean(PACKETS);
        for (int qos = 0; qos <= 2; qos++) {
            assertThat(publisher.publish(topic, "qos " + qos, qos)).isZero();
        }
        Peer second = BROKER.persistent(PACKETS, name);
        assertThat(second.connack().body()).containsExactly(0, 0);
        assertThat(second.take(2)).containsExactly("qos 1", "qos 2");
        second.ping();
    }

    @Test
    void anIdentifierMayBeLongButNotEmpty() throws IOException {
        BROKER.connect(PACKETS, Packets.Connect.clean("x".repeat(200) + " ü/#")).ping();
        Peer peer = BROKER.open(PACKETS);
        peer.send(PACKETS.connect(Packets.Connect.clean("")));
        assertThat(peer.expect(Packet.CONNACK).codes()).containsExactly(0, 2);
        peer.isClosed();
    }

    @Test
    void userNameAndPasswordMayBeMissingThoughTheirFlagsAreSet() throws IOException {
        Bytes body = new Bytes().string("MQIsdp").one(3).one(0xC2).two(0).string(BROKER.name("client"));
        Peer peer = BROKER.open(PACKETS);
        peer.send(Packets.packet(Packet.CONNECT, 0, body.toArray()));
        assertThat(peer.expect(Packet.CONNACK).codes()).containsExactly(0, 0);
        peer.ping();
    }

    @Test
    void dupMayBeSetWhereARequestIsSentAgain() throws IOException {
        String topic = BROKER.name("topic");
        Peer peer = BROKER.clean(PACKETS);
        peer.send(Packets.packet(
                Packet.SUBSCRIBE,
                0b1010,
                new Bytes().two(1).string(topic).one(1).toArray()));
        assertThat(peer.expect(Packet.SUBACK).codes()).containsExactly(1);
        peer.send(PACKETS.publish(BROKER.name("other"), "text", 2, 7));
        peer.expect(Packet.PUBREC);
        peer.send(Packets.packet(Packet.PUBREL, 0b1010, new Bytes().two(7).toArray()));
        peer.expect(Packet.PUBCOMP);
        peer.send(Packets.packet(
                Packet.UNSUBSCRIBE, 0b1010, new Bytes().two(8).string(topic).toArray()));
        assertThat(peer.expect(Packet.UNSUBACK).packetIdentifier()).isEqualTo(8);
    }

    @Test
    void messagesPassBetweenAllVersions() throws IOException {
        for (Packets from : Versions.all().toList()) {
            for (Packets to : Versions.all().toList()) {
                String topic = BROKER.name("topic");
                Peer subscriber = BROKER.clean(to);
                subscriber.subscribe(2, topic);
                Peer publisher = BROKER.clean(from);
                for (int qos = 0; qos <= 2; qos++) {
                    publisher.publish(topic, "text", qos);
                    assertThat(subscriber.take().qos()).isEqualTo(qos);
                }
            }
        }
    }
}
