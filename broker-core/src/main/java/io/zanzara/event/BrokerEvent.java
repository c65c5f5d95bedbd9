package io.zanzara.event;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened. The names are those that a mosca user knows. */
public sealed interface BrokerEvent {

    /** Returns about how many bytes a client made this hold on to while it waits for a listener: those of messages, wills, passwords and filters. */
    default int weight() {
        return 0;
    }

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
     * @param userName the name it has proved to have, or null for none
     * @param asked what else it said in CONNECT
     */
    record ClientConnected(
            ClientId client,
            String address,
            int protocolLevel,
            boolean sessionPresent,
            @Nullable String userName,
            Asked asked)
            implements BrokerEvent {

        @Override
        public int weight() {
            return asked.weight();
        }
    }

    /**
     * What a client asked for in CONNECT.
     *
     * @param cleanStart whether an earlier session was to be discarded
     * @param keepAliveSeconds 0 for none
     * @param will what is published in its name when its connection is lost, or null
     * @param password null for none; not to be kept
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Asked(
            boolean cleanStart,
            int keepAliveSeconds,
            @Nullable Will will,
            byte @Nullable [] password) {

        private int weight() {
            return (will == null ? 0 : will.publication().weight()) + (password == null ? 0 : password.length);
        }

        /** Never shows the password or the will's payload. */
        @Override
        public String toString() {
            return "Asked[" + (cleanStart ? "clean start, " : "") + "keep-alive " + keepAliveSeconds + " s"
                    + (will == null ? "" : ", will to " + will.publication().topic()) + "]";
        }
    }

    /**
     * The connection of a client ended.
     *
     * @param userName the name it had proved to have, or null for none
     * @param address its network address
     * @param reasonCode SUCCESS for a DISCONNECT of the client's
     * @param reason in words
     */
    record ClientDisconnected(
            ClientId client, @Nullable String userName, String address, ReasonCode reasonCode, String reason)
            implements BrokerEvent {}

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
            implements BrokerEvent {

        @Override
        public int weight() {
            return topic.length();
        }
    }

    /** A session ended: clean start, expiry, or by code. */
    record SessionEnded(ClientId client, String reason) implements BrokerEvent {}

    /**
     * The subscription is durable (for a persistent session).
     *
     * @param userName the name the client has proved to have, or null for none
     */
    record Subscribed(ClientId client, @Nullable String userName, Subscription subscription) implements BrokerEvent {

        @Override
        public int weight() {
            return subscription.filter().value().length();
        }
    }

    /**
     * There is no such subscription now.
     *
     * @param userName the name the client has proved to have, or null for none
     * @param existed whether there was one before
     */
    record Unsubscribed(ClientId client, @Nullable String userName, TopicFilter filter, boolean existed)
            implements BrokerEvent {

        @Override
        public int weight() {
            return filter.value().length();
        }
    }

    /**
     * The broker accepted a message.
     *
     * @param userName the name its publisher has proved to have, or null for none
     * @param dup whether the publisher said that it may have sent it before
     */
    record Published(
            Publication publication,
            Origin origin,
            @Nullable String userName,
            boolean dup) implements BrokerEvent {

        @Override
        public int weight() {
            return publication.weight();
        }
    }

    /** Where a message comes from. */
    enum Origin {
        /** A client has published it. */
        CLIENT,
        /** It is a client's will. */
        WILL,
        /** Code beside the broker has published it. */
        BROKER
    }

    /**
     * A message was sent to a client; at QoS 1 and 2, the client has acknowledged it.
     *
     * @param userName the name the client has proved to have, or null for none
     * @param qos at which it was sent
     * @param packetIdentifier under which it was sent, 0 at QoS 0
     */
    record Delivered(ClientId client, @Nullable String userName, Publication publication, Qos qos, int packetIdentifier)
            implements BrokerEvent {

        @Override
        public int weight() {
            return publication.weight();
        }

        public Topic topic() {
            return publication.topic();
        }

        public long messageId() {
            return publication.messageId();
        }

        public int payloadBytes() {
            return publication.payload().length;
        }
    }

    /** The work of one session failed where nothing should: a defect of the broker. Its connection, if it had one, has ended. */
    record SessionFailed(ClientId client, RuntimeException cause) implements BrokerEvent {}

    /**
     * A message that was due to a session won't reach it.
     *
     * @param client whose session it is; the publisher, where the message got no further
     */
    record MessageDropped(ClientId client, Topic topic, long messageId, Qos qos, DropReason reason)
            implements BrokerEvent {

        @Override
        public int weight() {
            return topic.value().length();
        }
    }

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
