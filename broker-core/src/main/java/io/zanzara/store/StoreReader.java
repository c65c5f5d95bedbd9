package io.zanzara.store;

import io.zanzara.message.ClientId;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads pages of queues off the event loops, and again until the store answers. Any thread may ask. */
public final class StoreReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreReader.class);
    private static final long RETRY_MILLIS = 250;

    private final Store store;
    private final ExecutorService threads;
    private volatile boolean closed;

    public StoreReader(Store store) {
        this.store = store;
        this.threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "zanzara-store-reader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Reads as {@link Store#readQueue} does.
     *
     * @param result called once, on a reader's thread; it must only hand over. Not called if the broker stops first
     */
    public void readQueue(
            ClientId client,
            long from,
            long through,
            int maxRecords,
            int maxBytes,
            Consumer<List<QueueRecord>> result) {
        threads.execute(() -> {
            while (!closed) {
                try {
                    result.accept(store.readQueue(client, from, through, maxRecords, maxBytes));
                    return;
                } catch (StoreException e) {
                    if (!e.isRetryable()) {
                        LOG.error("the queue of {} can't be read: {}", client, e.getMessage());
                        return;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
                }
            }
        });
    }

    /** Measures as {@link Store#measureQueue} does, and waits for it: for the start, when no loop runs yet. */
    public QueueSize measureQueue(ClientId client, long from, long through) {
        return store.measureQueue(client, from, through);
    }

    /** Reads as {@link Store#readQueue} does, and waits for it: for the start, when no loop runs yet. */
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        return store.readQueue(client, from, through, maxRecords, maxBytes);
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
