package io.zanzara.soak;

/** What may go wrong. */
enum Fault {
    /** An acknowledged message did not come. */
    LOST("lost"),
    /** A message came twice at QoS 2. */
    DUPLICATED("duplicated"),
    /** The first delivery of a message came after that of a later one of its stream. */
    OUT_OF_ORDER("out of order"),
    /** Something came that nobody had sent. */
    NEVER_SENT("never sent"),
    /** A topic's retained message is older than the last that was acknowledged, or gone. */
    RETAINED("stale retained"),
    /** A session that should be there was not. */
    SESSION_LOST("session lost"),
    /** A message whose exchange is not over was sent again without DUP [MQTT-3.3.1-1]. */
    WITHOUT_DUP("without DUP"),
    /** Another message came under a packet identifier that was in use. */
    IDENTIFIER_REUSED("identifier reused"),
    /** An acknowledgement came for nothing that was under way, or with an error. */
    STRANGE_ACKNOWLEDGEMENT("strange acknowledgement"),
    /** The broker ended a connection, and nobody had killed it. */
    DISCONNECTED("disconnected"),
    /** Something did not happen within a generous time. */
    STUCK("stuck");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
