package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.testclient.Bytes;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The will of 5.0: its delay (section 3.1.3.2.2) and its properties. */
class WillTest {

    private static final int LONG = 100_000;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    // ---- the delay

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = "MQTT-3.1.2-8")
    void theWillWaitsForItsDelay(int qos) throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = watcher(topic);
        String name = BROKER.name("client");
        Peer peer = connect(Packets.Connect.persistent(name), topic, qos, 1);
        BROKER.cut(peer, name);
        BROKER.clean(Packets.MQTT_5).publish(topic, "marker", qos);
        assertThat(watcher.take(2)).containsExactly("marker", "gone");
        watcher.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.1.3-9")
    void aNewConnectionInTimeKeepsItBack() throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = watcher(topic);
        String name = BROKER.name("client");
        Peer first = connect(Packets.Connect.persistent(name), topic, 1, 1);
        BROKER.cut(first, name);
        Peer second = BROKER.persistent(Packets.MQTT_5, name);
        // the will of another client with the same delay, which begins later, comes when it is due
        String reference = BROKER.name("client");
        Peer other = BROKER.connect(
                Packets.MQTT_5,
                Packets.Connect.persistent(reference).withWill(new Packets.Will(topic, "reference", 1, false, 1)));
        BROKER.cut(other, reference);
        assertThat(watcher.take().text()).isEqualTo("reference");
        second.disconnect();
        watcher.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.1.3-9")
    void soDoesATakeOver() throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = watcher(topic);
        String name = BROKER.name("client");
        Peer first = connect(Packets.Connect.persistent(name), topic, 1, LONG);
        Peer second = BROKER.persistent(Packets.MQTT_5, name);
        first.isDisconnected(0x8E);
        second.ping();
        watcher.ping();
    }

    @Test
    void aSessionThatEndsFirstSendsItsWill() throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = watcher(topic);
        // by its expiry
        connect(Packets.Connect.persistent(BROKER.name("client")).expiry(1), topic, 1, LONG)
                .close();
        assertThat(watcher.take().text()).isEqualTo("gone");
        // without expiry at once
        connect(Packets.Connect.clean(BROKER.name("client")), topic, 1, LONG).close();
        assertThat(watcher.take().text()).isEqualTo("gone");
        // by a clean start
        String name = BROKER.name("client");
        Peer peer = connect(Packets.Connect.persistent(name), topic, 1, LONG);
        BROKER.cut(peer, name);
        watcher.ping();
        BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).startingClean());
        assertThat(watcher.take().text()).isEqualTo("gone");
        // by an expiry that DISCONNECT sets
        Peer last = connect(Packets.Connect.persistent(BROKER.name("client")), topic, 1, LONG);
        last.send(Packets.withReason(Packet.DISCONNECT, 0, 4, Properties.of(Properties.SESSION_EXPIRY, 0)));
        assertThat(watcher.take().text()).isEqualTo("gone");
        watcher.ping();
    }

    @Test
    @Spec(v5 = {"MQTT-3.1.2-10", "MQTT-3.14.4-3"})
    void aWillThatWasTakenBackDoesNotComeLater() throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = watcher(topic);
        String name = BROKER.name("client");
        connect(Packets.Connect.persistent(name).expiry(1), topic, 1, LONG).disconnect();
        connect(Packets.Connect.persistent(BROKER.name("client")).expiry(1), topic, 1, LONG)
                .close();
        assertThat(watcher.take().text()).isEqualTo("gone");
        watcher.ping();
    }

    // ---- its properties

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,false", "1,true"})
    @Spec(v5 = {"MQTT-3.1.3-10", "MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-20"})
    void itsPropertiesAreForwarded(int qos, boolean retain) throws IOException {
        String topic = BROKER.name("will");
        Peer watcher = watcher(topic);
        Properties properties = Properties.of(Properties.PAYLOAD_FORMAT, 1)
                .and(Properties.CONTENT_TYPE, "text/plain")
                .and(Properties.RESPONSE_TOPIC, "answers")
                .and(Properties.CORRELATION_DATA, new byte[] {1, 2, 3})
                .user("b", "1")
                .user("a", "2")
                .user("b", "3");
        Properties withExpiry = properties.and(Properties.MESSAGE_EXPIRY, 1_000);
        Peer peer = BROKER.open(Packets.MQTT_5);
        peer.send(connectWithWill(BROKER.name("client"), topic, qos, retain, withExpiry));
        peer.expect(Packet.CONNACK);
        peer.close();

        Packet will = watcher.take();
        assertThat(will.qos()).isEqualTo(qos);
        assertThat(will.retain()).isFalse();
        expect(will, properties);
        Peer late = watcher(topic);
        if (retain) {
            Packet retained = late.take();
            assertThat(retained.retain()).isTrue();
            expect(retained, properties);
        }
        late.ping();
    }

    private static void expect(Packet will, Properties properties) {
        Properties got = will.properties();
        assertThat(will.text()).isEqualTo("gone");
        assertThat(got.number(Properties.MESSAGE_EXPIRY)).isBetween(900L, 1_000L);
        assertThat(got.number(Properties.PAYLOAD_FORMAT)).isEqualTo(1);
        assertThat(got.text(Properties.CONTENT_TYPE)).isEqualTo("text/plain");
        assertThat(got.text(Properties.RESPONSE_TOPIC)).isEqualTo("answers");
        assertThat(got.values(Properties.CORRELATION_DATA)).singleElement().isEqualTo(new byte[] {1, 2, 3});
        assertThat(got.user()).isEqualTo(properties.user());
        assertThat(got.values(Properties.WILL_DELAY)).isEmpty();
    }

    private static byte[] connectWithWill(String name, String topic, int qos, boolean retain, Properties properties) {
        Bytes body = new Bytes().string("MQTT").one(5).one(2 | 4 | qos << 3 | (retain ? 32 : 0));
        body.two(0).sized(new byte[0]).string(name);
        body.sized(properties.encoded()).string(topic).string("gone");
        return Packets.packet(Packet.CONNECT, 0, body.toArray());
    }

    private static Peer watcher(String topic) throws IOException {
        Peer watcher = BROKER.clean(Packets.MQTT_5);
        watcher.subscribe(2, topic);
        return watcher;
    }

    private static Peer connect(Packets.Connect options, String topic, int qos, int delay) throws IOException {
        return BROKER.connect(Packets.MQTT_5, options.withWill(new Packets.Will(topic, "gone", qos, false, delay)));
    }
}
