package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Bytes;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that are not what their format indicator says (5.0, sections 3.3.2.3.2 and 3.1.3.2.3): refused where the broker is told to look. */
class PayloadFormatTest {

    private static final Packets PACKETS = Packets.MQTT_5;
    private static final int REFUSED = 0x99;
    private static final byte[] NOT_UTF_8 = {'a', (byte) 0xC3};
    private static final byte[] WITH_NULL = "a\0ü€😀".getBytes(StandardCharsets.UTF_8);
    private static final Properties TEXT = Properties.of(Properties.PAYLOAD_FORMAT, 1);
    private static final Properties BYTES = Properties.of(Properties.PAYLOAD_FORMAT, 0);

    @RegisterExtension
    static final RunningBroker STRICT = new RunningBroker(
            config -> config.withLimits(config.limits().with(draft -> draft.validatePayloadFormat(true))));

    @RegisterExtension
    static final RunningBroker LENIENT = new RunningBroker();

    private final String topic = STRICT.name("topic");

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theAcknowledgementSaysSoAndNobodyGetsIt(int qos) throws IOException {
        Peer watcher = watcher(STRICT);
        Peer publisher = STRICT.persistent(PACKETS, STRICT.name("publisher"));
        for (int i = 0; i < 2; i++) {
            publisher.send(PACKETS.publish(topic, NOT_UTF_8, qos, true, i == 1, 1, TEXT.encoded()));
            Packet answer = publisher.expect(qos == 1 ? Packet.PUBACK : Packet.PUBREC);
            assertThat(answer.code()).isEqualTo(REFUSED);
            assertThat(answer.properties().text(Properties.REASON_STRING)).isNotBlank();
        }
        assertThat(publisher.publish(topic, "ü", qos, TEXT)).isZero();
        assertThat(watcher.take().text()).isEqualTo("ü");
        watcher.ping();
        watcher(STRICT).ping();
    }

    @Test
    void atQos0TheConnectionEnds() throws IOException {
        Peer watcher = watcher(STRICT);
        Peer publisher = STRICT.clean(PACKETS);
        publisher.send(PACKETS.publish(topic, NOT_UTF_8, 0, false, false, 0, TEXT.encoded()));
        publisher.isDisconnected(REFUSED);
        STRICT.clean(PACKETS).publish(topic, "marker", 0);
        assertThat(watcher.take().text()).isEqualTo("marker");
    }

    @Test
    void aWillLikeThatIsRefusedWithItsConnection() throws IOException {
        Peer peer = STRICT.open(PACKETS);
        peer.send(connect(NOT_UTF_8, TEXT));
        assertThat(peer.expect(Packet.CONNACK).code()).isEqualTo(REFUSED);
        peer.isClosed();
        for (Properties properties : new Properties[] {BYTES, Properties.NONE}) {
            Peer other = STRICT.open(PACKETS);
            other.send(connect(NOT_UTF_8, properties));
            assertThat(other.expect(Packet.CONNACK).code()).isZero();
        }
        Peer text = STRICT.open(PACKETS);
        text.send(connect(WITH_NULL, TEXT));
        assertThat(text.expect(Packet.CONNACK).code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void otherPayloadsPass(int qos) throws IOException {
        Peer watcher = watcher(STRICT);
        Peer publisher = STRICT.clean(PACKETS);
        send(publisher, NOT_UTF_8, qos, BYTES);
        send(publisher, NOT_UTF_8, qos, Properties.NONE);
        send(publisher, WITH_NULL, qos, TEXT);
        send(publisher, new byte[0], qos, TEXT);
        for (byte[] payload : new byte[][] {NOT_UTF_8, NOT_UTF_8, WITH_NULL, new byte[0]}) {
            assertThat(watcher.take().payload()).isEqualTo(payload);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void nobodyLooksUnlessToldTo(int qos) throws IOException {
        Peer watcher = watcher(LENIENT);
        send(LENIENT.clean(PACKETS), NOT_UTF_8, qos, TEXT);
        assertThat(watcher.take().payload()).isEqualTo(NOT_UTF_8);
        Peer peer = LENIENT.open(PACKETS);
        peer.send(connect(NOT_UTF_8, TEXT));
        assertThat(peer.expect(Packet.CONNACK).code()).isZero();
    }

    private Peer watcher(RunningBroker broker) throws IOException {
        Peer watcher = broker.clean(PACKETS);
        watcher.subscribe(2, topic);
        return watcher;
    }

    private void send(Peer publisher, byte[] payload, int qos, Properties properties) throws IOException {
        int id = publisher.nextIdentifier();
        publisher.send(PACKETS.publish(topic, payload, qos, false, false, id, properties.encoded()));
        if (qos == 1) {
            publisher.expect(Packet.PUBACK);
        } else if (qos == 2) {
            publisher.expect(Packet.PUBREC);
            publisher.release(id);
        }
    }

    private byte[] connect(byte[] payload, Properties properties) {
        Bytes body = new Bytes().string("MQTT").one(5).one(2 | 4).two(0).sized(new byte[0]);
        body.string(STRICT.name("client"));
        body.sized(properties.encoded()).string(topic).binary(payload);
        return Packets.packet(Packet.CONNECT, 0, body.toArray());
    }
}
