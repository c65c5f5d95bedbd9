package io.zanzara.session;

/** What a publication owes to one receiver: paid exactly once, then the publisher's acknowledgement may leave. */
@FunctionalInterface
interface Ticket {

    /** Nobody waits. */
    Ticket NONE = outcome -> {};

    /** Any thread. */
    void pay(Outcome outcome);

    /** How it was paid. */
    enum Outcome {
        /** Durable, or acknowledged by the receiver. */
        SAFE,
        /** The receiver's session has ended, or its copy was dropped by policy. */
        VOID,
        /** The receiver's queue is full and the policy refuses the publisher. */
        REFUSED
    }
}
