package io.zanzara.protocol;

import io.zanzara.codec.Packet;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.ReasonCode;
import io.zanzara.session.ClientLink;
import io.zanzara.session.Session;
import org.jspecify.annotations.Nullable;

/** What a client says to its session between CONNECT and DISCONNECT, as calls on it. */
final class Incoming {

    private final ClientLink link;
    private final Wire wire;
    private final ClientId client;
    private final boolean mqtt5;
    private final Inbound inbound;

    Incoming(ClientLink link, Wire wire, ProtocolContext context, Handshake handshake) {
        this.link = link;
        this.wire = wire;
        this.client = handshake.client();
        this.mqtt5 = handshake.isMqtt5();
        this.inbound = new Inbound(context);
    }

    boolean isMqtt5() {
        return mqtt5;
    }

    /** Returns why the packet ends the connection, or null. */
    @Nullable
    Violation handle(Session session, Packet packet) {
        if (packet instanceof Packet.Publish publish) {
            return publish(session, publish);
        }
        if (packet instanceof Packet.Ack ack) {
            session.fromClient(link, () -> acknowledge(session, ack));
            return null;
        }
        if (packet instanceof Packet.Subscribe subscribe) {
            Inbound.Subscribing asked = inbound.subscribe(subscribe, mqtt5);
            return perform(session, asked.violation(), () -> session.subscribe(subscribe.packetId(), asked.items()));
        }
        if (packet instanceof Packet.Unsubscribe unsubscribe) {
            Inbound.Unsubscribing asked = inbound.unsubscribe(unsubscribe, mqtt5);
            return perform(
                    session, asked.violation(), () -> session.unsubscribe(unsubscribe.packetId(), asked.items()));
        }
        if (packet instanceof Packet.Pingreq) {
            wire.send(new Packet.Pingresp()); // [MQTT-3.12.4-1] [MQTT-3.12.4-1 of 3.1.1]
            return null;
        }
        if (packet instanceof Packet.Auth) {
            return Authentication.NOT_ASKED_FOR; // a connection with a method hands it to the method
        }
        return Violation.of(ReasonCode.PROTOCOL_ERROR, "a packet that is not expected here");
    }

    private @Nullable Violation publish(Session session, Packet.Publish packet) {
        Inbound.Publishing asked = inbound.publish(packet, client);
        Publication publication = asked.publication();
        if (publication != null) {
            session.fromClient(
                    link, () -> session.publish(publication, packet.packetId(), packet.dup(), asked.refusal()));
        }
        return asked.violation();
    }

    private @Nullable Violation perform(Session session, @Nullable Violation violation, Runnable command) {
        if (violation == null) {
            session.fromClient(link, command);
        }
        return violation;
    }

    private static void acknowledge(Session session, Packet.Ack ack) {
        int id = ack.packetId();
        switch (ack.type()) {
            case PUBACK -> session.pubAck(id);
            case PUBREC -> session.pubRec(id, ack.reasonCode().isError());
            case PUBREL -> session.pubRel(id);
            case PUBCOMP -> session.pubComp(id);
        }
    }
}
