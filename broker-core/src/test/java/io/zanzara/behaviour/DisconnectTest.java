package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.conformance.Spec;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** PINGREQ and DISCONNECT (sections 3.12 to 3.14), and who takes over a session (3.1.4). */
class DisconnectTest {

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = "MQTT-3.12.4-1", v311 = "MQTT-3.12.4-1")
    void eachPingreqHasItsPingresp(Packets packets) throws IOException {
        Peer peer = BROKER.clean(packets);
        peer.send(packets.pingReq(), packets.pingReq(), packets.pingReq());
        for (int i = 0; i < 3; i++) {
            assertThat(peer.expect(Packet.PINGRESP).body()).isEmpty();
        }
        peer.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    void whatFollowsDisconnectIsNotHandled(Packets packets) throws IOException {
        String topic = BROKER.name("topic");
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(1, topic);
        Peer peer = BROKER.clean(packets);
        peer.send(packets.disconnect(), packets.publish(topic, "too late", 1, 1), packets.pingReq());
        peer.isClosed();
        BROKER.clean(packets).publish(topic, "marker", 1);
        assertThat(watcher.take().text()).isEqualTo("marker");
    }

    // ---- the will

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(
            v5 = {"MQTT-3.14.4-3", "MQTT-3.1.2-10"},
            v311 = "MQTT-3.14.4-3")
    void aNormalDisconnectTakesTheWillBack(Packets packets, int qos) throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(2, topic);
        String name = BROKER.name("client");
        withWill(packets, Packets.Connect.persistent(name), topic, qos).disconnect();
        // nor does it come later
        BROKER.persistent(packets, name).close();
        BROKER.clean(packets).publish(topic, "marker", qos);
        assertThat(watcher.take().text()).isEqualTo("marker");
        watcher.ping();
    }

    @ParameterizedTest
    @CsvSource({"0x04,0", "0x04,1", "0x04,2", "0x80,1", "0x93,1"})
    void anyOtherReasonSendsIt(String reason, int qos) throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = BROKER.clean(Packets.MQTT_5);
        watcher.subscribe(2, topic);
        Peer peer = withWill(Packets.MQTT_5, Packets.Connect.clean(BROKER.name("client")), topic, qos);
        peer.send(Packets.withReason(Packet.DISCONNECT, 0, Integer.decode(reason), Properties.NONE));
        peer.isClosed();
        Packet will = watcher.take();
        assertThat(will.text()).isEqualTo("gone");
        assertThat(will.qos()).isEqualTo(qos);
        watcher.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(v5 = "MQTT-3.1.2-8", v311 = "MQTT-3.1.2-8")
    void soDoesABrokenConnection(Packets packets, int qos) throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(2, topic);
        withWill(packets, Packets.Connect.persistent(BROKER.name("client")), topic, qos)
                .close();
        assertThat(watcher.take().text()).isEqualTo("gone");
        watcher.ping();
    }

    private static Peer withWill(Packets packets, Packets.Connect options, String topic, int qos) throws IOException {
        return BROKER.connect(packets, options.withWill(new Packets.Will(topic, "gone", qos, false, 0)));
    }

    // ---- the broker disconnects

    @ParameterizedTest
    @MethodSource("takeOvers")
    @Spec(
            v5 = {"MQTT-3.1.4-3", "MQTT-3.14.2-1", "MQTT-3.14.2-2", "MQTT-3.14.4-1", "MQTT-3.14.4-2"},
            v311 = "MQTT-3.1.4-2")
    void anotherConnectionTakesTheSessionOver(Packets packets, boolean clean) throws IOException {
        String name = BROKER.name("client");
        String will = BROKER.name("will");
        String topic = BROKER.name("topic");
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(1, will);
        Packets.Connect options = Packets.Connect.persistent(name);
        Peer first = withWill(packets, options, will, 1);
        first.subscribe(1, topic);
        Peer second = BROKER.connect(packets, clean ? options.startingClean() : options);
        assertThat(second.connack().sessionPresent()).isEqualTo(!clean && packets.level() > 3);
        BROKER.clean(packets).publish(topic, "text", 1);

        List<Packet> last = first.readToTheEnd();
        if (packets.level() == 5) {
            assertThat(last).singleElement().satisfies(packet -> {
                assertThat(packet.type()).isEqualTo(Packet.DISCONNECT);
                assertThat(packet.code()).isEqualTo(0x8E);
                assertThat(packet.properties().values(Properties.SESSION_EXPIRY))
                        .isEmpty();
            });
        } else {
            assertThat(last).isEmpty();
        }
        assertThat(watcher.take().text()).isEqualTo("gone");
        watcher.ping();
        if (clean) {
            second.ping();
        } else {
            assertThat(second.take().text()).isEqualTo("text");
        }
    }

    static List<Arguments> takeOvers() {
        return Versions.all()
                .flatMap(packets -> List.of(Arguments.of(packets, true), Arguments.of(packets, false)).stream())
                .toList();
    }

    @Test
    @Spec(v5 = {"MQTT-3.14.0-1", "MQTT-3.14.4-1", "MQTT-3.14.4-2"})
    void theBrokerSaysWhyItEndsAConnection() throws IOException {
        String name = BROKER.name("client");
        Peer peer = BROKER.connect(Packets.MQTT_5, Packets.Connect.clean(name));
        assertThat(BROKER.get().disconnect(name)).isTrue();
        assertThat(peer.readToTheEnd()).singleElement().satisfies(packet -> {
            assertThat(packet.type()).isEqualTo(Packet.DISCONNECT);
            assertThat(packet.code()).isEqualTo(0x98);
        });
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = {"MQTT-3.14.2-1", "MQTT-3.14.4-2"})
    void aBrokerThatStopsSaysSo(Packets packets) throws IOException {
        Broker stopping = Broker.start(BrokerConfig.of(new MemoryStore()).withPort(0));
        try (Peer peer = new Peer(stopping.port(), packets)) {
            peer.connect(Packets.Connect.persistent("client"), Properties.NONE);
            stopping.close();
            peer.isDisconnected(0x8B);
        } finally {
            stopping.close();
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.14.2-3")
    void aReasonStringStaysOutOfDisconnectWhereItDoesNotFit() throws IOException {
        String name = BROKER.name("client");
        Properties small = Properties.of(Properties.MAXIMUM_PACKET_SIZE, 22);
        Peer peer = BROKER.connect(Packets.MQTT_5, Packets.Connect.clean(name), small);
        BROKER.connect(Packets.MQTT_5, Packets.Connect.clean(name));
        Packet disconnect = peer.expect(Packet.DISCONNECT);
        assertThat(disconnect.code()).isEqualTo(0x8E);
        assertThat(disconnect.properties().all()).isEmpty();
        assertThat(disconnect.body().length + 2).isLessThanOrEqualTo(22);
    }
}
