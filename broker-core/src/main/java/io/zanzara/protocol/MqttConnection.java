package io.zanzara.protocol;

import io.zanzara.access.Redirect;
import io.zanzara.codec.Packet;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.session.ClientLink;
import io.zanzara.session.Loop;
import io.zanzara.session.Session;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its first packet to its last: turns packets into calls on its session and the session's answers into packets. Runs on the
 * connection's loop. Reading is paused from CONNECT until CONNACK, except for what an authentication method asks of the client, so nothing it
 * sends early is handled before its session is there.
 */
public final class MqttConnection implements ClientLink {

    private final Wire wire;
    private final ProtocolContext context;
    private @Nullable Handshake handshake; // from CONNECT to CONNACK
    private @Nullable Authentication authentication; // with a method for longer
    private @Nullable Session session;
    private @Nullable Incoming incoming;
    private @Nullable Outgoing outgoing;
    private boolean versionKnown;
    private boolean connected;
    private boolean closed;

    public MqttConnection(Wire wire, ProtocolContext context) {
        this.wire = wire;
        this.context = context;
    }

    // ---- from the wire

    /** Handles the next packet of the client. */
    public void handle(Packet packet) {
        if (closed) {
            return;
        }
        if (packet instanceof Packet.Connect connect) {
            if (incoming != null) {
                // [MQTT-3.1.0-2] [MQTT-3.1.0-2 of 3.1.1]
                violated(Violation.of(ReasonCode.PROTOCOL_ERROR, "a second CONNECT"));
            } else {
                connect(connect);
            }
        } else if (packet instanceof Packet.Auth auth && authentication != null) {
            Violation violation = authentication.answer(auth);
            if (violation != null) {
                violated(violation);
            }
        } else if (session == null) {
            beforeConnack(packet);
        } else {
            dispatch(session, packet);
        }
    }

    private void beforeConnack(Packet packet) {
        if (authentication == null) {
            violated(Violation.of(ReasonCode.PROTOCOL_ERROR, "the first packet must be CONNECT")); // [MQTT-3.1.0-1]
        } else if (packet instanceof Packet.Disconnect) {
            closed = true;
            tellRefused(ReasonCode.UNSPECIFIED_ERROR, "the client gave up its authentication");
            wire.close();
        } else {
            // [MQTT-3.1.2-30]
            violated(Violation.of(ReasonCode.PROTOCOL_ERROR, "only AUTH may come before CONNACK"));
        }
    }

    private void dispatch(Session current, Packet packet) {
        if (packet instanceof Packet.Disconnect disconnect) {
            onDisconnect(current, disconnect);
            return;
        }
        Violation violation = Objects.requireNonNull(incoming).handle(current, packet);
        if (violation != null) {
            violated(violation);
        }
    }

    private void fromClient(Runnable command) {
        Objects.requireNonNull(session).fromClient(this, command);
    }

    private void onDisconnect(Session current, Packet.Disconnect disconnect) {
        long expiry = disconnect.sessionExpiry();
        if (expiry > 0 && current.expirySeconds() == 0) {
            violated(Violation.of(ReasonCode.PROTOCOL_ERROR, "DISCONNECT must not raise a session expiry of 0"));
            return;
        }
        long bounded = Math.min(expiry, context.limits().maxSessionExpirySeconds());
        boolean withWill = disconnect.reasonCode() != ReasonCode.SUCCESS;
        closed = true;
        fromClient(() -> current.disconnect(withWill, bounded));
        wire.close();
    }

    /**
     * What arrived is no packet, or none that may come now: the connection ends with the reason.
     *
     * @param protocolLevel that of CONNECT as far as it could be read, else 0
     */
    public void malformed(int protocolLevel, ReasonCode reasonCode, String reason) {
        if (incoming == null && !closed) {
            versionKnown = protocolLevel > 0;
            wire.negotiated(protocolLevel, Long.MAX_VALUE, 0);
        }
        violated(reasonCode, reason);
    }

    /** The client broke a rule: the connection ends with the reason. */
    public void violated(ReasonCode reasonCode, String reason) {
        violated(Violation.of(reasonCode, reason));
    }

    private void violated(Violation violation) {
        if (closed) {
            return;
        }
        Session current = session;
        if (current == null) {
            // [MQTT-3.14.0-1]
            refuse(violation.reasonCode(), violation.reason());
            return;
        }
        context.counters().refused(violation.reasonCode()).increment();
        // [MQTT-4.13.1-1] [MQTT-4.13.2-1] [MQTT-4.8.0-1 of 3.1.1]
        sendDisconnect(violation.reasonCode(), violation.reason());
        fromClient(() -> current.connectionLost(violation.reasonCode(), violation.reason()));
        closed = true;
        wire.close();
    }

    /** The connection is gone, by the client or the network. */
    public void lost() {
        if (closed) {
            return;
        }
        closed = true;
        Session current = session;
        if (current != null) {
            fromClient(() -> current.connectionLost(ReasonCode.UNSPECIFIED_ERROR, "the connection was lost"));
        } else if (incoming == null) {
            tellRefused(ReasonCode.UNSPECIFIED_ERROR, "the connection was closed before CONNECT");
        } else if (authentication != null && !authentication.isAdmitted()) {
            // else many could be tried and nobody would hear of it
            tellRefused(ReasonCode.UNSPECIFIED_ERROR, "the connection was closed during the authentication");
        }
    }

    /** The socket takes more again. */
    public void writable() {
        Session current = session;
        if (current != null && !closed) {
            current.fromClient(this, current::writable);
        }
    }

    /** Whether CONNECT has been answered with success. */
    public boolean isConnected() {
        return connected;
    }

    // ---- CONNECT

    private void connect(Packet.Connect connect) {
        versionKnown = true;
        Violation defect = Handshake.defectOf(connect, context);
        negotiate(connect, 0);
        if (defect != null) {
            refuse(defect.reasonCode(), defect.reason());
            return;
        }
        Handshake accepted = Handshake.of(connect, context);
        handshake = accepted;
        incoming = new Incoming(this, wire, context, accepted);
        Redirect redirect = context.redirect();
        if (redirect != null) {
            refuse(
                    Packet.Connack.redirected(redirect.reasonCode(), redirect.serverReference()),
                    "sent to another server");
            return;
        }
        Authentication begun = new Authentication(accepted, context, wire, new Verdict());
        authentication = begun;
        begun.begin();
    }

    private void negotiate(Packet.Connect connect, int keepAliveSeconds) {
        long most = connect.maximumPacketSize();
        wire.negotiated(connect.protocolLevel(), most < 0 ? Long.MAX_VALUE : most, keepAliveSeconds);
    }

    private final class Verdict implements Authentication.Verdict {
        @Override
        public boolean isOver() {
            return closed;
        }

        @Override
        public void admitted() {
            String userName = Objects.requireNonNull(authentication).userName();
            context.registry()
                    .connect(Objects.requireNonNull(handshake)
                            .request(MqttConnection.this, userName, MqttConnection.this::accepted));
        }

        @Override
        public void failed(ReasonCode reasonCode, String reason) {
            violated(reasonCode, reason);
        }
    }

    private void accepted(Session mine) {
        session = mine;
        if (closed) {
            // it was gone before its session was there
            mine.fromClient(
                    this,
                    () -> mine.connectionLost(ReasonCode.UNSPECIFIED_ERROR, "the connection was lost during CONNECT"));
        }
    }

    // ---- from the session

    @Override
    public Loop loop() {
        return wire.loop();
    }

    @Override
    public String address() {
        return wire.address();
    }

    @Override
    public void connected(boolean sessionPresent, long sessionExpirySeconds) {
        if (closed) {
            return;
        }
        Handshake accepted = Objects.requireNonNull(handshake);
        Authentication finished = Objects.requireNonNull(authentication);
        // what CONNECT held need not be kept as long as the connection
        handshake = null;
        authentication = finished.mayGoOn() ? finished : null;
        negotiate(accepted.connect(), accepted.keepAliveSeconds());
        outgoing = new Outgoing(wire, context, accepted);
        if (!wire.send(accepted.connack(sessionPresent, context, finished.lastData()))) {
            // no other packet may come first; the session hears of it as soon as it is known here
            closed = true;
            wire.close();
            return;
        }
        connected = true; // [MQTT-3.2.0-2]
        wire.connected();
        wire.pauseReading(false);
    }

    @Override
    public void refuse(ReasonCode reasonCode, String reason) {
        ReasonCode told = reasonCode;
        if (reasonCode == ReasonCode.MAXIMUM_CONNECT_TIME && authentication != null) {
            // CONNACK has no code for it
            told = authentication.isAdmitted() ? ReasonCode.SERVER_UNAVAILABLE : ReasonCode.NOT_AUTHORIZED;
        }
        refuse(Packet.Connack.refused(told, reason), reason);
    }

    private void refuse(Packet.Connack answer, String reason) {
        if (closed) {
            return;
        }
        closed = true;
        if (versionKnown) {
            // without user properties [MQTT-3.2.2-20]
            wire.send(answer);
        }
        tellRefused(answer.reasonCode(), reason);
        wire.close(); // [MQTT-3.1.4-2] [MQTT-3.2.2-7] [MQTT-3.2.2-5 of 3.1.1]
    }

    private void tellRefused(ReasonCode reasonCode, String reason) {
        context.counters().refused(reasonCode).increment();
        context.listener().on(new BrokerEvent.ConnectionRefused(address(), reasonCode, reason));
    }

    @Override
    public boolean publish(
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetIdentifier,
            int[] subscriptionIdentifiers) {
        if (closed) {
            return true; // the session hears of it in a moment, and keeps what was not acknowledged
        }
        return outgoing().publish(publication, qos, dup, retain, packetIdentifier, subscriptionIdentifiers);
    }

    private Outgoing outgoing() {
        return Objects.requireNonNull(outgoing);
    }

    private void ack(AckType type, int packetIdentifier, ReasonCode reasonCode) {
        if (!closed) {
            mustFit(outgoing().acknowledge(type, packetIdentifier, reasonCode));
        }
    }

    /** An answer that the client can't take would leave it waiting for ever. */
    private void mustFit(boolean fits) {
        if (!fits) {
            violated(ReasonCode.PACKET_TOO_LARGE, "an answer would be larger than the client accepts");
        }
    }

    @Override
    public void pubAck(int packetIdentifier, ReasonCode reasonCode) {
        ack(AckType.PUBACK, packetIdentifier, reasonCode);
    }

    @Override
    public void pubRec(int packetIdentifier, ReasonCode reasonCode) {
        ack(AckType.PUBREC, packetIdentifier, reasonCode);
    }

    @Override
    public void pubRel(int packetIdentifier, ReasonCode reasonCode) {
        ack(AckType.PUBREL, packetIdentifier, reasonCode);
    }

    @Override
    public void pubComp(int packetIdentifier, ReasonCode reasonCode) {
        ack(AckType.PUBCOMP, packetIdentifier, reasonCode);
    }

    @Override
    public void subAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
        if (!closed) {
            mustFit(outgoing().subAck(packetIdentifier, reasonCodes));
        }
    }

    @Override
    public void unsubAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
        if (!closed) {
            mustFit(outgoing().unsubAck(packetIdentifier, reasonCodes));
        }
    }

    @Override
    public boolean isWritable() {
        return wire.isWritable();
    }

    @Override
    public boolean isOverflowing() {
        return wire.isOverflowing();
    }

    @Override
    public void pauseReading(boolean pause) {
        wire.pauseReading(pause);
    }

    @Override
    public void close(ReasonCode reasonCode, String reason) {
        if (!closed) {
            sendDisconnect(reasonCode, reason);
            closed = true;
            wire.close();
        }
    }

    private boolean isMqtt5() {
        return incoming != null && incoming.isMqtt5();
    }

    private void sendDisconnect(ReasonCode reasonCode, String reason) {
        if (isMqtt5()) {
            // [MQTT-3.14.4-1] [MQTT-3.14.4-2], without user properties [MQTT-3.14.2-4]
            wire.send(new Packet.Disconnect(reasonCode, -1, reason, null));
        }
    }
}
