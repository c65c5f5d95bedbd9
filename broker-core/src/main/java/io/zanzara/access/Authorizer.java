package io.zanzara.access;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a client may do. Called on event loops, by several at once, for every publication: must not block. What it throws counts as a no,
 * also where that ends a subscription for good.
 * What {@code $SYS} topics are to clients is not asked: no client publishes to them.
 */
public interface Authorizer {

    /** Everything is allowed. */
    Authorizer PERMIT_ALL = new Authorizer() {
        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
            return true;
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
            return true;
        }
    };

    /**
     * Whether the client may publish this. Asked at PUBLISH, and for a will at the moment it is sent, which may be long after its connection or
     * after a restart.
     *
     * @param userName the name the client has proved to have, or null for none
     */
    boolean mayPublish(ClientId client, @Nullable String userName, Publication publication);

    /**
     * Whether the client may have what the filter matches. Asked at SUBSCRIBE, again when the session is resumed, and for all
     * sessions by {@code Broker.recheckSubscriptions}.
     *
     * @param userName the name the client has proved to have, or null for none
     * @param filter with its group, if it is of a shared subscription
     * @param qos the highest at which it wants the messages
     */
    boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos);

    /**
     * Whether the client gets this message. Asked about a retained message that its new subscription matches, and about messages that waited for it
     * since before its session was resumed or {@code Broker.recheckSubscriptions} was called; not about those that are delivered as they are
     * published: their subscription was allowed.
     *
     * @param userName the name the client has proved to have, or null for none
     */
    default boolean mayReceive(ClientId client, @Nullable String userName, Publication publication) {
        return true;
    }
}
