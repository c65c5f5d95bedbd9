package io.zanzara.session;

import io.zanzara.access.Limits;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds one queue, of a session or a shared group, to its limits: counts what is in it, in flight or waiting, and says what becomes of a message
 * that finds it full. The oldest message may lie in the store only; then the new one waits at the door until that was read, and all that come
 * later wait behind it, so that the order stays and the limit holds at every moment. Those who wait are as many as their publishers may have
 * unacknowledged. Owner only.
 */
final class QueueLimit {

    private final ClientId queue;
    private final SessionContext context;
    private final Limits limits;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    private @Nullable Eviction eviction;
    private long messages;
    private long bytes;

    /** A message at the door. */
    private record Waiting(Delivery delivery, Consumer<Ticket.Outcome> answer) {}

    QueueLimit(ClientId queue, SessionContext context) {
        this.queue = queue;
        this.context = context;
        this.limits = context.limits();
    }

    /** @param oldest drops messages to make room, and says {@link #roomMade} when it had to read first */
    void evictBy(Eviction oldest) {
        eviction = oldest;
    }

    long messages() {
        return messages;
    }

    /** Whether nothing is in it, nor at the door. */
    boolean isEmpty() {
        return messages == 0 && waiting.isEmpty();
    }

    /** A message is in the queue now. */
    void entered(QueueRecord record) {
        messages++;
        bytes += record.bytes();
    }

    /** It no longer is. */
    void left(long size) {
        messages--;
        bytes -= size;
    }

    /** What an earlier start of the broker left. */
    void found(QueueSize size) {
        messages += size.messages();
        bytes += size.bytes();
    }

    /** Whether a message may enter at once. */
    boolean hasRoom(Delivery delivery) {
        return waiting.isEmpty() && fits(QueueRecord.bytesOf(delivery.publication()));
    }

    /** Whether some message may enter at once. */
    boolean hasRoom() {
        return waiting.isEmpty() && fits(0);
    }

    private boolean fits(long more) {
        return (limits.maxQueueMessages() == 0 || messages < limits.maxQueueMessages())
                && (limits.maxQueueBytes() == 0 || bytes + more <= limits.maxQueueBytes());
    }

    /**
     * Makes room for a message by the policy.
     *
     * @param answer called once, now or later: with SAFE the message is to be put into the queue at once; otherwise it was dropped
     */
    void admit(Delivery delivery, Consumer<Ticket.Outcome> answer) {
        Ticket.Outcome outcome = waiting.isEmpty() ? decide(delivery) : null;
        if (outcome == null) {
            context.counters().handedOverBytes.add(delivery.publication().weight());
            waiting.add(new Waiting(delivery, answer));
        } else {
            answer.accept(outcome);
        }
    }

    /** What was to be read has been read: those who wait are let in, or not. */
    void roomMade() {
        Waiting first;
        while ((first = waiting.peekFirst()) != null) {
            Ticket.Outcome outcome = decide(first.delivery);
            if (outcome == null) {
                return;
            }
            answerFirst(outcome);
        }
    }

    private void answerFirst(Ticket.Outcome outcome) {
        Waiting first = waiting.removeFirst();
        context.counters().handedOverBytes.add(-first.delivery.publication().weight());
        first.answer.accept(outcome);
    }

    /** Returns what becomes of a message, or null if that is not known yet. */
    private Ticket.@Nullable Outcome decide(Delivery delivery) {
        int size = QueueRecord.bytesOf(delivery.publication());
        if (fits(size)) {
            return Ticket.Outcome.SAFE;
        }
        switch (limits.queuePolicy()) {
            case REFUSE -> {
                dropped(delivery, DropReason.QUEUE_FULL_REFUSED);
                return Ticket.Outcome.REFUSED;
            }
            case DROP_OLDEST -> {
                Eviction.Outcome outcome = makeRoom(size);
                if (outcome == Eviction.Outcome.READING) {
                    return null;
                }
                if (outcome == Eviction.Outcome.DROPPED) {
                    return Ticket.Outcome.SAFE;
                }
            }
            case DROP_NEWEST -> {}
        }
        dropped(delivery, DropReason.QUEUE_FULL_NEWEST);
        return Ticket.Outcome.VOID;
    }

    private Eviction.Outcome makeRoom(int size) {
        if (eviction == null || (limits.maxQueueBytes() > 0 && size > limits.maxQueueBytes())) {
            return Eviction.Outcome.NOTHING;
        }
        Eviction.Outcome outcome = Eviction.Outcome.DROPPED;
        while (outcome == Eviction.Outcome.DROPPED && !fits(size)) {
            outcome = eviction.dropOldest();
        }
        return outcome;
    }

    private void dropped(Delivery delivery, DropReason reason) {
        context.dropped(queue, delivery.publication(), delivery.qos(), reason);
    }

    /** The queue ends: nobody gets in any more. */
    void end() {
        while (!waiting.isEmpty()) {
            answerFirst(Ticket.Outcome.VOID);
        }
    }
}
