package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves after a reconnect, and in which order (sections 4.4, 4.6 and 4.9). */
final class ResendTest {

    private static final int V5 = 5;

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

    private static List<Integer> identifiers(RawClient client, int type, int count) throws IOException {
        List<Integer> identifiers = new ArrayList<>();
        while (identifiers.size() < count) {
            identifiers.add(client.expect(type).packetIdentifier());
        }
        return identifiers;
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
