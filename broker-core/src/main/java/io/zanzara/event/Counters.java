package io.zanzara.event;

import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ReasonCode;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** What the broker has done since it started, and how it stands: read by metrics, written from any thread. */
public final class Counters {

    /** Open connections with a session; up and down. */
    public final LongAdder connections = new LongAdder();

    /** Sessions there are, with or without a connection; up and down. */
    public final LongAdder sessions = new LongAdder();

    /** Subscriptions there are; up and down. */
    public final LongAdder subscriptions = new LongAdder();

    /** Retained messages there are; up and down. */
    public final LongAdder retained = new LongAdder();

    /** Messages received, by QoS. */
    public final LongAdder[] messagesIn = {new LongAdder(), new LongAdder(), new LongAdder()};

    /** Messages sent, by QoS. */
    public final LongAdder[] messagesOut = {new LongAdder(), new LongAdder(), new LongAdder()};

    /** Payload bytes received and sent. */
    public final LongAdder payloadBytesIn = new LongAdder();

    public final LongAdder payloadBytesOut = new LongAdder();

    /** Messages waiting in queues of persistent sessions since this start; up and down. */
    public final LongAdder queued = new LongAdder();

    /** Messages sent and not yet acknowledged; up and down. */
    public final LongAdder inFlight = new LongAdder();

    /** Batches the store has confirmed, operations in them, and the time they took. */
    public final LongAdder storeBatches = new LongAdder();

    public final LongAdder storeOperations = new LongAdder();

    public final LongAdder storeNanos = new LongAdder();

    /** Appends that were acknowledged before their batch left and so never written. */
    public final LongAdder storeCancelled = new LongAdder();

    /** Operations waiting for their batch; up and down. */
    public final LongAdder storeWaiting = new LongAdder();

    /** Batches that failed and were tried again. */
    public final LongAdder storeRetries = new LongAdder();

    /** About how many bytes of messages are on their way to a queue: handed to another loop, or at the door of a full one; up and down. */
    public final LongAdder handedOverBytes = new LongAdder();

    /** About how many bytes of messages are in memory for connected clients, to be sent or in flight; up and down. */
    public final LongAdder windowBytes = new LongAdder();

    private final LongAdder[] dropped = new LongAdder[DropReason.values().length];

    private final LongAdder[] refused = new LongAdder[ReasonCode.values().length];

    public Counters() {
        Arrays.setAll(dropped, reason -> new LongAdder());
        Arrays.setAll(refused, reason -> new LongAdder());
    }

    /** Returns the messages dropped for this reason. */
    public LongAdder dropped(DropReason reason) {
        return dropped[reason.ordinal()];
    }

    /**
     * Returns what was refused for this reason: connections (also those too many to have an event each, and those ended because the client broke
     * a rule or a limit), publications, wills, subscriptions.
     */
    public LongAdder refused(ReasonCode reason) {
        return refused[reason.ordinal()];
    }
}
