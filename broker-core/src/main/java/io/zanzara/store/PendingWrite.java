package io.zanzara.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * An operation on its way to the store. Until its batch is sealed its owner can take it back ({@link #cancel}) or change it
 * ({@link #replace}); afterwards both answer false and the operation takes its course. Each call decides the race with the lane by one
 * compare-and-set.
 */
public final class PendingWrite {

    /** Whom the store answers: once for each batch, on the lane's thread; it must only hand over. */
    @FunctionalInterface
    public interface Owner {

        /** @param writes what has become durable, in the order of submission */
        void durable(java.util.List<PendingWrite> writes);
    }

    private static final Object CANCELLED = new Object();

    private static final AtomicReferenceFieldUpdater<PendingWrite, @Nullable StoreOperation> OPERATION =
            AtomicReferenceFieldUpdater.newUpdater(PendingWrite.class, StoreOperation.class, "operation");

    private volatile @Nullable StoreOperation operation;
    private final Owner owner;
    private final int weight;
    private final int submittedIn;
    private final AtomicLong waitingBytes;
    private Object tag;

    /**
     * @param submittedIn the number of the batch that was under way
     * @param waitingBytes gets the weight back if the write is cancelled
     */
    PendingWrite(
            StoreOperation operation, Owner owner, Object tag, int weight, int submittedIn, AtomicLong waitingBytes) {
        this.operation = operation;
        this.owner = owner;
        this.tag = tag;
        this.weight = weight;
        this.submittedIn = submittedIn;
        this.waitingBytes = waitingBytes;
    }

    /** Returns what the owner wanted to remember with the write. */
    public Object tag() {
        return tag;
    }

    /** Takes the operation back; true if it will never be written. It frees what it held: its place in the lane may last. */
    public boolean cancel() {
        StoreOperation current = operation;
        if (current == null || !OPERATION.compareAndSet(this, current, null)) {
            return false;
        }
        tag = CANCELLED;
        waitingBytes.addAndGet(-weight);
        return true;
    }

    /** Whether nothing is to be written; of one that waits for its batch. */
    boolean isCancelled() {
        return operation == null;
    }

    /** Puts another operation in its place; false if it is too late. */
    public boolean replace(StoreOperation replacement) {
        StoreOperation current = operation;
        return current != null && OPERATION.compareAndSet(this, current, replacement);
    }

    /** Fixes the operation for its batch; null if it was cancelled. */
    @Nullable
    StoreOperation seal() {
        return OPERATION.getAndSet(this, null);
    }

    int weight() {
        return weight;
    }

    int submittedIn() {
        return submittedIn;
    }

    Owner owner() {
        return owner;
    }
}
