package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Limits;
import io.zanzara.conformance.Spec;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The receive maximum, in both directions (5.0, sections 3.3.4 and 4.9). */
class FlowControlTest {

    private static final int OURS = Limits.DEFAULTS.receiveMaximum();

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    // ---- what the broker sends

    @ParameterizedTest
    @CsvSource({"1,1", "1,3", "2,1", "2,3"})
    @Spec(v5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2"})
    void noMoreAreUnderWayThanTheClientAllows(int qos, int window) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = subscriber(window, topic);
        publish(topic, qos, window + 2);
        for (int i = 0; i < window; i++) {
            assertThat(subscriber.arrives().text()).isEqualTo("m" + i);
        }
        subscriber.ping();
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-2"})
    void aPubackMakesRoomForOne() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = subscriber(2, topic);
        publish(topic, 1, 4);
        Packet first = subscriber.arrives();
        Packet second = subscriber.arrives();
        // not in order: what counts is how many are acknowledged
        subscriber.acknowledge(Packet.PUBACK, second.packetIdentifier());
        assertThat(subscriber.arrives().text()).isEqualTo("m2");
        subscriber.ping();
        subscriber.acknowledge(Packet.PUBACK, first.packetIdentifier());
        assertThat(subscriber.arrives().text()).isEqualTo("m3");
        // an acknowledgement of nothing makes no room
        publish(topic, 1, 1);
        subscriber.acknowledge(Packet.PUBACK, first.packetIdentifier());
        subscriber.ping();
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-9", "MQTT-4.3.3-5"})
    void aMessageHoldsItsPlaceFromPubrecToPubcomp() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = subscriber(1, topic);
        publish(topic, 2, 2);
        int id = subscriber.arrives().packetIdentifier();
        subscriber.acknowledge(Packet.PUBREC, id);
        assertThat(subscriber.expect(Packet.PUBREL).packetIdentifier()).isEqualTo(id);
        publish(topic, 2, 1);
        subscriber.ping();
        subscriber.acknowledge(Packet.PUBCOMP, id);
        assertThat(subscriber.arrives().text()).isEqualTo("m1");
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-9", "MQTT-4.4.0-2"})
    void anErrorInPubrecMakesRoomAtOnce() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = subscriber(1, topic);
        publish(topic, 2, 2);
        subscriber.acknowledge(Packet.PUBREC, subscriber.arrives().packetIdentifier(), 0x97);
        assertThat(subscriber.arrives().text()).isEqualTo("m1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = {"MQTT-3.3.4-10", "MQTT-4.9.0-3"})
    void nothingElseWaitsForRoom(int qos) throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = subscriber(1, topic);
        publish(topic, qos, 2);
        subscriber.arrives();
        subscriber.subscribe(0, BROKER.name("other"));
        subscriber.unsubscribe(BROKER.name("other"));
        subscriber.publish(BROKER.name("other"), "text", 1);
        subscriber.publish(BROKER.name("other"), "text", 2);
        // nor does a message at QoS 0
        publish(topic, 0, 1);
        assertThat(subscriber.arrives().qos()).isZero();
        subscriber.ping();
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-9", "MQTT-4.9.0-1"})
    void theQuotaBeginsAnewWithEachConnection() throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer first =
                BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).window(1));
        first.subscribe(2, topic);
        publish(topic, 1, 5);
        assertThat(first.arrives().text()).isEqualTo("m0");
        first.ping();
        first.disconnect();
        Peer second =
                BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).window(3));
        assertThat(List.of(
                        second.arrives().text(),
                        second.arrives().text(),
                        second.arrives().text()))
                .containsExactly("m0", "m1", "m2");
        second.ping();
    }

    private static Peer subscriber(int window, String topic) throws IOException {
        Peer subscriber = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.clean(BROKER.name("subscriber")).window(window));
        subscriber.subscribe(2, topic);
        return subscriber;
    }

    private static void publish(String topic, int qos, int messages) throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        for (int i = 0; i < messages; i++) {
            publisher.publish(topic, "m" + i, qos);
        }
    }

    // ---- what the broker accepts

    @Test
    @Spec(v5 = "MQTT-3.3.4-7")
    void asManyAsWereAnnouncedMayBeUnderWay() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        assertThat(publisher.connack().properties().number(Properties.RECEIVE_MAXIMUM))
                .isEqualTo(OURS);
        begin(publisher, 1, OURS);
        publisher.ping();
        // with PUBREL under way there is no room yet, with PUBCOMP there is
        publisher.release(1);
        begin(publisher, OURS + 1, OURS + 1);
        publisher.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.4-7")
    void oneMoreEndsTheConnection() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        begin(publisher, 1, OURS);
        publisher.send(Packets.MQTT_5.publish(BROKER.name("topic"), "one more", 2, OURS + 1));
        publisher.expect(Packet.PUBREC);
        publisher.isDisconnected(0x93);
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-7", "MQTT-4.3.3-10"})
    void aMessageThatIsSentAgainCountsOnce() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        begin(publisher, 1, OURS);
        for (int i = 0; i < 3; i++) {
            byte[] payload = "text".getBytes(StandardCharsets.UTF_8);
            publisher.send(Packets.MQTT_5.publish(BROKER.name("topic"), payload, 2, false, true, 1));
            assertThat(publisher.expect(Packet.PUBREC).code()).isLessThan(0x80);
        }
        publisher.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.4-7")
    void aMessageThatWasRefusedDoesNotCount() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        begin(publisher, 1, OURS);
        for (int i = 1; i <= 3; i++) {
            publisher.send(Packets.MQTT_5.publish("$SYS/forbidden", "text", 2, OURS + i));
            assertThat(publisher.expect(Packet.PUBREC).code()).isEqualTo(0x87);
        }
        publisher.ping();
    }

    /** Sends PUBLISHes at QoS 2 that are not released. */
    private static void begin(Peer publisher, int from, int through) throws IOException {
        String topic = BROKER.name("topic");
        for (int id = from; id <= through; id++) {
            publisher.send(Packets.MQTT_5.publish(topic, "text", 2, id));
        }
        for (int id = from; id <= through; id++) {
            assertThat(publisher.expect(Packet.PUBREC).code()).isLessThan(0x80);
        }
    }
}
