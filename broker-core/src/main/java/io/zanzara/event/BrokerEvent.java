package io.zanzara.event;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened. The names are those that a mosca user knows. */
public sealed interface BrokerEvent {

    /**
     * The broker accepts connections.
     *
     * @param listeners where, in the order in which they were configured
     * @param store which store and where, in words
     */
    record Ready(List<Listening> listeners, String store) implements BrokerEvent {

        public Ready {
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * One listener of a broker that is ready.
     *
     * @param name as configured
     * @param host the address it listens on
     * @param port the port it listens on, also where 0 was configured
     * @param transport {@code TCP}, {@code TLS}, {@code WebSocket} or {@code secure WebSocket}
     */
    record Listening(String name, String host, int port, String transport) {}

    /** The broker no longer accepts connections; what was accepted is durable. */
    record Closed() implements BrokerEvent {}

    /**
     * CONNACK with success was sent.
     *
     * @param address the client's network address
     * @param protocolLevel 3, 4 or 5
     */
    record ClientConnected(
            ClientId client,
            String address,
            int protocolLevel,
            boolean sessionPresent,
            @Nullable String userName) implements BrokerEvent {}

    /**
     * The connection of a client ended.
     *
     * @param reasonCode SUCCESS for a DISCONNECT of the client's
     * @param reason in words
     */
    record ClientDisconnected(ClientId client, ReasonCode reasonCode, String reason) implements BrokerEvent {}

    /** A connection ended before it had a session: bad packet, refused CONNECT, time-out. */
    record ConnectionRefused(String address, ReasonCode reasonCode, String reason) implements BrokerEvent {}

    /**
     * A client was not allowed something.
     *
     * @param userName the name it had proved to have, or null for none
     * @param address its network address; empty if it has not been connected since the broker started
     * @param operation what it wanted
     * @param topic the topic, or the topic filter with its group, as the client wrote it
     */
    record Refused(
            ClientId client,
            @Nullable String userName,
            String address,
            Operation operation,
            String topic,
            ReasonCode reasonCode)
            implements BrokerEvent {}

    /** A session ended: clean start, expiry, or by code. */
    record SessionEnded(ClientId client, String reason) implements BrokerEvent {}

    /** The subscription is durable (for a persistent session). */
    record Subscribed(ClientId client, Subscription subscription) implements BrokerEvent {}

    /** The subscription is gone. */
    record Unsubscribed(ClientId client, TopicFilter filter) implements BrokerEvent {}

    /** The broker accepted a message, from a client or from code. */
    record Published(Publication publication) implements BrokerEvent {}

    /** A message was sent to a client; at QoS 1 and 2, the client has acknowledged it. */
    record Delivered(ClientId client, Topic topic, long messageId, Qos qos, int payloadBytes) implements BrokerEvent {}

    /**
     * A message that was due to a session won't reach it.
     *
     * @param client whose session it is; the publisher, where the message got no further
     */
    record MessageDropped(ClientId client, Topic topic, long messageId, Qos qos, DropReason reason)
            implements BrokerEvent {}

    /** Whether the store answers; after a change only. */
    record StoreAvailability(boolean available, String detail) implements BrokerEvent {}

    /** What a client may be allowed or refused. */
    enum Operation {
        /** To publish a message. */
        PUBLISH,
        /** To subscribe. */
        SUBSCRIBE,
        /** To have its will published. */
        WILL,
        /** To keep a subscription it has: the session was resumed, or what is allowed has changed. */
        RESUME,
        /** To get a retained message that its subscription matches. */
        RETAINED
    }

    /** Why a message was dropped. */
    enum DropReason {
        /** The session's queue is full and the policy drops the newest. */
        QUEUE_FULL_NEWEST,
        /** The session's queue is full and the policy drops the oldest. */
        QUEUE_FULL_OLDEST,
        /** The session's queue is full and the policy refuses the publisher (0x97), who speaks a version without reason codes. */
        QUEUE_FULL_REFUSED,
        /** QoS 0 and the connection does not keep up. */
        SLOW_CONNECTION,
        /** The message expired before it could be sent. */
        EXPIRED,
        /** The packet is larger than the client accepts. */
        TOO_LARGE,
        /** The client answered with an error. */
        REFUSED_BY_CLIENT,
        /** The client may no longer have what it had subscribed to, and the message waited for it. */
        NOT_AUTHORIZED
    }
}
