package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Authorizer;
import io.zanzara.conformance.Spec;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reason codes, reason strings and user properties of acknowledgements (5.0, sections 3.4 to 3.11), and the client's maximum packet size. */
class AcknowledgementTest {

    private static final String FORBIDDEN = "forbidden/topic";

    private static final Properties REASON =
            Properties.of(Properties.REASON_STRING, "because").user("a", "1").user("a", "1");

    private static final Properties QUIET = Properties.of(Properties.REQUEST_PROBLEM_INFORMATION, 0);

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker(config -> config.withAuthorizer(new Authorizer() {
        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
            return !publication.topic().value().startsWith("forbidden");
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
            return !filter.value().startsWith("forbidden");
        }
    }));

    // ---- reason codes

    @Test
    @Spec(v5 = {"MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.7.2-1"})
    void acknowledgementsSayWhatBecameOfTheMessage() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        assertThat(publisher.publish(topic, "text", 1)).isEqualTo(0x10);
        BROKER.clean(Packets.MQTT_5).subscribe(1, topic);
        assertThat(publisher.publish(topic, "text", 1)).isZero();
        assertThat(publisher.publish(topic, "text", 2)).isZero();
        assertThat(publisher.publish(FORBIDDEN, "text", 1)).isEqualTo(0x87);
        assertThat(publisher.publish(FORBIDDEN, "text", 2)).isEqualTo(0x87);
        assertThat(publisher.publish("$SYS/broker/version", "text", 1)).isEqualTo(0x87);
        assertThat(publisher.release(999)).isEqualTo(0x92);
        publisher.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.6.2-1")
    void pubrelSaysSoWhereThereIsNoSuchExchange() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        subscriber.acknowledge(Packet.PUBREC, 77);
        Packet release = subscriber.expect(Packet.PUBREL);
        assertThat(release.packetIdentifier()).isEqualTo(77);
        assertThat(release.code()).isEqualTo(0x92);
        // an unknown PUBACK or PUBCOMP has no answer
        subscriber.acknowledge(Packet.PUBACK, 78);
        subscriber.acknowledge(Packet.PUBCOMP, 79);
        subscriber.ping();
    }

    @ParameterizedTest
    @MethodSource("olderVersions")
    @Spec(v311 = "MQTT-3.3.5-2")
    void olderVersionsGetAPositiveAnswerAndNobodyGetsTheMessage(Packets packets) throws IOException {
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(2, "+/topic");
        Peer publisher = BROKER.clean(packets);
        for (int qos = 0; qos <= 2; qos++) {
            assertThat(publisher.publish(FORBIDDEN, "text", qos)).isZero();
        }
        watcher.ping();
    }

    static Packets[] olderVersions() {
        return new Packets[] {Packets.MQTT_3_1, Packets.MQTT_3_1_1};
    }

    // ---- what a client says

    @Test
    void reasonStringsAndUserPropertiesOfAClientAreAccepted() throws IOException {
        Peer peer = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        peer.subscribe(2, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "one", 1);
        int one = peer.arrives().packetIdentifier();
        peer.send(Packets.withReason(Packet.PUBACK, one, 0x10, REASON));
        publisher.publish(topic, "two", 2);
        int two = peer.arrives().packetIdentifier();
        peer.send(Packets.withReason(Packet.PUBREC, two, 0, REASON));
        assertThat(peer.expect(Packet.PUBREL).packetIdentifier()).isEqualTo(two);
        peer.send(Packets.withReason(Packet.PUBCOMP, two, 0, REASON));
        peer.send(Packets.MQTT_5.publish(BROKER.name("topic"), "three", 2, 3));
        peer.expect(Packet.PUBREC);
        peer.send(Packets.withReason(Packet.PUBREL, 3, 0, REASON));
        peer.expect(Packet.PUBCOMP);
        peer.subscribe(Properties.NONE.user("a", "1"), 0, BROKER.name("other"));
        peer.send(Packets.withReason(Packet.DISCONNECT, 0, 0, REASON));
        peer.isClosed();
    }

    // ---- reason strings of the broker

    @Test
    void anErrorHasAReasonString() throws IOException {
        for (Packet packet : refusals(Properties.NONE)) {
            assertThat(packet.properties().text(Properties.REASON_STRING))
                    .as(packet.toString())
                    .isNotBlank();
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-29")
    void aClientThatWantsNoProblemInformationGetsNeitherReasonStringNorUserProperties() throws IOException {
        for (Packet packet : refusals(QUIET)) {
            assertThat(packet.properties().all()).as(packet.toString()).isEmpty();
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-29")
    void butItGetsThoseOfAPublish() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5, QUIET);
        String topic = BROKER.name("topic");
        subscriber.subscribe(1, topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", 1, Properties.NONE.user("a", "1"));
        assertThat(subscriber.take().properties().user()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 24, 28, 32})
    @Spec(
            v5 = {
                "MQTT-3.1.2-24",
                "MQTT-3.4.2-2",
                "MQTT-3.5.2-2",
                "MQTT-3.6.2-2",
                "MQTT-3.7.2-2",
                "MQTT-3.9.2-1",
                "MQTT-3.11.2-1",
                "MQTT-3.14.2-3",
                "MQTT-3.14.2-4"
            })
    void aReasonStringThatDoesNotFitIsLeftOut(int most) throws IOException {
        for (Packet packet : refusals(maximum(most))) {
            assertThat(packet.body().length + 2).isLessThanOrEqualTo(most);
            assertThat(packet.properties().all()).as(packet.toString()).isEmpty();
        }
        Peer peer = BROKER.clean(Packets.MQTT_5, maximum(most));
        peer.send(Packets.MQTT_5.connect(Packets.Connect.clean("again")));
        Packet disconnect = peer.expect(Packet.DISCONNECT);
        assertThat(disconnect.code()).isEqualTo(0x82);
        assertThat(disconnect.body().length + 2).isLessThanOrEqualTo(most);
        peer.isClosed();
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-19", "MQTT-3.2.2-20"})
    void soIsThatOfConnack() throws IOException {
        Packets.Connect reserved = Packets.Connect.clean("$share/x");
        for (int most : new int[] {10, 1_000}) {
            Peer peer = BROKER.open(Packets.MQTT_5);
            peer.send(Packets.MQTT_5.connect(reserved, maximum(most)));
            Packet connack = peer.expect(Packet.CONNACK);
            assertThat(connack.code()).isEqualTo(0x85);
            assertThat(connack.body().length + 2).isLessThanOrEqualTo(most);
            assertThat(connack.properties().text(Properties.REASON_STRING) == null)
                    .isEqualTo(most == 10);
            peer.isClosed();
        }
    }

    @Test
    @Spec(v5 = {"MQTT-3.4.2-3", "MQTT-3.5.2-3", "MQTT-3.6.2-3", "MQTT-3.7.2-3", "MQTT-3.9.2-2", "MQTT-3.11.2-2"})
    void theBrokerAddsNoUserProperties() throws IOException {
        for (Packet packet : refusals(maximum(100_000))) {
            assertThat(packet.properties().user()).isEmpty();
        }
    }

    /** Returns one packet of each kind, all refusing something. */
    private static Packet[] refusals(Properties more) throws IOException {
        Peer peer = BROKER.clean(Packets.MQTT_5, more);
        peer.send(
                Packets.MQTT_5.publish(FORBIDDEN, "text", 1, 1),
                Packets.MQTT_5.publish(FORBIDDEN, "text", 2, 2),
                Packets.MQTT_5.acknowledge(Packet.PUBREC, 3),
                Packets.MQTT_5.acknowledge(Packet.PUBREL, 4),
                Packets.MQTT_5.subscribe(5, 0, FORBIDDEN),
                Packets.MQTT_5.unsubscribe(6, "/".repeat(200)));
        return new Packet[] {
            peer.expect(Packet.PUBACK),
            peer.expect(Packet.PUBREC),
            peer.expect(Packet.PUBREL),
            peer.expect(Packet.PUBCOMP),
            peer.expect(Packet.SUBACK),
            peer.expect(Packet.UNSUBACK)
        };
    }

    private static Properties maximum(int bytes) {
        return Properties.of(Properties.MAXIMUM_PACKET_SIZE, bytes);
    }

    // ---- packets that must be sent and do not fit

    @Test
    @Spec(v5 = {"MQTT-3.1.2-24", "MQTT-3.2.0-1", "MQTT-3.14.0-1"})
    void aClientThatCanNotTakeConnackIsClosedWithoutAWord() throws IOException {
        Peer peer = BROKER.open(Packets.MQTT_5);
        peer.send(Packets.MQTT_5.connect(Packets.Connect.clean(BROKER.name("tiny")), maximum(8)));
        peer.isClosed();
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-24")
    void aClientThatCanNotTakeItsSubackIsToldAndClosed() throws IOException {
        Peer peer = BROKER.clean(Packets.MQTT_5, maximum(30));
        String[] filters = new String[40];
        Arrays.fill(filters, "a");
        peer.send(Packets.MQTT_5.subscribe(1, 0, filters));
        peer.isDisconnected(0x95);
    }
}
