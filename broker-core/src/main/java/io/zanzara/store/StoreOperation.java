package io.zanzara.store;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change to the store. All are idempotent: carried out twice, with others in between, they leave what once would have left. */
public sealed interface StoreOperation {

    /** Adds a record to a session's queue. If the sequence number is taken by another {@code messageId}, the store throws. */
    record Append(ClientId client, QueueRecord record) implements StoreOperation {}

    /** Writes a session's record; a stored one with a higher incarnation stays. */
    record PutSession(SessionRecord record) implements StoreOperation {}

    /**
     * Ends a session: its record, subscriptions, queue and incoming messages go, as far as they belong to this incarnation or an older one
     * (queue records: below {@code end}). If the stored record is of a later incarnation, so are the subscriptions and the incoming messages,
     * and all three stay; so a session's end is committed before or with the beginning of its successor, never after it.
     *
     * @param end the first sequence number that a successor may use
     * @param queue what may be stored of its queue
     */
    record DeleteSession(ClientId client, long incarnation, long end, DeleteQueue queue) implements StoreOperation {

        /** Ends a session of whose queue it is not known what is stored. */
        public DeleteSession(ClientId client, long incarnation, long end) {
            this(client, incarnation, end, new DeleteQueue(client, end));
        }
    }

    /** Adds or replaces a subscription: one row for each client and filter. */
    record PutSubscription(ClientId client, Subscription subscription) implements StoreOperation {}

    /** Removes a subscription, if it is there. */
    record DeleteSubscription(ClientId client, TopicFilter filter) implements StoreOperation {}

    /** Stores a QoS 2 PUBLISH before its PUBREC. */
    record PutIncoming(IncomingRecord record) implements StoreOperation {}

    /** Forgets a QoS 2 PUBLISH that was never released (its session ended), if it still has this {@code messageId}. */
    record DeleteIncoming(ClientId client, int packetIdentifier, long messageId) implements StoreOperation {}

    /**
     * Removes all of a session's queue that lies below {@code end}. A session's record whose head is not below that is written before or with it.
     *
     * @param from nothing is stored below this number: a store need not look there
     * @param end above the last message to be removed, by one if that was stored last
     */
    record DeleteQueue(ClientId client, long from, long end) implements StoreOperation {

        /** Removes all below {@code end}, wherever it begins. */
        public DeleteQueue(ClientId client, long end) {
            this(client, 0, end);
        }
    }

    /** Removes a part of a session's queue that has expired, both ends included; unlike {@link DeleteQueue} it may lie above the head. */
    record DeleteRange(ClientId client, long from, long through) implements StoreOperation {}

    /** Writes a topic's retained message or tombstone, unless the stored version is higher. */
    record PutRetained(RetainedRecord record) implements StoreOperation {}

    /** Removes a tombstone of exactly this version. */
    record PurgeRetained(RetainedRecord tombstone) implements StoreOperation {}

    /**
     * Takes a message from where it is kept and puts its copies where they belong, all or nothing: exactly once, across a crash at any
     * instant. A store without atomic batches writes the plan first and carries an unfinished one out when it opens. If the source is no
     * longer there (with its {@code messageId}), the release has already happened and nothing is done.
     *
     * @param source where the message is kept
     * @param copies what goes into which queue
     * @param retained what becomes of the topic's retained message, or null if nothing
     */
    record Release(
            Source source, List<Append> copies, @Nullable RetainedRecord retained) implements StoreOperation {}

    /** Where a {@link Release} takes its message from. */
    sealed interface Source {

        /** A QoS 2 PUBLISH whose PUBREL has come. */
        record Incoming(ClientId client, int packetIdentifier, long messageId) implements Source {}

        /** The will in a session's record: it is removed from there. */
        record StoredWill(ClientId client, long messageId) implements Source {}

        /** One message in the queue of a shared group, which a member takes over. */
        record Queued(ClientId group, long sequence, long messageId) implements Source {}
    }
}
