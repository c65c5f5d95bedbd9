package io.zanzara.store;

import io.zanzara.message.ClientId;
import java.util.List;

/** A store in front of another: whoever implements it says only what is different. */
public interface ForwardingStore extends Store {

    /** The store behind it. */
    Store inner();

    @Override
    default String description() {
        return inner().description();
    }

    @Override
    default long open() {
        return inner().open();
    }

    @Override
    default void load(StoreVisitor visitor) {
        inner().load(visitor);
    }

    @Override
    default int lanes() {
        return inner().lanes();
    }

    @Override
    default void commit(int lane, List<StoreOperation> batch) {
        inner().commit(lane, batch);
    }

    @Override
    default void probe() {
        inner().probe();
    }

    @Override
    default List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        return inner().readQueue(client, from, through, maxRecords, maxBytes);
    }

    @Override
    default long countQueue(ClientId client, long from, long through) {
        return inner().countQueue(client, from, through);
    }

    @Override
    default QueueSize measureQueue(ClientId client, long from, long through) {
        return inner().measureQueue(client, from, through);
    }

    @Override
    default void close() {
        inner().close();
    }
}
