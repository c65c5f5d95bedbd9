package io.zanzara.access;

/**
 * Bounds on everything that comes from outside.
 *
 * @param maxPacketBytes largest packet accepted, 128 to 268,435,460; announced to 5.0 clients
 * @param receiveMaximum most QoS 1 and 2 publications of one client under way at once, 1 to 65,535; announced to 5.0 clients, and for the others
 *     the point where reading from the socket pauses
 * @param inflightWindow most QoS 1 and 2 messages sent to one client and not yet acknowledged, 1 to 65,535; a 5.0 client may ask for less
 * @param topicAliasMaximum most topic aliases on one connection, in each direction, 0 to 65,535; to a client no more than it asks for
 * @param maxSessionExpirySeconds longest time a session is kept without a connection; 4,294,967,295 for ever
 * @param maxKeepAliveSeconds longest keep-alive; a 5.0 client that asks for more, or for none, is told this one; 0 for no bound
 * @param connectTimeoutSeconds how long a connection may wait before its CONNECT, at least 1
 * @param maxMessageExpirySeconds longest time a message is kept, also those without an expiry of their own; 0 for no bound
 * @param maxQueueMessages most messages in the queue of one session or shared group, those in flight included; 0 for no bound, the store's disk
 *     is the limit
 * @param maxQueueBytes most bytes in such a queue, where a message counts as its payload and 200 bytes for all that comes with it; 0 for no bound
 * @param queuePolicy what happens to a message that finds its queue full, by either limit
 * @param maxSubscriptionsPerSession at least 1
 * @param maxTopicLevels most levels in a topic name or filter, at least 1
 * @param memoryBudgetBytes bytes of messages held in memory, in all, above which reading from publishers pauses
 * @param validatePayloadFormat whether a payload that its publisher calls UTF-8 is refused (0x99) if it is not; else nobody looks
 */
public record Limits(
        int maxPacketBytes,
        int receiveMaximum,
        int inflightWindow,
        int topicAliasMaximum,
        long maxSessionExpirySeconds,
        int maxKeepAliveSeconds,
        int connectTimeoutSeconds,
        long maxMessageExpirySeconds,
        long maxQueueMessages,
        long maxQueueBytes,
        QueuePolicy queuePolicy,
        int maxSubscriptionsPerSession,
        int maxTopicLevels,
        long memoryBudgetBytes,
        boolean validatePayloadFormat) {

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

    public static final Limits DEFAULTS = new Limits(
            1_048_576,
            1_024,
            256,
            32,
            0xFFFF_FFFFL,
            0,
            10,
            0,
            0,
            0,
            QueuePolicy.REFUSE,
            10_000,
            128,
            Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8),
            false);

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
    }

    /** Whether there is any limit on the length of a queue. */
    public boolean boundsQueues() {
        return maxQueueMessages > 0 || maxQueueBytes > 0;
    }

    /** Returns the same with other limits on the length of a queue. */
    public Limits withQueue(long messages, long bytes, QueuePolicy policy) {
        return new Limits(
                maxPacketBytes,
                receiveMaximum,
                inflightWindow,
                topicAliasMaximum,
                maxSessionExpirySeconds,
                maxKeepAliveSeconds,
                connectTimeoutSeconds,
                maxMessageExpirySeconds,
                messages,
                bytes,
                policy,
                maxSubscriptionsPerSession,
                maxTopicLevels,
                memoryBudgetBytes,
                validatePayloadFormat);
    }

    /** Returns the same with payloads looked at, or not. */
    public Limits withValidatePayloadFormat(boolean value) {
        return new Limits(
                maxPacketBytes,
                receiveMaximum,
                inflightWindow,
                topicAliasMaximum,
                maxSessionExpirySeconds,
                maxKeepAliveSeconds,
                connectTimeoutSeconds,
                maxMessageExpirySeconds,
                maxQueueMessages,
                maxQueueBytes,
                queuePolicy,
                maxSubscriptionsPerSession,
                maxTopicLevels,
                memoryBudgetBytes,
                value);
    }

    private static void require(String name, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(
                    name + " is " + value + " but must be from " + lowest + " to " + highest);
        }
    }
}
