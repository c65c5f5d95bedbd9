package io.zanzara.engine;

import io.zanzara.message.ClientId;
import io.zanzara.store.ForwardingStore;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import java.util.List;

/** A store that can be away for a while, as a database server can. */
final class AwayStore implements ForwardingStore {

    private final Store inner;
    private volatile boolean away;

    AwayStore(Store inner) {
        this.inner = inner;
    }

    @Override
    public Store inner() {
        return inner;
    }

    void setAway(boolean away) {
        this.away = away;
    }

    private void ask() {
        if (away) {
            throw new StoreException("the store is away", true, new IllegalStateException("away"));
        }
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        ask();
        inner.commit(lane, batch);
    }

    @Override
    public void probe() {
        ask();
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        ask();
        return inner.readQueue(client, from, through, maxRecords, maxBytes);
    }

    @Override
    public long countQueue(ClientId client, long from, long through) {
        ask();
        return inner.countQueue(client, from, through);
    }
}
