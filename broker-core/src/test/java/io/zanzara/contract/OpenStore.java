package io.zanzara.contract;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.Sequence;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A store under test that is open until the test ends, with its contents as lines of text. */
final class OpenStore implements AutoCloseable {

    private final StoreFixture fixture;
    private Store store;
    private long epoch;

    private OpenStore(StoreFixture fixture) {
        this.fixture = fixture;
        store = fixture.newStore();
        epoch = store.open();
    }

    static OpenStore of(StoreFixture fixture) {
        return new OpenStore(fixture);
    }

    Store store() {
        return store;
    }

    long epoch() {
        return epoch;
    }

    /** Returns the number that the broker would have given as its n-th since it started. */
    long sequence(int n) {
        return Sequence.first(epoch) + n;
    }

    void restart() {
        store.close();
        store = fixture.reopened(store);
        epoch = store.open();
    }

    void commit(StoreOperation... batch) {
        store.commit(0, List.of(batch));
    }

    void commit(List<StoreOperation> batch) {
        store.commit(0, batch);
    }

    /** Returns everything but the queues, sorted. */
    List<String> loaded() {
        List<String> lines = new ArrayList<>();
        store.load(new StoreVisitor() {
            @Override
            public void session(SessionRecord record) {
                lines.add(Lines.of(record));
            }

            @Override
            public void subscription(ClientId client, Subscription subscription) {
                lines.add(Lines.of(client, subscription));
            }

            @Override
            public void incoming(IncomingRecord record) {
                lines.add(Lines.of(record));
            }

            @Override
            public void retained(RetainedRecord record) {
                lines.add(Lines.of(record));
            }
        });
        Collections.sort(lines);
        return lines;
    }

    List<String> queue(ClientId client) {
        return queue(client, 0);
    }

    List<String> queue(ClientId client, long from) {
        return read(client, from, Long.MAX_VALUE).stream().map(Lines::of).toList();
    }

    List<Long> sequences(ClientId client) {
        return read(client, 0, Long.MAX_VALUE).stream()
                .map(QueueRecord::sequence)
                .toList();
    }

    List<QueueRecord> read(ClientId client, long from, long through) {
        return store.readQueue(client, from, through, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        store.close();
    }
}
