package io.zanzara.session;

import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.StoreReader;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drops the oldest messages of a queue that were never sent. They are, in order, in the window in memory, in the store only, or on their way to
 * the store. Of those in the store a few are remembered ahead, without their payloads, so that a full queue costs one read for many drops. Owner
 * only.
 */
final class Eviction {

    private static final int AHEAD = 32;
    private static final int PAGE_BYTES = 64 << 10;

    private final ClientId queue;
    private final SessionContext context;
    private final StoreReader reader;
    private final Mailbox mailbox;
    private final MessageLog log;
    private final LongSupplier sentMark;
    private final Queue owner;
    private final ArrayDeque<Stored> ahead = new ArrayDeque<>(0);
    private long examinedThrough;
    private int generation = -1;
    private boolean reading;

    /** What came of an attempt to drop a message. */
    enum Outcome {
        DROPPED,
        /** There is none that may go. */
        NOTHING,
        /** That is being found out; the queue will be told. */
        READING
    }

    /** Whose messages are dropped. */
    interface Queue {

        /** A message that was in memory goes: its write is taken back where it can be, and its publisher is told. */
        void evict(Entry entry);

        /** A message that was only in the store goes. */
        void evicted(long sequence, Qos qos, long bytes);

        /** What {@link Outcome#READING} announced: it is worth another attempt. */
        void roomMade();
    }

    /** What is to be known of a message in the store. */
    private record Stored(long sequence, Topic topic, long messageId, Qos qos, int bytes) {}

    /** @param sentMark the last number that was sent; what is below is not dropped */
    Eviction(
            ClientId queue,
            SessionContext context,
            Mailbox mailbox,
            MessageLog log,
            LongSupplier sentMark,
            Queue owner) {
        this.queue = queue;
        this.context = context;
        this.reader = context.reader();
        this.mailbox = mailbox;
        this.log = log;
        this.sentMark = sentMark;
        this.owner = owner;
    }

    Outcome dropOldest() {
        long mark = sentMark.getAsLong();
        Entry entry = log.takeUnsentFromWindow(mark);
        if (entry == null) {
            Stored stored = nextStored(mark);
            if (stored != null) {
                log.discard(stored.sequence, mark);
                tell(stored.topic, stored.messageId, stored.qos);
                owner.evicted(stored.sequence, stored.qos, stored.bytes);
                return Outcome.DROPPED;
            }
            if (read(mark)) {
                return Outcome.READING;
            }
            entry = log.takeUnsentFromUnconfirmed(mark);
        }
        if (entry == null) {
            return Outcome.NOTHING;
        }
        log.discard(entry.sequence(), mark);
        QueueRecord record = entry.record;
        tell(record.publication().topic(), record.publication().messageId(), record.qos());
        owner.evict(entry);
        return Outcome.DROPPED;
    }

    private void tell(Topic topic, long messageId, Qos qos) {
        context.dropped(queue, topic, messageId, qos, DropReason.QUEUE_FULL_OLDEST);
    }

    private @Nullable Stored nextStored(long mark) {
        if (generation != log.generation()) {
            generation = log.generation();
            ahead.clear();
            examinedThrough = 0;
        }
        Stored next;
        while ((next = ahead.pollFirst()) != null) {
            if (next.sequence >= log.storedFrom() && next.sequence > mark && !log.isDone(next.sequence)) {
                return next;
            }
        }
        return null;
    }

    /** Asks for more of what lies only in the store; false if there can't be any. */
    private boolean read(long mark) {
        if (reading) {
            return true;
        }
        long from = Math.max(Math.max(log.storedFrom(), mark + 1), examinedThrough + 1);
        long through = log.storedThrough();
        if (from > through) {
            return false;
        }
        reading = true;
        int asked = generation;
        reader.readQueue(
                queue, from, through, AHEAD, PAGE_BYTES, page -> mailbox.post(() -> read(asked, through, page)));
        return true;
    }

    private void read(int asked, long through, List<QueueRecord> page) {
        reading = false;
        if (asked == log.generation()) {
            long bytes = 0;
            for (QueueRecord record : page) {
                bytes += record.publication().payload().length;
                ahead.add(new Stored(
                        record.sequence(),
                        record.publication().topic(),
                        record.publication().messageId(),
                        record.qos(),
                        record.bytes()));
            }
            boolean complete = page.size() < AHEAD && bytes < PAGE_BYTES;
            examinedThrough = complete ? through : page.get(page.size() - 1).sequence();
        }
        owner.roomMade();
    }
}
