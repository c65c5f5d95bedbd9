package io.zanzara.access;

import io.zanzara.message.Qos;
import java.util.function.Consumer;

/**
 * Bounds on everything that comes from outside. What 5.0 lets a server refuse is announced in CONNACK.
 *
 * @param maxPacketBytes largest packet accepted, 128 to 268,435,460; announced to 5.0 clients
 * @param receiveMaximum most QoS 1 and 2 publications of one client under way at once, 1 to 65,535; announced to 5.0 clients, and for the others
 *     the point where reading from the socket pauses
 * @param inflightWindow most QoS 1 and 2 messages sent to one client and not yet acknowledged, 1 to 65,535; a 5.0 client may ask for less
 * @param topicAliasMaximum most topic aliases on one connection, in each direction, 0 to 65,535; to a client no more than it asks for
 * @param maxSessionExpirySeconds longest time a session is kept without a connection; 4,294,967,295 for ever
 * @param maxKeepAliveSeconds longest keep-alive; a 5.0 client that asks for more, or for none, is told this one; 0 for no bound
 * @param maximumQos highest QoS a client may publish with, and the most a subscription is granted; announced to 5.0 clients
 * @param retainAvailable whether clients may publish retained messages; announced to 5.0 clients
 * @param wildcardSubscriptionAvailable whether filters may have wildcards; announced to 5.0 clients
 * @param sharedSubscriptionAvailable whether clients may join shared groups; announced to 5.0 clients
 * @param subscriptionIdentifiersAvailable whether subscriptions may have identifiers; announced to 5.0 clients
 * @param connectTimeoutSeconds how long a connection may take until CONNACK, its authentication included, at least 1
 * @param maxMessageExpirySeconds longest time a message is kept, also those without an expiry of their own; 0 for no bound
 * @param maxQueueMessages most messages in the queue of one session or shared group, those in flight included; 0 for no bound, the store's disk
 *     is the limit
 * @param maxQueueBytes most bytes in such a queue, where a message counts as its payload and 200 bytes for all that comes with it; 0 for no bound
 * @param queuePolicy what happens to a message that finds its queue full, by either limit
 * @param maxSubscriptionsPerSession at least 1
 * @param maxTopicLevels most levels in a topic name or filter, at least 1
 * @param memoryBudgetBytes bytes of messages held in memory, in all, above which reading from publishers pauses
 * @param validatePayloadFormat whether a payload that its publisher calls UTF-8 is refused (0x99) if it is not; else nobody looks
 * @param takeOverByAnyUser whether a client may take over or end a session that another user made; else only who made it, and nobody's name is a
 *     user of its own
 * @param maxConnections most connections at once, through all listeners, with or without a session; 0 for no bound. By default what the process
 *     may have of file descriptors, less some for the store
 * @param maxConnectionsPerAddress most of them from one address, where an IPv6 address counts as its /64 network; 0 for no bound, which is the
 *     default, because a whole fleet may come from behind one address
 * @param maxPendingConnectionsPerAddress most of those that have not got as far as CONNACK; 0 for no bound. By default 2,000, fewer where
 *     {@code maxConnections} is small, so that no address takes all of them
 */
public record Limits(
        int maxPacketBytes,
        int receiveMaximum,
        int inflightWindow,
        int topicAliasMaximum,
        long maxSessionExpirySeconds,
        int maxKeepAliveSeconds,
        Qos maximumQos,
        boolean retainAvailable,
        boolean wildcardSubscriptionAvailable,
        boolean sharedSubscriptionAvailable,
        boolean subscriptionIdentifiersAvailable,
        int connectTimeoutSeconds,
        long maxMessageExpirySeconds,
        long maxQueueMessages,
        long maxQueueBytes,
        QueuePolicy queuePolicy,
        int maxSubscriptionsPerSession,
        int maxTopicLevels,
        long memoryBudgetBytes,
        boolean validatePayloadFormat,
        boolean takeOverByAnyUser,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxPendingConnectionsPerAddress) {

    /** What happens to a message that finds its queue full. */
    public enum QueuePolicy {
        /** The publisher is told (0x97, quota exceeded) where its version has reason codes; else the message is dropped and counted. */
        REFUSE,
        /**
         * The oldest messages that have not been sent yet make room, as many as it takes. Where there are none, and for a message that is larger
         * than the whole queue may be, it is as with {@link #DROP_NEWEST}.
         */
        DROP_OLDEST,
        /** The message itself is dropped. */
        DROP_NEWEST
    }

    private static final int MOST_PENDING = 2_000;

    public static final Limits DEFAULTS = new Limits(
            1_048_576,
            1_024,
            256,
            32,
            0xFFFF_FFFFL,
            0,
            Qos.EXACTLY_ONCE,
            true,
            true,
            true,
            true,
            10,
            0,
            0,
            0,
            QueuePolicy.REFUSE,
            10_000,
            128,
            Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8),
            false,
            false,
            FileDescriptors.forConnections(),
            0,
            pending(FileDescriptors.forConnections()));

    /** Checks every bound and names the first that is off. */
    public Limits {
        require("maxPacketBytes", maxPacketBytes, 128, 268_435_460);
        require("receiveMaximum", receiveMaximum, 1, 65_535);
        require("inflightWindow", inflightWindow, 1, 65_535);
        require("topicAliasMaximum", topicAliasMaximum, 0, 65_535);
        require("maxSessionExpirySeconds", maxSessionExpirySeconds, 0, 0xFFFF_FFFFL);
        require("maxKeepAliveSeconds", maxKeepAliveSeconds, 0, 65_535);
        require("connectTimeoutSeconds", connectTimeoutSeconds, 1, 3_600);
        require("maxMessageExpirySeconds", maxMessageExpirySeconds, 0, 0xFFFF_FFFFL);
        require("maxQueueMessages", maxQueueMessages, 0, Long.MAX_VALUE);
        require("maxQueueBytes", maxQueueBytes, 0, Long.MAX_VALUE);
        require("maxSubscriptionsPerSession", maxSubscriptionsPerSession, 1, Integer.MAX_VALUE);
        require("maxTopicLevels", maxTopicLevels, 1, 65_535);
        require("memoryBudgetBytes", memoryBudgetBytes, 1 << 20, Long.MAX_VALUE);
        require("maxConnections", maxConnections, 0, Integer.MAX_VALUE);
        require("maxConnectionsPerAddress", maxConnectionsPerAddress, 0, Integer.MAX_VALUE);
        require("maxPendingConnectionsPerAddress", maxPendingConnectionsPerAddress, 0, Integer.MAX_VALUE);
    }

    /**
     * Returns how many connections of one address may be pending by default.
     *
     * @param connections most in all, or 0 for no bound
     */
    public static int pending(int connections) {
        return connections == 0 ? MOST_PENDING : Math.max(1, Math.min(MOST_PENDING, connections / 4));
    }

    /** Whether there is any limit on the length of a queue. */
    public boolean boundsQueues() {
        return maxQueueMessages > 0 || maxQueueBytes > 0;
    }

    /**
     * Returns the same with some changed.
     *
     * @throws IllegalArgumentException if one is out of its bounds
     */
    public Limits with(Consumer<Draft> changes) {
        Draft draft = new Draft(this);
        changes.accept(draft);
        return draft.toLimits();
    }

    /** Returns the same with other limits on the length of a queue. */
    public Limits withQueue(long messages, long bytes, QueuePolicy policy) {
        return with(
                draft -> draft.maxQueueMessages(messages).maxQueueBytes(bytes).queuePolicy(policy));
    }

    private static void require(String name, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(
                    name + " is " + value + " but must be from " + lowest + " to " + highest);
        }
    }

    /** Limits that are being put together; each method sets the one of its name. One thread only. */
    public static final class Draft {

        private int maxPacketBytes;
        private int receiveMaximum;
        private int inflightWindow;
        private int topicAliasMaximum;
        private long maxSessionExpirySeconds;
        private int maxKeepAliveSeconds;
        private Qos maximumQos;
        private boolean retainAvailable;
        private boolean wildcardSubscriptionAvailable;
        private boolean sharedSubscriptionAvailable;
        private boolean subscriptionIdentifiersAvailable;
        private int connectTimeoutSeconds;
        private long maxMessageExpirySeconds;
        private long maxQueueMessages;
        private long maxQueueBytes;
        private QueuePolicy queuePolicy;
        private int maxSubscriptionsPerSession;
        private int maxTopicLevels;
        private long memoryBudgetBytes;
        private boolean validatePayloadFormat;
        private boolean takeOverByAnyUser;
        private int maxConnections;
        private int maxConnectionsPerAddress;
        private int maxPendingConnectionsPerAddress;

        private Draft(Limits from) {
            maxPacketBytes = from.maxPacketBytes;
            receiveMaximum = from.receiveMaximum;
            inflightWindow = from.inflightWindow;
            topicAliasMaximum = from.topicAliasMaximum;
            maxSessionExpirySeconds = from.maxSessionExpirySeconds;
            maxKeepAliveSeconds = from.maxKeepAliveSeconds;
            maximumQos = from.maximumQos;
            retainAvailable = from.retainAvailable;
            wildcardSubscriptionAvailable = from.wildcardSubscriptionAvailable;
            sharedSubscriptionAvailable = from.sharedSubscriptionAvailable;
            subscriptionIdentifiersAvailable = from.subscriptionIdentifiersAvailable;
            connectTimeoutSeconds = from.connectTimeoutSeconds;
            maxMessageExpirySeconds = from.maxMessageExpirySeconds;
            maxQueueMessages = from.maxQueueMessages;
            maxQueueBytes = from.maxQueueBytes;
            queuePolicy = from.queuePolicy;
            maxSubscriptionsPerSession = from.maxSubscriptionsPerSession;
            maxTopicLevels = from.maxTopicLevels;
            memoryBudgetBytes = from.memoryBudgetBytes;
            validatePayloadFormat = from.validatePayloadFormat;
            takeOverByAnyUser = from.takeOverByAnyUser;
            maxConnections = from.maxConnections;
            maxConnectionsPerAddress = from.maxConnectionsPerAddress;
            maxPendingConnectionsPerAddress = from.maxPendingConnectionsPerAddress;
        }

        private Limits toLimits() {
            return new Limits(
                    maxPacketBytes,
                    receiveMaximum,
                    inflightWindow,
                    topicAliasMaximum,
                    maxSessionExpirySeconds,
                    maxKeepAliveSeconds,
                    maximumQos,
                    retainAvailable,
                    wildcardSubscriptionAvailable,
                    sharedSubscriptionAvailable,
                    subscriptionIdentifiersAvailable,
                    connectTimeoutSeconds,
                    maxMessageExpirySeconds,
                    maxQueueMessages,
                    maxQueueBytes,
                    queuePolicy,
                    maxSubscriptionsPerSession,
                    maxTopicLevels,
                    memoryBudgetBytes,
                    validatePayloadFormat,
                    takeOverByAnyUser,
                    maxConnections,
                    maxConnectionsPerAddress,
                    maxPendingConnectionsPerAddress);
        }

        public Draft maxPacketBytes(int value) {
            maxPacketBytes = value;
            return this;
        }

        public Draft receiveMaximum(int value) {
            receiveMaximum = value;
            return this;
        }

        public Draft inflightWindow(int value) {
            inflightWindow = value;
            return this;
        }

        public Draft topicAliasMaximum(int value) {
            topicAliasMaximum = value;
            return this;
        }

        public Draft maxSessionExpirySeconds(long value) {
            maxSessionExpirySeconds = value;
            return this;
        }

        public Draft maxKeepAliveSeconds(int value) {
            maxKeepAliveSeconds = value;
            return this;
        }

        public Draft maximumQos(Qos value) {
            maximumQos = value;
            return this;
        }

        public Draft retainAvailable(boolean value) {
            retainAvailable = value;
            return this;
        }

        public Draft wildcardSubscriptionAvailable(boolean value) {
            wildcardSubscriptionAvailable = value;
            return this;
        }

        public Draft sharedSubscriptionAvailable(boolean value) {
            sharedSubscriptionAvailable = value;
            return this;
        }

        public Draft subscriptionIdentifiersAvailable(boolean value) {
            subscriptionIdentifiersAvailable = value;
            return this;
        }

        public Draft connectTimeoutSeconds(int value) {
            connectTimeoutSeconds = value;
            return this;
        }

        public Draft maxMessageExpirySeconds(long value) {
            maxMessageExpirySeconds = value;
            return this;
        }

        public Draft maxQueueMessages(long value) {
            maxQueueMessages = value;
            return this;
        }

        public Draft maxQueueBytes(long value) {
            maxQueueBytes = value;
            return this;
        }

        public Draft queuePolicy(QueuePolicy value) {
            queuePolicy = value;
            return this;
        }

        public Draft maxSubscriptionsPerSession(int value) {
            maxSubscriptionsPerSession = value;
            return this;
        }

        public Draft maxTopicLevels(int value) {
            maxTopicLevels = value;
            return this;
        }

        public Draft memoryBudgetBytes(long value) {
            memoryBudgetBytes = value;
            return this;
        }

        public Draft validatePayloadFormat(boolean value) {
            validatePayloadFormat = value;
            return this;
        }

        public Draft takeOverByAnyUser(boolean value) {
            takeOverByAnyUser = value;
            return this;
        }

        public Draft maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        public Draft maxConnectionsPerAddress(int value) {
            maxConnectionsPerAddress = value;
            return this;
        }

        public Draft maxPendingConnectionsPerAddress(int value) {
            maxPendingConnectionsPerAddress = value;
            return this;
        }
    }
}
