package io.zanzara.session;

import io.zanzara.message.Subscription;
import io.zanzara.store.SessionRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What is kept of a session that has neither a client nor anything to do, as most sessions of a large broker: enough to make its
 * {@link SessionWork} again. A session that was just loaded is at rest too; what its queue holds is found out when it is needed. Owner only.
 */
final class AtRest {

    final SessionRecord record;

    /** The next sequence number to give. */
    final long next;

    /** Below this number the store holds nothing of its queue any more. */
    final long deletedBelow;

    /** What was published up to this message is asked about when its turn comes to be sent. */
    long doubtedThrough;

    /** Its queue is known to hold nothing. */
    boolean empty;

    private final ArrayList<Subscription> subscriptions;

    /** A session as it was put to rest. */
    AtRest(
            SessionRecord record,
            long next,
            long deletedBelow,
            long doubtedThrough,
            Collection<Subscription> subscriptions) {
        this.record = record;
        this.next = next;
        this.deletedBelow = deletedBelow;
        this.doubtedThrough = doubtedThrough;
        this.subscriptions = new ArrayList<>(subscriptions);
        this.empty = record.head() >= next;
    }

    /** A session as the store has it, or as a new one begins. */
    AtRest(SessionRecord record, long next) {
        // what a kill kept from being deleted goes with the first deletion
        this(record, next, record.incarnation(), 0, List.of());
    }

    /** Takes over a subscription from the store. */
    void load(Subscription subscription) {
        subscriptions.ensureCapacity(1); // most have one
        subscriptions.add(subscription);
    }

    List<Subscription> subscriptions() {
        return subscriptions;
    }
}
