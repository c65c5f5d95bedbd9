package io.zanzara.engine;

import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store whose broker dies at a chosen batch: nothing is heard of it any more, whether or not the batch has taken effect. */
final class DyingStore implements Store {

    /** What became of the batch at which the broker died. */
    enum Moment {
        BEFORE,
        AFTER
    }

    private final Store inner;
    private final int fatal;
    private final Moment moment;
    private final AtomicInteger commits = new AtomicInteger();
    private final CountDownLatch dead = new CountDownLatch(1);

    /** @param fatal the number of the commit at which it happens, from 1 */
    DyingStore(Store inner, int fatal, Moment moment) {
        this.inner = inner;
        this.fatal = fatal;
        this.moment = moment;
    }

    boolean isDead() {
        return dead.getCount() == 0;
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        int number = commits.incrementAndGet();
        if (number >= fatal) {
            if (number == fatal && moment == Moment.AFTER) {
                inner.commit(lane, batch);
            }
            dead.countDown();
            throw new StoreException("the broker dies here");
        }
        inner.commit(lane, batch);
    }

    @Override
    public String description() {
        return "dying " + inner.description();
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
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        return inner.readQueue(client, from, through, maxRecords, maxBytes);
    }

    @Override
    public long countQueue(ClientId client, long from, long through) {
        return inner.countQueue(client, from, through);
    }

    @Override
    public void close() {
        inner.close();
    }
}
