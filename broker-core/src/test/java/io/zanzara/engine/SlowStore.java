package io.zanzara.engine;

import io.zanzara.message.ClientId;
import io.zanzara.store.ForwardingStore;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A store that takes its time to commit, or waits until it is let go on. */
final class SlowStore implements ForwardingStore {

    private final Store inner;
    private volatile long delayMillis;
    private boolean held;
    private int largestRead = Integer.MAX_VALUE;

    SlowStore(Store inner) {
        this.inner = inner;
    }

    @Override
    public Store inner() {
        return inner;
    }

    void setDelay(long millis) {
        delayMillis = millis;
    }

    /** From now on commits wait. */
    synchronized void hold() {
        held = true;
    }

    /** From now on those who ask for more records of a queue than this wait. */
    synchronized void holdReadsOfMoreThan(int records) {
        largestRead = records;
    }

    synchronized void letGo() {
        held = false;
        largestRead = Integer.MAX_VALUE;
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
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        awaitRead(maxRecords);
        return inner.readQueue(client, from, through, maxRecords, maxBytes);
    }

    private synchronized void awaitRead(int records) {
        try {
            while (records > largestRead) {
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
}
