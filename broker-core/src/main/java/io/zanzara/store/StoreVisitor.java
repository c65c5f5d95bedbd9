package io.zanzara.store;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;

/** Takes what a store holds when it is loaded: all sessions first, then subscriptions, incoming and retained messages. */
public interface StoreVisitor {

    void session(SessionRecord record);

    void subscription(ClientId client, Subscription subscription);

    void incoming(IncomingRecord record);

    /** Tombstones too. */
    void retained(RetainedRecord record);
}
