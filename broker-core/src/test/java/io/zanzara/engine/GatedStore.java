package io.zanzara.engine;

import io.zanzara.store.ForwardingStore;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A store whose batches wait at a gate while it is closed. */
final class GatedStore implements ForwardingStore {

    private final Store inner;
    private final AtomicInteger appended = new AtomicInteger();
    private final AtomicInteger deletions = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private boolean open = true;

    GatedStore(Store inner) {
        this.inner = inner;
    }

    @Override
    public Store inner() {
        return inner;
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

    /** Returns how often the beginning of a queue was deleted. */
    int deletions() {
        return deletions.get();
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        waiting.incrementAndGet();
        pass();
        inner.commit(lane, batch);
        appended.addAndGet(count(batch, StoreOperation.Append.class));
        deletions.addAndGet(count(batch, StoreOperation.DeleteQueue.class));
        waiting.decrementAndGet();
    }

    private static int count(List<StoreOperation> batch, Class<? extends StoreOperation> kind) {
        return (int) batch.stream().filter(kind::isInstance).count();
    }
}
