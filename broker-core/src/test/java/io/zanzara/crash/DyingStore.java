package io.zanzara.crash;

import io.zanzara.message.ClientId;
import io.zanzara.store.ForwardingStore;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A store under which the world ends at a chosen batch: what was committed by then is all that will ever be there, and no later answer leaves the
 * broker. (What the broker had answered before may still reach a client, as bytes on the wire do.)
 */
final class DyingStore implements ForwardingStore {

    /** Whether the batch at which it ends is the first that is missing or the last that is there. */
    enum Moment {
        BEFORE,
        AFTER
    }

    private final Store inner;
    private final int last;
    private final Moment moment;
    private final BooleanSupplier diedElsewhere;
    private final AtomicInteger commits = new AtomicInteger();
    private volatile boolean dead;

    /**
     * @param last the batch at which the world ends, from 0; or a number that is never reached
     * @param diedElsewhere true when something else has ended the world
     */
    DyingStore(Store inner, int last, Moment moment, BooleanSupplier diedElsewhere) {
        this.inner = inner;
        this.last = last;
        this.moment = moment;
        this.diedElsewhere = diedElsewhere;
    }

    @Override
    public Store inner() {
        return inner;
    }

    boolean isDead() {
        return dead || diedElsewhere.getAsBoolean();
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        int number;
        synchronized (this) { // one after the other, so that the number names a moment
            requireAlive();
            number = commits.getAndIncrement();
            if (number == last && moment == Moment.BEFORE) {
                dead = true;
            }
            requireAlive();
            try {
                inner.commit(lane, batch);
            } catch (StoreException e) {
                requireAlive();
                throw e;
            }
            if (number == last) {
                dead = true;
            }
        }
        requireAlive();
    }

    private void requireAlive() {
        if (isDead()) {
            throw new StoreException("the world has ended");
        }
    }

    @Override
    public void probe() {
        requireAlive();
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        requireAlive();
        return inner.readQueue(client, from, through, maxRecords, maxBytes);
    }
}
