package io.zanzara.message;

/**
 * One subscription of one session.
 *
 * @param filter what it matches
 * @param qos the highest quality of service at which the client wants its messages
 * @param noLocal whether the client's own publications are left out
 * @param retainAsPublished whether the retain flag is forwarded as it was published
 * @param retainHandling when retained messages are sent
 * @param identifier the subscription identifier, 1 to 268,435,455, or 0 for none
 */
public record Subscription(
        TopicFilter filter,
        Qos qos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling,
        int identifier) {

    /** A subscription without the options of MQTT 5.0. */
    public static Subscription of(TopicFilter filter, Qos qos) {
        return new Subscription(filter, qos, false, false, RetainHandling.SEND, 0);
    }
}
