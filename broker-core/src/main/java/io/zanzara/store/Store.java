package io.zanzara.store;

import io.zanzara.message.ClientId;
import java.util.List;

/**
 * What must survive a restart. Implementations are blocking and know nothing of group commit, threads or sessions: {@link StoreWriter} calls
 * {@link #commit} from one thread per lane, readers call {@link #readQueue} from others. Each passes {@code StoreContract}.
 *
 * <p>All methods throw {@link StoreException}; a retryable one leaves the outcome unknown, and the caller repeats the same call.
 */
public interface Store extends AutoCloseable {

    /** Returns a few words for logs and people: which store and where, without secrets. */
    String description();

    /**
     * Takes the store for this broker alone, brings its schema up, raises the boot epoch durably and finishes releases that a crash cut off.
     *
     * @return the new boot epoch, at least 1
     * @throws StoreException with one sentence that says what is wrong and what to do
     */
    long open();

    /** Streams everything but the queues to {@code visitor}. Called once, after {@link #open}. */
    void load(StoreVisitor visitor);

    /** Returns how many batches may be under way at once. Operations of one client always go through the same lane. */
    int lanes();

    /**
     * Makes a batch durable: when it returns, all of it survives a crash. The operations take effect in order; after a failure any part of
     * them may have happened, and the same batch is committed again.
     *
     * @param lane 0 to {@code lanes() - 1}; one call at a time for each
     */
    void commit(int lane, List<StoreOperation> batch);

    /** Asks whether the store answers; called now and then while there is nothing to commit. Throws as {@link #commit} does if it doesn't. */
    default void probe() {}

    /**
     * Reads a session's queue in order.
     *
     * @param from the first sequence number wanted
     * @param through the last one wanted
     * @param maxRecords at most so many, at least 1
     * @param maxBytes stops after the record that exceeds this sum of payload bytes
     * @return the records there are, ascending; fewer than {@code maxRecords} and below {@code maxBytes} only if there are no more
     */
    List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes);

    /** Returns how many records a session's queue holds between two sequence numbers, both inclusive. */
    long countQueue(ClientId client, long from, long through);

    /**
     * Returns how many records a session's queue holds between two sequence numbers, both inclusive, and their bytes; a store that can measure
     * without reading the messages does so.
     */
    default QueueSize measureQueue(ClientId client, long from, long through) {
        long messages = 0;
        long bytes = 0;
        long next = from;
        List<QueueRecord> page;
        do {
            page = next > through ? List.of() : readQueue(client, next, through, 512, 1 << 20);
            for (QueueRecord record : page) {
                messages++;
                bytes += record.bytes();
                next = record.sequence() + 1;
            }
        } while (!page.isEmpty());
        return new QueueSize(messages, bytes);
    }

    /** Releases what {@link #open} took. Everything committed stays. */
    @Override
    void close();
}
