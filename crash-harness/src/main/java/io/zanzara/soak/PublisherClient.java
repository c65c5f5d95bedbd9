package io.zanzara.soak;

import io.zanzara.soak.ConnectionLoop.Stay;
import io.zanzara.soak.ConnectionLoop.Surroundings;
import io.zanzara.soak.Gate.Phase;
import io.zanzara.soak.Journal.Event;
import io.zanzara.soak.Sending.Exchange;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes at a steady pace with a window of unacknowledged messages. After a reconnect it sends again what is not acknowledged, in order:
 * PUBLISH with DUP under the same packet identifier, or PUBREL if PUBREC had come [MQTT-4.4.0-1].
 */
final class PublisherClient implements ConnectionLoop.Conversation {

    private static final Duration TURN = Duration.ofMillis(2);

    private final String clientId;
    private final int qos;
    private final Packets packets;
    private final Ledger ledger;
    private final int[] streams;
    private final Pace pace;
    private final Journal journal;
    private final Findings findings;
    private final Sending sending = new Sending();
    private long began;
    private long publishedSince;
    private int turn;

    /**
     * How fast.
     *
     * @param perSecond messages a second, as far as the window allows
     * @param window most messages unacknowledged
     */
    record Pace(int perSecond, int window) {}

    PublisherClient(
            String clientId,
            Party.Kind kind,
            Ledger ledger,
            List<Integer> streams,
            Pace pace,
            Surroundings surroundings) {
        this.clientId = clientId;
        this.qos = kind.qos();
        this.packets = kind.packets();
        this.ledger = ledger;
        this.streams = streams.stream().mapToInt(Integer::intValue).toArray();
        this.pace = pace;
        this.journal = surroundings.journal(clientId);
        this.findings = surroundings.findings();
    }

    @Override
    public void begin() {
        began = System.nanoTime();
        publishedSince = 0;
    }

    @Override
    public boolean hold(RawClient connection, Stay stay) throws IOException {
        for (Exchange exchange : sending.open()) {
            sendAgain(connection, exchange);
        }
        connection.flush();
        while (stay.phase() == Phase.LOAD || sending.size() > 0) {
            if (stay.phase() == Phase.END) {
                return false;
            }
            if (stay.phase() == Phase.LOAD) {
                publish(connection);
            }
            connection.flush();
            Packet packet = connection.poll(TURN);
            while (packet != null) {
                handle(connection, packet, stay);
                packet = connection.hasMore() ? connection.read() : null;
            }
        }
        return false;
    }

    @Override
    public void leave() {
        // a publisher's departure matters to nobody
    }

    private void publish(RawClient connection) throws IOException {
        long due = (System.nanoTime() - began) / 1_000 * pace.perSecond() / 1_000_000;
        while (publishedSince < due && sending.size() < pace.window()) {
            Message message = ledger.next(streams[turn++ % streams.length]);
            Exchange exchange = sending.begin(message);
            journal.note(Event.PUBLISH_SENT, exchange.packetIdentifier, message);
            connection.write(packet(exchange, false));
            publishedSince++;
        }
    }

    private byte[] packet(Exchange exchange, boolean again) {
        Message message = exchange.message;
        Ledger.Stream stream = ledger.streams().get(message.stream());
        return packets.publish(
                stream.topic(), message.payload(), qos, stream.retained(), again, exchange.packetIdentifier);
    }

    private void sendAgain(RawClient connection, Exchange exchange) throws IOException {
        if (exchange.received) {
            journal.note(Event.PUBREL_SENT_AGAIN, exchange.packetIdentifier, exchange.message);
            connection.write(packets.acknowledge(Packet.PUBREL, exchange.packetIdentifier));
        } else {
            journal.note(Event.PUBLISH_SENT_AGAIN, exchange.packetIdentifier, exchange.message);
            connection.write(packet(exchange, true));
        }
    }

    private void handle(RawClient connection, Packet packet, Stay stay) throws IOException {
        Exchange exchange = switch (packet.type()) {
            case Packet.PUBREC -> sending.received(packet.packetIdentifier());
            case Packet.PUBACK, Packet.PUBCOMP -> sending.complete(packet.packetIdentifier());
            default -> null;
        };
        check(packet, exchange);
        if (exchange == null) {
            return;
        }
        if (packet.type() == Packet.PUBREC) {
            journal.note(Event.PUBREC_CAME, exchange.packetIdentifier, exchange.message);
            journal.note(Event.PUBREL_SENT, exchange.packetIdentifier, exchange.message);
            connection.write(packets.acknowledge(Packet.PUBREL, exchange.packetIdentifier));
        } else {
            journal.note(Event.ACKNOWLEDGED, exchange.packetIdentifier, exchange.message);
            ledger.acknowledge(exchange.message);
            stay.takesPart();
        }
    }

    private void check(Packet packet, @Nullable Exchange exchange) {
        boolean expected = exchange != null && packet.code() < 0x80;
        if (expected && exchange != null) {
            expected = packet.type() == Packet.PUBACK ? qos == 1 : qos == 2 && exchange.received;
        }
        if (!expected) {
            findings.add(
                    Fault.STRANGE_ACKNOWLEDGEMENT,
                    clientId,
                    exchange == null ? null : exchange.message,
                    packet.toString());
        }
    }
}
