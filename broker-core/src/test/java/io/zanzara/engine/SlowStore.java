package io.zanzara.engine;

import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A store that takes its time to commit, or waits until it is let go on. */
final class SlowStore implements Store {

    private final Store inner;
    private volatile long delayMillis;
    private boolean held;

    SlowStore(Store inner) {
        this.inner = inner;
    }

    void setDelay(long millis) {
        delayMillis = millis;
    }

    /** From now on commits wait. */
    synchronized void hold() {
        held = true;
    }

    synchronized void letGo() {
        held = false;
        notifyAll();
    }

    private synchronized void pass() {
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        pass();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
        inner.commit(lane, batch);
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
