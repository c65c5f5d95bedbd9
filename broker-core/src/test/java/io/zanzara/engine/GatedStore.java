package io.zanzara.engine;

import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A store whose batches wait at a gate while it is closed. */
final class GatedStore implements Store {

    private final Store inner;
    private final AtomicInteger appended = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private boolean open = true;

    GatedStore(Store inner) {
        this.inner = inner;
    }

    synchronized void open(boolean isOpen) {
        open = isOpen;
        notifyAll();
    }

    private synchronized void pass() {
        while (!open) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Whether no batch is under way. */
    boolean isIdle() {
        return waiting.get() == 0;
    }

    /** Returns how many messages were written. */
    int appended() {
        return appended.get();
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        waiting.incrementAndGet();
        pass();
        inner.commit(lane, batch);
        appended.addAndGet((int)
                batch.stream().filter(StoreOperation.Append.class::isInstance).count());
        waiting.decrementAndGet();
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        return inner.readQueue(client, from, through, maxRecords, maxBytes);
    }

    @Override
    public long countQueue(ClientId client, long from, long through) {
        return inner.countQueue(client, from, through);
    }

    @Override
    public QueueSize measureQueue(ClientId client, long from, long through) {
        return inner.measureQueue(client, from, through);
    }

    @Override
    public String description() {
        return inner.description();
    }

    @Override
    public long open() {
        return inner.open();
    }

    @Override
    public void load(StoreVisitor visitor) {
        inner.load(visitor);
    }

    @Override
    public int lanes() {
        return inner.lanes();
    }

    @Override
    public void close() {
        inner.close();
    }
}
