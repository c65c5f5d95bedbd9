package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order packets leave, and which wait for nothing (sections 4.4, 4.6 and 4.9). */
final class OrderTest {

    private static final int V5 = 5;
    private static final int MANY = 60;

    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = new TestBroker(config -> config);
    }

    @AfterEach
    void closeClients() throws IOException {
        broker.closeClients();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    private static List<Integer> identifiers(RawClient client, int type, int count) throws IOException {
        List<Integer> identifiers = new ArrayList<>();
        while (identifiers.size() < count) {
            identifiers.add(client.expect(type).packetIdentifier());
        }
        return identifiers;
    }

    /** Every other message has nobody to be stored for: it is done with before those that came earlier. */
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(
            v5 = {"MQTT-2.2.1-5", "MQTT-4.3.2-4", "MQTT-4.6.0-2"},
            v311 = {"MQTT-2.3.1-6", "MQTT-4.3.2-2", "MQTT-4.6.0-2"})
    void pubacksLeaveInTheOrderOfTheirPublishes(int level) throws IOException {
        String topic = broker.name("topic");
        broker.connect(level, Connect.persistent(broker.name("away")))
                .subscribe(1, topic)
                .disconnect();
        RawClient publisher = broker.connect(level, Connect.clean(broker.name("publisher")));
        for (int i = 1; i <= MANY; i++) {
            publisher.write(publisher.packets().publish(i % 2 == 0 ? topic : topic + "/nobody", "m", 1, i));
        }
        publisher.flush();
        assertThat(identifiers(publisher, Packet.PUBACK, MANY)).isEqualTo(upTo(MANY));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(
            v5 = {"MQTT-2.2.1-5", "MQTT-4.3.3-8", "MQTT-4.6.0-3"},
            v311 = {"MQTT-2.3.1-6", "MQTT-4.3.3-2", "MQTT-4.6.0-3"})
    void pubrecsLeaveInTheOrderOfTheirPublishes(int level) throws IOException {
        RawClient publisher = broker.connect(level, Connect.persistent(broker.name("publisher")));
        for (int i = 1; i <= MANY; i++) {
            publisher.write(publisher.packets().publish("t", "m", 2, i));
        }
        publisher.flush();
        assertThat(identifiers(publisher, Packet.PUBREC, MANY)).isEqualTo(upTo(MANY));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(
            v5 = {"MQTT-2.2.1-5", "MQTT-4.3.3-4", "MQTT-4.6.0-4"},
            v311 = {"MQTT-2.3.1-6", "MQTT-4.3.3-1", "MQTT-4.6.0-4"})
    void pubrelsLeaveInTheOrderOfTheirPubrecs(int level) throws IOException {
        String topic = broker.name("topic");
        RawClient subscriber = broker.connect(level, Connect.persistent(broker.name("subscriber")))
                .subscribe(2, topic);
        for (int i = 1; i <= 6; i++) {
            broker.publish(topic, "m" + i, 2);
        }
        List<Integer> received = identifiers(subscriber, Packet.PUBLISH, 6);
        List<Integer> answered = List.of(
                received.get(3), received.get(0), received.get(5), received.get(1), received.get(4), received.get(2));
        for (int identifier : answered) {
            subscriber.write(subscriber.packets().acknowledge(Packet.PUBREC, identifier));
        }
        subscriber.flush();
        assertThat(identifiers(subscriber, Packet.PUBREL, 6)).isEqualTo(answered);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(
            v5 = {"MQTT-3.3.1-1", "MQTT-4.3.2-3", "MQTT-4.3.3-3", "MQTT-4.3.3-6", "MQTT-4.4.0-1", "MQTT-4.6.0-1"},
            v311 = {"MQTT-2.3.1-4", "MQTT-3.3.1-1", "MQTT-4.3.3-1", "MQTT-4.4.0-1", "MQTT-4.6.0-1"})
    void whatIsSentAgainComesInTheFirstOrderUnderTheFirstIdentifiers(int level) throws IOException {
        String topic = broker.name("topic");
        Connect options = Connect.persistent(broker.name("subscriber"));
        RawClient subscriber = broker.connect(level, options).subscribe(2, topic);
        for (int i = 1; i <= 6; i++) {
            broker.publish(topic, "m" + i, 1 + i % 2);
        }
        List<Integer> identifiers = identifiers(subscriber, Packet.PUBLISH, 6);
        // at QoS 2: m1, m3, m5; of m3 only PUBREL is due
        subscriber.send(subscriber.packets().acknowledge(Packet.PUBREC, identifiers.get(2)));
        assertThat(subscriber.expect(Packet.PUBREL).packetIdentifier()).isEqualTo(identifiers.get(2));
        subscriber.close();

        RawClient back = broker.connect(level, options);
        for (int i = 0; i < 6; i++) {
            Packet packet = back.read();
            assertThat(packet.type()).isEqualTo(i == 2 ? Packet.PUBREL : Packet.PUBLISH);
            assertThat(packet.packetIdentifier()).isEqualTo(identifiers.get(i));
            if (i != 2) {
                assertThat(packet.text()).isEqualTo("m" + (i + 1));
                assertThat(packet.duplicate()).isTrue();
            }
        }
        back.send(back.packets().pingReq());
        back.expect(Packet.PINGRESP);
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-10", "MQTT-4.9.0-3"})
    void pubrelsWaitForNoReceiveMaximum() throws IOException {
        String topic = broker.name("topic");
        Connect options = Connect.persistent(broker.name("subscriber"));
        RawClient subscriber = broker.connect(V5, options.window(10)).subscribe(2, topic);
        for (int i = 1; i <= 3; i++) {
            broker.publish(topic, "m" + i, 2);
        }
        List<Integer> identifiers = identifiers(subscriber, Packet.PUBLISH, 3);
        for (int identifier : identifiers) {
            subscriber.send(Packets.MQTT_5.acknowledge(Packet.PUBREC, identifier));
        }
        assertThat(identifiers(subscriber, Packet.PUBREL, 3)).isEqualTo(identifiers);
        subscriber.close();
        broker.publish(topic, "m4", 2);

        RawClient back = broker.connect(V5, options.window(1));
        assertThat(identifiers(back, Packet.PUBREL, 3)).isEqualTo(identifiers);
        back.send(Packets.MQTT_5.pingReq());
        back.expect(Packet.PINGRESP);
        for (int identifier : identifiers) {
            back.send(Packets.MQTT_5.acknowledge(Packet.PUBCOMP, identifier));
        }
        assertThat(back.expect(Packet.PUBLISH).text()).isEqualTo("m4");
    }
}
