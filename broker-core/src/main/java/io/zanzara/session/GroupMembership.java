package io.zanzara.session;

import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session does as a member of shared groups: it takes what they lend while its client is there and has room. A group's messages cross to
 * the session's loop, so several may be on their way when one has to be refused; were a later one taken, the refused one would come after it.
 * So the first refusal shuts the door; it opens again only when the group has answered a question asked after that: then all that was on its way
 * has come back. Owner only.
 */
final class GroupMembership {

    /** Whether a group's messages are taken. */
    private enum Door {
        SHUT,
        ASKED,
        OPEN
    }

    private final Session session;
    private final SharedGroups groups;
    private final MessageLog log;
    private final Outbound outbound;
    private final Admission admission;
    private final QueueLimit limit;
    private final Supplier<@Nullable Attachment> attached;
    private Map<TopicFilter, Door> doors = Collections.emptyMap(); // until there is one
    private boolean starved;

    /** @param attached the connection the session has now, if any */
    GroupMembership(
            Session session,
            SharedGroups groups,
            MessageLog log,
            Outbound outbound,
            Admission admission,
            QueueLimit limit,
            Supplier<@Nullable Attachment> attached) {
        this.session = session;
        this.groups = groups;
        this.log = log;
        this.outbound = outbound;
        this.admission = admission;
        this.limit = limit;
        this.attached = attached;
    }

    /** Whether it is no member of any. */
    boolean isEmpty() {
        return doors.isEmpty();
    }

    void join(Subscription subscription) {
        if (doors.isEmpty()) {
            doors = new HashMap<>();
        }
        doors.putIfAbsent(subscription.filter(), Door.SHUT);
        groups.join(subscription, session);
    }

    void leave(TopicFilter filter) {
        doors.remove(filter);
        groups.leave(filter, session);
    }

    /** The session has had to leave: what the group has lent it and it has not sent goes to others. */
    void returnLoans(TopicFilter filter) {
        outbound.returnLoans(filter);
    }

    /** The client is there. */
    void online() {
        doors.keySet().forEach(this::ask);
    }

    /** The client is gone. */
    void offline() {
        starved = false;
        doors.replaceAll((filter, door) -> {
            groups.presence(filter, session, false);
            return Door.SHUT;
        });
    }

    private void ask(TopicFilter filter) {
        doors.put(filter, Door.ASKED);
        groups.ask(filter, session);
    }

    /** A group says that nothing of it is on its way here, and asks whether its member is there. */
    void answered(TopicFilter filter) {
        Attachment current = attached.get();
        if (current == null || !current.accepted || !doors.containsKey(filter)) {
            return;
        }
        if (hasRoom(current)) {
            doors.put(filter, Door.OPEN);
            groups.presence(filter, session, true);
        } else {
            shut(filter);
        }
    }

    private boolean hasRoom(Attachment current) {
        return log.canBorrow() && current.link.isWritable() && limit.hasRoom();
    }

    private void shut(TopicFilter filter) {
        doors.put(filter, Door.SHUT);
        starved = true;
    }

    /** There may be room again. */
    void progressed() {
        Attachment current = attached.get();
        if (starved && current != null && current.accepted && hasRoom(current)) {
            starved = false;
            doors.forEach((filter, door) -> {
                if (door == Door.SHUT) {
                    ask(filter);
                }
            });
        }
    }

    /** Takes a message of a group's queue, to give it back or have it acknowledged; false if it can't be sent now. */
    boolean lend(TopicFilter filter, Delivery delivery, Entry.Loan loan) {
        Attachment current = attached.get();
        if (current == null || doors.get(filter) != Door.OPEN) {
            return false;
        }
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            admission.sendAtMostOnce(delivery);
            loan.repaid();
            return true;
        }
        if (!hasRoom(current) || !hasRoom(delivery)) {
            shut(filter);
            return false;
        }
        Entry entry = log.borrow(delivery.template());
        entry.loan = loan;
        outbound.added(entry);
        outbound.pump();
        return true;
    }

    /** An empty queue has room for every message: one that was let into the group's must not stay there for ever. */
    private boolean hasRoom(Delivery delivery) {
        return limit.hasRoom(delivery) || limit.messages() == 0;
    }

    /** Gives a place to a message that moves here from a group's queue. */
    void reserve(TopicFilter filter, Delivery delivery, Recipient.Reservation reservation) {
        if (doors.get(filter) == Door.OPEN && hasRoom(delivery)) {
            admission.place(session, delivery, reservation);
            return;
        }
        if (doors.get(filter) == Door.OPEN) {
            shut(filter);
        }
        reservation.made(session, null, null, Ticket.Outcome.VOID);
    }

    /** Sends a message of a group that nobody keeps (QoS 0), unless the session has left it meanwhile. */
    void sendAtMostOnce(TopicFilter filter, Delivery delivery) {
        if (doors.containsKey(filter)) {
            admission.sendAtMostOnce(delivery);
        }
    }
}
