package io.zanzara.session;

import java.util.function.LongSupplier;

/**
 * Keeps a queue's head in the store near the truth: after a kill, what lies between the stored head and the true one is sent again. The record
 * with the head is written as soon as the one before it is durable, so there is one under way at most, and it rides in the batch that leaves
 * next. The messages below it are deleted late, as one range, off the way of deliveries; there is one deletion under way at most, too. Owner only.
 */
final class QueueHead {

    private static final long DELETE_DELAY_MILLIS = 300;

    private final MessageLog log;
    private final SessionState state;
    private final Mailbox mailbox;
    private final LongSupplier head;
    private final boolean durable;
    private long written;
    private boolean writing;
    private boolean deletionScheduled;
    private boolean deleting;
    private boolean ended;

    /** @param durable whether there is a record to write; if not, there is only what has spilled to be deleted */
    QueueHead(MessageLog log, SessionState state, Mailbox mailbox, LongSupplier head, boolean durable, long written) {
        this.log = log;
        this.state = state;
        this.mailbox = mailbox;
        this.head = head;
        this.durable = durable;
        this.written = written;
    }

    /** Something may have been done with. */
    void progressed() {
        if (ended || ((deletionScheduled || deleting) && (writing || !durable))) {
            return; // both are under way and look again
        }
        long now = head.getAsLong();
        if (!log.hasGarbageBelow(now)) {
            return;
        }
        if (durable && !writing && now > written) {
            writing = true;
            written = now;
            state.write(() -> {
                writing = false;
                progressed();
            });
        }
        if (!deletionScheduled && !deleting) {
            deletionScheduled = true;
            mailbox.loop().schedule(() -> mailbox.post(this::sweep), DELETE_DELAY_MILLIS);
        }
    }

    /** Deletes what is done from the store. */
    void sweep() {
        deletionScheduled = false;
        long now = head.getAsLong();
        if (ended || deleting || !log.hasGarbageBelow(now)) {
            return;
        }
        if (durable) {
            written = now;
            state.write(() -> {});
        }
        deleting = true;
        log.deleteBelow(now, () -> {
            deleting = false;
            progressed();
        });
    }

    /** Whether nothing is under way that the store has to answer. */
    boolean isIdle() {
        return !writing && !deleting;
    }

    void end() {
        ended = true;
    }
}
