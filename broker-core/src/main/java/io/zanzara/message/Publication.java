package io.zanzara.message;

/**
 * One application message, as the broker accepted it. Immutable and shared by all its receivers; the payload is copied once, where it enters.
 *
 * @param messageId names this publication in all its copies: boot epoch and counter, see {@code io.zanzara.store.Sequence}
 * @param publisher the client that published it, or the broker itself
 * @param topic where it was published
 * @param qos the quality of service at which it was published
 * @param retain the retain flag as published
 * @param payload the bytes; shared, not to be changed
 * @param expiresAt when it is no longer worth delivering, milliseconds since 1970, or {@link #NEVER}
 * @param properties what MQTT 5.0 adds
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are shared, not copied
public record Publication(
        long messageId,
        ClientId publisher,
        Topic topic,
        Qos qos,
        boolean retain,
        byte[] payload,
        long expiresAt,
        PublicationProperties properties) {

    /** The {@link #expiresAt} of a message that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int OVERHEAD = 160;

    /** About how many bytes of memory the publication holds; what limits and budgets count. */
    public int weight() {
        return OVERHEAD + payload.length + topic.value().length() + properties.weight();
    }

    /** @param now milliseconds since 1970 */
    public boolean isExpired(long now) {
        return expiresAt <= now;
    }

    /** Never shows the payload. */
    @Override
    public String toString() {
        return "Publication[" + Long.toHexString(messageId) + " " + topic + " " + qos + " " + payload.length
                + " bytes]";
    }
}
