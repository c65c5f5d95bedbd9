package io.zanzara.store;

/**
 * How long a queue, or a part of one, is.
 *
 * @param bytes the sum of {@link QueueRecord#bytes} over its messages
 */
public record QueueSize(long messages, long bytes) {

    public static final QueueSize EMPTY = new QueueSize(0, 0);

    public QueueSize plus(QueueSize other) {
        return new QueueSize(messages + other.messages, bytes + other.bytes);
    }

    public QueueSize minus(QueueSize other) {
        return new QueueSize(messages - other.messages, bytes - other.bytes);
    }
}
