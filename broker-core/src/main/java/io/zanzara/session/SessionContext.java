package io.zanzara.session;

import io.zanzara.access.Authorizer;
import io.zanzara.access.Limits;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.event.BrokerListener;
import io.zanzara.event.Counters;
import io.zanzara.message.ClientId;
import io.zanzara.message.MessageIds;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.routing.RetainedMessages;
import io.zanzara.routing.TopicTrie;
import io.zanzara.store.StoreReader;
import io.zanzara.store.StoreWriter;
import java.util.function.LongSupplier;

/**
 * What all sessions of a broker share.
 *
 * @param clock milliseconds since 1970
 * @param messageIds gives the next message identifier, which also serves as a retained message's version; any thread
 * @param firstSequence where the queues of this start of the broker begin
 */
public record SessionContext(
        StoreWriter writer,
        StoreReader reader,
        TopicTrie subscriptions,
        RetainedMessages retained,
        Limits limits,
        Authorizer authorizer,
        BrokerListener listener,
        Counters counters,
        LongSupplier clock,
        MessageIds messageIds,
        long firstSequence) {

    void tell(BrokerEvent event) {
        listener.on(event);
    }

    /** Counts a message that leaves a queue, or doesn't get into it, without having been delivered, and tells of it. */
    void dropped(ClientId queue, Topic topic, long messageId, Qos qos, DropReason reason) {
        counters.dropped(reason).increment();
        tell(new BrokerEvent.MessageDropped(queue, topic, messageId, qos, reason));
    }

    void dropped(ClientId queue, Publication publication, Qos qos, DropReason reason) {
        dropped(queue, publication.topic(), publication.messageId(), qos, reason);
    }

    /** Most do not expire: no clock is asked for those. */
    boolean hasExpired(Publication publication) {
        return publication.expiresAt() != Publication.NEVER && publication.isExpired(now());
    }

    long now() {
        return clock.getAsLong();
    }
}
