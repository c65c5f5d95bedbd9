package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.StoreReader;
import java.util.List;
import java.util.function.Consumer;

/**
 * Counts what earlier starts of the broker left in one queue: all at once before anything runs, where a limit asks for the exact number, else one
 * by one as it is read. Owner only.
 */
final class Backlog {

    private static final int PAGE = 512;
    private static final int PAGE_BYTES = 1 << 20;

    private final ClientId queue;
    private final StoreReader reader;
    private final long through;
    private final Consumer<QueueSize> found;
    private long examinedThrough;
    private boolean countedAhead;

    /**
     * @param head where the queue begins
     * @param through the last number that an earlier start can have given
     * @param found told of what is there
     */
    Backlog(ClientId queue, StoreReader reader, long head, long through, Consumer<QueueSize> found) {
        this.queue = queue;
        this.reader = reader;
        this.through = through;
        this.found = found;
        this.examinedThrough = head - 1;
    }

    /** A message was read; at the first look it is counted, unless all were counted before. */
    void examine(QueueRecord record, boolean done) {
        if (countedAhead || record.sequence() <= examinedThrough || record.sequence() > through) {
            return;
        }
        examinedThrough = record.sequence();
        if (!done) {
            found.accept(new QueueSize(1, record.bytes()));
        }
    }

    /**
     * Counts what is not done with; waits for the store. At most once.
     *
     * @param sentMark the last number that was sent: what is acknowledged above it was dropped, not received
     */
    void countAll(SequenceRanges acknowledged, long sentMark) {
        countedAhead = true;
        long head = examinedThrough + 1;
        if (head > through) {
            return;
        }
        QueueSize size = reader.measureQueue(queue, head, through);
        long[] pairs = acknowledged.toPairs();
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            long first = Math.max(pairs[i], head);
            long last = Math.min(pairs[i + 1], through);
            size = size.minus(reader.measureQueue(queue, Math.max(first, sentMark + 1), last));
            size = size.minus(acknowledgedForGood(first, Math.min(last, sentMark)));
        }
        found.accept(size);
    }

    /** Of what the client has answered, messages at QoS 1 are done with; those at QoS 2 are received, and the exchange goes on. */
    private QueueSize acknowledgedForGood(long first, long last) {
        QueueSize size = QueueSize.EMPTY;
        long from = first;
        while (from <= last) {
            List<QueueRecord> page = reader.readQueue(queue, from, last, PAGE, PAGE_BYTES);
            if (page.isEmpty()) {
                break;
            }
            for (QueueRecord record : page) {
                if (record.qos() != Qos.EXACTLY_ONCE) {
                    size = size.plus(new QueueSize(1, record.bytes()));
                }
                from = record.sequence() + 1;
            }
        }
        return size;
    }
}
