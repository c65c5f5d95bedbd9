package io.zanzara.session;

import io.zanzara.message.TopicFilter;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Sequence;
import org.jspecify.annotations.Nullable;

/** One message in a session's queue, while it is in memory. Owner only. */
final class Entry {

    final QueueRecord record;

    /** The copy is in the store, or this session keeps nothing there. */
    boolean durable;

    /** Its place is taken but the message still belongs to a QoS 2 exchange: neither sent nor passed by. */
    boolean held;

    /** The client has said PUBREC; what remains is PUBREL and PUBCOMP. */
    boolean received;

    @Nullable
    PendingWrite write;

    Ticket ticket = Ticket.NONE;

    /** Told when it is done, for a message that a shared group has lent to this session. */
    @Nullable
    Loan loan;

    /** A message that belongs to a shared group's queue and is with a member. */
    interface Loan {
        /** The topic filter of the group, as the member subscribed to it. */
        TopicFilter filter();

        /** The member's client has acknowledged it. */
        void repaid();

        /** The member went away first. */
        void returned();
    }

    /** Its neighbours in {@link InFlight}, which alone looks at them. */
    @Nullable
    Entry sentBefore;

    @Nullable
    Entry sentAfter;

    private final int packetIdentifier;

    Entry(QueueRecord record) {
        this.record = record;
        this.packetIdentifier = Sequence.packetIdentifier(record.sequence());
    }

    long sequence() {
        return record.sequence();
    }

    int packetIdentifier() {
        return packetIdentifier;
    }

    void pay(Ticket.Outcome outcome) {
        Ticket due = ticket;
        ticket = Ticket.NONE;
        due.pay(outcome);
    }
}
