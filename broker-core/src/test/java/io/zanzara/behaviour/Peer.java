package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client as tests tell of it. One thread only. */
final class Peer implements AutoCloseable {

    private final Packets packets;
    private final RawClient raw;
    private final ArrayDeque<Packet> early = new ArrayDeque<>();
    private @Nullable Packet connack;
    private int identifier;

    Peer(int port, Packets packets) throws IOException {
        this.packets = packets;
        this.raw = RawClient.open(port, packets);
    }

    Packet connect(Packets.Connect options, Properties more) throws IOException {
        raw.send(packets.connect(options, more));
        Packet answer = expect(Packet.CONNACK);
        assertThat(answer.code()).isZero();
        connack = answer;
        return answer;
    }

    Packet connack() {
        return Objects.requireNonNull(connack);
    }

    Packets packets() {
        return packets;
    }

    boolean isMqtt5() {
        return packets.level() == 5;
    }

    void send(byte[]... some) throws IOException {
        raw.send(some);
    }

    Packet read() throws IOException {
        Packet kept = early.poll();
        return kept == null ? raw.read() : kept;
    }

    /** Returns the next packet, which must be of this type. */
    Packet expect(int type) throws IOException {
        Packet packet = read();
        assertThat(packet.type()).as(packet.toString()).isEqualTo(type);
        return packet;
    }

    /** Returns a packet identifier that was not used before. */
    int nextIdentifier() {
        return ++identifier;
    }

    // ---- subscribing

    /** Subscribes and returns the codes of SUBACK, which must come next. */
    int[] subscribe(int options, String... filters) throws IOException {
        return subscribe(Properties.NONE, options, filters);
    }

    int[] subscribe(Properties properties, int options, String... filters) throws IOException {
        int id = nextIdentifier();
        send(packets.subscribe(id, properties, options, filters));
        Packet answer = expect(Packet.SUBACK);
        assertThat(answer.packetIdentifier()).isEqualTo(id);
        return answer.codes();
    }

    int[] unsubscribe(String... filters) throws IOException {
        int id = nextIdentifier();
        send(packets.unsubscribe(id, filters));
        Packet answer = expect(Packet.UNSUBACK);
        assertThat(answer.packetIdentifier()).isEqualTo(id);
        return answer.codes();
    }

    // ---- publishing

    /** Publishes, up to the last acknowledgement; at QoS 0 up to a PINGRESP. Returns the reason code that ended it. */
    int publish(String topic, String text, int qos) throws IOException {
        return publish(topic, text, qos, false, Properties.NONE);
    }

    int publish(String topic, String text, int qos, Properties properties) throws IOException {
        return publish(topic, text, qos, false, properties);
    }

    int retain(String topic, String text, int qos) throws IOException {
        return publish(topic, text, qos, true, Properties.NONE);
    }

    int publish(String topic, String text, int qos, boolean retain, Properties properties) throws IOException {
        int id = nextIdentifier();
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        send(packets.publish(topic, payload, qos, retain, false, id, properties.encoded()));
        if (qos == 0) {
            ping();
            return 0;
        }
        Packet answer = expect(qos == 1 ? Packet.PUBACK : Packet.PUBREC);
        assertThat(answer.packetIdentifier()).isEqualTo(id);
        if (qos == 1 || answer.code() >= 0x80) {
            return answer.code();
        }
        return release(id);
    }

    /** Says PUBREL and waits for PUBCOMP. */
    int release(int id) throws IOException {
        acknowledge(Packet.PUBREL, id);
        Packet answer = expect(Packet.PUBCOMP);
        assertThat(answer.packetIdentifier()).isEqualTo(id);
        return answer.code();
    }

    // ---- receiving

    /** Returns the next packet, a PUBLISH, without acknowledging it. */
    Packet arrives() throws IOException {
        return expect(Packet.PUBLISH);
    }

    /** Returns the next packet, a PUBLISH, and acknowledges it as its QoS asks. */
    Packet take() throws IOException {
        Packet packet = arrives();
        if (packet.qos() == 1) {
            acknowledge(Packet.PUBACK, packet.packetIdentifier());
        } else if (packet.qos() == 2) {
            acknowledge(Packet.PUBREC, packet.packetIdentifier());
            assertThat(pubRel().packetIdentifier()).isEqualTo(packet.packetIdentifier());
            acknowledge(Packet.PUBCOMP, packet.packetIdentifier());
        }
        return packet;
    }

    /** Returns the next PUBREL; messages that come before it are kept. */
    Packet pubRel() throws IOException {
        while (true) {
            Packet packet = raw.read();
            if (packet.type() == Packet.PUBREL) {
                return packet;
            }
            assertThat(packet.type()).as(packet.toString()).isEqualTo(Packet.PUBLISH);
            early.add(packet);
        }
    }

    /** Takes so many and returns their payloads. */
    List<String> take(int messages) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            texts.add(take().text());
        }
        return texts;
    }

    void acknowledge(int type, int id) throws IOException {
        send(packets.acknowledge(type, id));
    }

    /** Acknowledges with a reason code; 5.0 only. */
    void acknowledge(int type, int id, int reasonCode) throws IOException {
        send(Packets.withReason(type, id, reasonCode, Properties.NONE));
    }

    /** The broker has handled all that was sent before, and nothing else is on its way here. */
    void ping() throws IOException {
        send(packets.pingReq());
        expect(Packet.PINGRESP);
    }

    // ---- the end

    /** The broker ends the connection; in 5.0 it says why. */
    void isDisconnected(int reasonCode) throws IOException {
        if (isMqtt5()) {
            assertThat(expect(Packet.DISCONNECT).code()).isEqualTo(reasonCode);
        }
        isClosed();
    }

    /** The broker closes the connection without a word. */
    void isClosed() throws IOException {
        raw.expectClosed();
    }

    /** Disconnects as it should be; returns when the broker has closed the connection. */
    void disconnect() throws IOException {
        send(packets.disconnect());
        readToTheEnd();
    }

    /** Waits until the broker closes the connection, whatever it sends before. Returns what that was. */
    List<Packet> readToTheEnd() throws IOException {
        List<Packet> last = new ArrayList<>();
        try {
            while (true) {
                last.add(raw.read());
            }
        } catch (EOFException | SocketException e) {
            raw.close();
            return last;
        }
    }

    /** The connection breaks. */
    @Override
    public void close() throws IOException {
        raw.close();
    }
}
