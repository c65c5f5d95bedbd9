package io.zanzara.soak;

import io.zanzara.soak.ConnectionLoop.Stay;
import io.zanzara.soak.ConnectionLoop.Surroundings;
import io.zanzara.soak.Journal.Event;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;

/** Subscribes once, and acknowledges everything it gets, as the standard says for its QoS. */
final class SubscriberClient implements ConnectionLoop.Conversation {

    private static final Duration TURN = Duration.ofMillis(50);
    private static final int SUBSCRIBE_IDENTIFIER = 1;

    private final String clientId;
    private final String filter;
    private final int qos;
    private final Packets packets;
    private final Receipts.Reader receipts;
    private final Journal journal;
    private final Findings findings;
    private final Receiving receiving = new Receiving();
    private volatile boolean subscribed;

    SubscriberClient(String clientId, Party.Kind kind, String filter, Receipts queue, Surroundings surroundings) {
        this.clientId = clientId;
        this.filter = filter;
        this.qos = kind.qos();
        this.packets = kind.packets();
        this.receipts = queue.reader(clientId);
        this.journal = surroundings.journal(clientId);
        this.findings = surroundings.findings();
    }

    boolean isSubscribed() {
        return subscribed;
    }

    @Override
    public void begin() {
        receipts.connected();
    }

    @Override
    public boolean hold(RawClient connection, Stay stay) throws IOException {
        if (!subscribed) {
            connection.send(packets.subscribe(SUBSCRIBE_IDENTIFIER, qos, filter));
        }
        stay.takesPart();
        while (!stay.isOver() || !subscribed) {
            Packet packet = connection.poll(TURN);
            while (packet != null) {
                handle(connection, packet);
                packet = connection.hasMore() ? connection.read() : null;
            }
            connection.flush();
        }
        return true;
    }

    @Override
    public void leave() {
        receipts.departs();
    }

    private void handle(RawClient connection, Packet packet) throws IOException {
        switch (packet.type()) {
            case Packet.SUBACK -> subscribed = packet.code() == qos;
            case Packet.PUBLISH -> publish(connection, packet);
            case Packet.PUBREL -> release(connection, packet);
            default -> findings.add(Fault.STRANGE_ACKNOWLEDGEMENT, clientId, null, packet.toString());
        }
    }

    private void publish(RawClient connection, Packet packet) throws IOException {
        int identifier = packet.packetIdentifier();
        Message message = Message.of(packet.payload());
        if (message == null || packet.qos() != qos) {
            findings.add(Fault.NEVER_SENT, clientId, message, packet.toString());
            return;
        }
        journal.note(packet.duplicate() ? Event.PUBLISH_CAME_WITH_DUP : Event.PUBLISH_CAME, identifier, message);
        Message open = qos == 2 ? receiving.publish(identifier, message) : null;
        if (open == null) {
            receipts.received(message, packet.topic());
        } else if (!open.equals(message)) {
            findings.add(
                    Fault.IDENTIFIER_REUSED,
                    clientId,
                    message,
                    "under the packet identifier of " + open + ": " + packet);
        } else if (!packet.duplicate()) {
            findings.add(Fault.WITHOUT_DUP, clientId, message, packet.toString());
        }
        connection.write(packets.acknowledge(qos == 2 ? Packet.PUBREC : Packet.PUBACK, identifier));
    }

    private void release(RawClient connection, Packet packet) throws IOException {
        int identifier = packet.packetIdentifier();
        Message message = receiving.release(identifier);
        if (message != null) {
            journal.note(Event.PUBREL_CAME, identifier, message);
        }
        connection.write(packets.acknowledge(Packet.PUBCOMP, identifier));
    }
}
