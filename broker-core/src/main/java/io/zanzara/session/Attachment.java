package io.zanzara.session;

/** What one connection adds to a session, and what ends with it. Owner only. */
final class Attachment {

    final ClientLink link;
    final Acknowledgements acknowledgements;

    /** The client knows a receive maximum: it may be held to it, and need not be held back by not reading from it. */
    final boolean hasFlowControl;

    /** CONNACK has left. */
    boolean accepted;

    /** The session was there before. */
    boolean resumed;

    /** Nothing is read from the client. */
    boolean paused;

    Attachment(ClientLink link, boolean hasFlowControl) {
        this.link = link;
        this.acknowledgements = new Acknowledgements(link);
        this.hasFlowControl = hasFlowControl;
    }
}
