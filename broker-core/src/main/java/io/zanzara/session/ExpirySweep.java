package io.zanzara.session;

import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.StoreOperation;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Takes what has expired out of a queue that nobody is there to receive: while somebody is, it goes when its turn comes. Deleted are ranges, also
 * above the head; what was sent before neither expires nor goes. Owner only.
 */
final class ExpirySweep {

    private static final int PAGE = 512;
    private static final int PAGE_BYTES = 256 << 10;
    private static final int MOST_RANGES = 1_000;

    private final ClientId queue;
    private final SessionContext context;
    private final Mailbox mailbox;
    private final PendingWrite.Owner answers;
    private final MessageLog log;
    private final LongSupplier sentMark;
    private final Queue owner;
    private boolean running;
    private int deletions;
    private int ranges;

    /** Whose messages expire. */
    interface Queue {

        /** Whether nobody is there to receive. */
        boolean isIdle();

        /** A message that was in memory goes. */
        void expired(Entry entry);

        /** A message that was only in the store goes. */
        void expired(long bytes);

        /** A sweep is over. */
        void swept();
    }

    /** @param sentMark the last number that was sent; what is below stays */
    ExpirySweep(
            ClientId queue,
            SessionContext context,
            Mailbox mailbox,
            PendingWrite.Owner answers,
            MessageLog log,
            LongSupplier sentMark,
            Queue owner) {
        this.queue = queue;
        this.context = context;
        this.mailbox = mailbox;
        this.answers = answers;
        this.log = log;
        this.sentMark = sentMark;
        this.owner = owner;
    }

    boolean isIdle() {
        return !running && deletions == 0;
    }

    /** Whether something may have expired; nearly exact from other threads. */
    boolean isDue() {
        return log.firstExpiry() <= context.now();
    }

    /** @param done called once, when it is over */
    void run(Runnable done) {
        if (!isIdle() || !owner.isIdle() || !isDue()) {
            done.run();
            return;
        }
        running = true;
        ranges = 0;
        log.beginSweep();
        Entry entry;
        while (ranges < MOST_RANGES && (entry = log.takeExpired(context.now())) != null) {
            tell(entry.record);
            delete(entry.sequence(), entry.sequence());
            owner.expired(entry);
        }
        read(log.storedFrom(), done);
    }

    private void read(long from, Runnable done) {
        long through = log.storedThrough();
        if (from > through) {
            finish(done);
            return;
        }
        int generation = log.generation();
        context.reader()
                .readQueue(
                        queue,
                        from,
                        through,
                        PAGE,
                        PAGE_BYTES,
                        page -> mailbox.post(() -> examine(generation, page, through, done)));
    }

    private void examine(int generation, List<QueueRecord> page, long through, Runnable done) {
        if (generation != log.generation() || !owner.isIdle()) {
            log.expectExpiry(context.now()); // the rest another time
            finish(done);
            return;
        }
        long begin = -1;
        long end = -1;
        long bytes = 0;
        boolean atTheBeginning = page.isEmpty() || page.get(0).sequence() >= log.storedFrom();
        long passed = log.storedFrom();
        for (QueueRecord record : page) {
            Publication publication = record.publication();
            bytes += publication.payload().length;
            long sequence = record.sequence();
            log.examine(record);
            if (sequence < log.storedFrom() || log.isDone(sequence)) {
                continue;
            }
            if (sequence > sentMark.getAsLong() && publication.isExpired(context.now())) {
                log.expire(sequence);
                tell(record);
                owner.expired(record.bytes());
                begin = begin < 0 ? sequence : begin;
                end = sequence;
                continue;
            }
            log.expectExpiry(publication.expiresAt());
            if (begin >= 0) {
                delete(begin, end);
                begin = -1;
            }
            if (atTheBeginning) {
                atTheBeginning = false;
                passed = sequence;
            }
        }
        if (begin >= 0) {
            delete(begin, end);
        }
        boolean complete = page.size() < PAGE && bytes <= PAGE_BYTES;
        long next = complete ? through + 1 : page.get(page.size() - 1).sequence() + 1;
        if (atTheBeginning) {
            passed = next;
        }
        log.skipTo(passed);
        if (ranges >= MOST_RANGES) {
            log.expectExpiry(context.now());
            finish(done);
        } else {
            read(next, done);
        }
    }

    private void delete(long begin, long end) {
        ranges++;
        deletions++;
        context.writer().submit(queue, new StoreOperation.DeleteRange(queue, begin, end), answers, (Runnable)
                () -> deletions--);
    }

    private void tell(QueueRecord record) {
        context.dropped(queue, record.publication(), record.qos(), DropReason.EXPIRED);
    }

    private void finish(Runnable done) {
        running = false;
        owner.swept();
        done.run();
    }
}
