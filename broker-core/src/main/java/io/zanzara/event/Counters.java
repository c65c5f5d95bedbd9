package io.zanzara.event;

import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import java.util.Arrays;

/** What the broker has done since it started, and how it stands: read by metrics, written from any thread. */
public final class Counters {

    private final Cells cells = new Cells();

    /** Open connections with a session; up and down. */
    public final Counter connections = new Counter(cells);

    /** Sessions there are, with or without a connection; up and down. */
    public final Counter sessions = new Counter(cells);

    /** Subscriptions there are; up and down. */
    public final Counter subscriptions = new Counter(cells);

    /** Retained messages there are; up and down. */
    public final Counter retained = new Counter(cells);

    /** Messages received, by QoS. */
    public final Counter[] messagesIn = counters(Qos.values().length);

    /** Messages sent, by QoS. */
    public final Counter[] messagesOut = counters(Qos.values().length);

    /** Payload bytes received and sent. */
    public final Counter payloadBytesIn = new Counter(cells);

    public final Counter payloadBytesOut = new Counter(cells);

    /** Messages waiting in queues of persistent sessions since this start; up and down. */
    public final Counter queued = new Counter(cells);

    /** Messages sent and not yet acknowledged; up and down. */
    public final Counter inFlight = new Counter(cells);

    /** Batches the store has confirmed, operations in them, and the time they took. */
    public final Counter storeBatches = new Counter(cells);

    public final Counter storeOperations = new Counter(cells);

    public final Counter storeNanos = new Counter(cells);

    /** Appends that were acknowledged before their batch left and so never written. */
    public final Counter storeCancelled = new Counter(cells);

    /** Operations waiting for their batch; up and down. */
    public final Counter storeWaiting = new Counter(cells);

    /** Batches that failed and were tried again. */
    public final Counter storeRetries = new Counter(cells);

    /** About how many bytes of messages are on their way to a queue: handed to another loop, or at the door of a full one; up and down. */
    public final Level handedOverBytes = new Level(cells);

    /** About how many bytes of messages are in memory for connected clients, to be sent or in flight; up and down. */
    public final Level windowBytes = new Level(cells);

    private final Counter[] dropped = counters(DropReason.values().length);

    private final Counter[] refused = counters(ReasonCode.values().length);

    private Counter[] counters(int number) {
        Counter[] row = new Counter[number];
        Arrays.setAll(row, each -> new Counter(cells));
        return row;
    }

    /** Returns the messages dropped for this reason. */
    public Counter dropped(DropReason reason) {
        return dropped[reason.ordinal()];
    }

    /**
     * Returns what was refused for this reason: connections (also those too many to have an event each, and those ended because the client broke
     * a rule or a limit), publications, wills, subscriptions.
     */
    public Counter refused(ReasonCode reason) {
        return refused[reason.ordinal()];
    }
}
