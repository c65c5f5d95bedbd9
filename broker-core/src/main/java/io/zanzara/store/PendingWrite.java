package io.zanzara.store;

import java.util.concurrent.atomic.AtomicReference;
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

    private final AtomicReference<@Nullable StoreOperation> operation;
    private final Owner owner;
    private final Object tag;
    private final int weight;

    PendingWrite(StoreOperation operation, Owner owner, Object tag, int weight) {
        this.operation = new AtomicReference<>(operation);
        this.owner = owner;
        this.tag = tag;
        this.weight = weight;
    }

    /** Returns what the owner wanted to remember with the write. */
    public Object tag() {
        return tag;
    }

    /** Takes the operation back; true if it will never be written. */
    public boolean cancel() {
        StoreOperation current = operation.get();
        return current != null && operation.compareAndSet(current, null);
    }

    /** Puts another operation in its place; false if it is too late. */
    public boolean replace(StoreOperation replacement) {
        StoreOperation current = operation.get();
        return current != null && operation.compareAndSet(current, replacement);
    }

    /** Fixes the operation for its batch; null if it was cancelled. */
    @Nullable
    StoreOperation seal() {
        return operation.getAndSet(null);
    }

    int weight() {
        return weight;
    }

    Owner owner() {
        return owner;
    }
}
