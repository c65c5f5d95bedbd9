package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of messages and of acknowledgements (section 4.6 of both versions). */
class OrderTest {

    private static final int MESSAGES = 50;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(
            v5 = {"MQTT-4.6.0-5", "MQTT-4.6.0-6"},
            v311 = {"MQTT-4.6.0-5", "MQTT-4.6.0-6"})
    void messagesOfOnePublisherComeInItsOrder(Packets packets, int qos) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(qos, topic);
        Peer persistent = BROKER.persistent(packets, BROKER.name("persistent"));
        persistent.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        publishAtOnce(publisher, topic, qos);
        assertThat(subscriber.take(MESSAGES)).isEqualTo(texts());
        assertThat(persistent.take(MESSAGES)).isEqualTo(texts());
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(v5 = "MQTT-4.6.0-1", v311 = "MQTT-4.6.0-1")
    void whatIsSentAgainComesInTheFirstOrder(Packets packets, int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer first = BROKER.persistent(packets, name);
        first.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        publishAtOnce(publisher, topic, qos);
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            sent.add(first.arrives().packetIdentifier());
        }
        // some that lie between are acknowledged
        for (int i = 10; i < MESSAGES; i += 10) {
            first.acknowledge(qos == 1 ? Packet.PUBACK : Packet.PUBREC, sent.get(i));
            if (qos == 2) {
                first.pubRel();
                first.acknowledge(Packet.PUBCOMP, sent.get(i));
            }
        }
        first.ping();
        BROKER.cut(first, name);
        publisher.publish(topic, "last", qos);

        Peer second = BROKER.persistent(packets, name);
        for (int i = 0; i < MESSAGES; i++) {
            if (i == 0 || i % 10 != 0) {
                Packet packet = second.arrives();
                assertThat(packet.text()).isEqualTo("m" + i);
                assertThat(packet.packetIdentifier()).isEqualTo(sent.get(i));
                assertThat(packet.duplicate()).isTrue();
            }
        }
        assertThat(second.arrives().text()).isEqualTo("last");
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {"MQTT-4.6.0-2", "MQTT-4.6.0-3"},
            v311 = {"MQTT-4.6.0-2", "MQTT-4.6.0-3"})
    void acknowledgementsOfOneKindLeaveInTheOrderOfThePublishes(Packets packets) throws IOException {
        String stored = BROKER.name("topic");
        Peer subscriber = BROKER.persistent(packets, BROKER.name("subscriber"));
        subscriber.subscribe(2, stored);
        Peer publisher = BROKER.persistent(packets, BROKER.name("publisher"));
        for (int id = 1; id <= MESSAGES; id++) {
            // some have to wait for the store, some are refused at once
            String topic = id % 3 == 0 ? "$SYS/forbidden" : id % 2 == 0 ? stored : BROKER.name("nobody");
            publisher.send(packets.publish(topic, "text", 1, id), packets.publish(topic, "text", 2, 1_000 + id));
        }
        List<Integer> acknowledged = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        while (acknowledged.size() < MESSAGES || received.size() < MESSAGES) {
            Packet packet = publisher.read();
            (packet.type() == Packet.PUBACK ? acknowledged : received).add(packet.packetIdentifier());
        }
        assertThat(acknowledged).isSorted();
        assertThat(received).isSorted();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = "MQTT-4.6.0-4", v311 = "MQTT-4.6.0-4")
    void pubrelsLeaveInTheOrderOfThePubrecs(Packets packets) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.persistent(packets, BROKER.name("subscriber"));
        subscriber.subscribe(2, topic);
        publishAtOnce(BROKER.clean(packets), topic, 2);
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            sent.add(0, subscriber.arrives().packetIdentifier());
        }
        for (int id : sent) {
            subscriber.acknowledge(Packet.PUBREC, id);
        }
        List<Integer> released = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            released.add(subscriber.expect(Packet.PUBREL).packetIdentifier());
        }
        assertThat(released).isEqualTo(sent);
    }

    private static void publishAtOnce(Peer publisher, String topic, int qos) throws IOException {
        for (int i = 0; i < MESSAGES; i++) {
            publisher.send(publisher.packets().publish(topic, "m" + i, qos, i + 1));
        }
        for (int i = 0; i < MESSAGES && qos > 0; i++) {
            publisher.expect(qos == 1 ? Packet.PUBACK : Packet.PUBREC);
        }
        for (int i = 0; i < MESSAGES && qos == 2; i++) {
            publisher.release(i + 1);
        }
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            texts.add("m" + i);
        }
        return texts;
    }
}
