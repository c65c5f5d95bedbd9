package io.zanzara.session;

import org.jspecify.annotations.Nullable;

/** What one connection adds to a session, and what ends with it. Owner only. */
final class Attachment {

    final ClientLink link;

    /** The name the client has proved to have, or null for none. */
    final @Nullable String userName;

    final Acknowledgements acknowledgements;

    final Acknowledgements receptions;

    /** The client knows a receive maximum: it may be held to it, and need not be held back by not reading from it. */
    final boolean hasFlowControl;

    /** When it is not read from. */
    final ReadingPace pace;

    /** QoS 2 exchanges whose PUBLISH came on this connection and that are not complete: what the receive maximum bounds [MQTT-3.3.4-7]. */
    int exchanges;

    /** CONNACK has left. */
    boolean accepted;

    /** The session was there before. */
    boolean resumed;

    Attachment(ClientLink link, @Nullable String userName, boolean hasFlowControl, InboundPublications inbound) {
        this.link = link;
        this.userName = userName;
        this.acknowledgements = new Acknowledgements(link::pubAck);
        this.receptions = new Acknowledgements(link::pubRec);
        this.hasFlowControl = hasFlowControl;
        this.pace = inbound.paceOf(this);
    }
}
