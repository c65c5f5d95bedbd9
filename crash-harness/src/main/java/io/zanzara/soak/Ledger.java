package io.zanzara.soak;

import java.util.BitSet;
import java.util.List;

/** What was published and what of it was acknowledged, as numbers. Thread-safe. */
final class Ledger {

    /**
     * The messages of one publisher to one topic: what order is promised for.
     *
     * @param retained whether the topic keeps the last of them
     */
    record Stream(String publisher, String topic, boolean retained) {}

    private final List<Stream> streams;
    private final int[] sent;
    private final BitSet[] acknowledged;

    Ledger(List<Stream> streams) {
        this.streams = List.copyOf(streams);
        this.sent = new int[streams.size()];
        this.acknowledged = new BitSet[streams.size()];
        for (int i = 0; i < acknowledged.length; i++) {
            acknowledged[i] = new BitSet();
        }
    }

    List<Stream> streams() {
        return streams;
    }

    /** Gives a stream's next message; from now on it may be received. */
    synchronized Message next(int stream) {
        return new Message(stream, sent[stream]++);
    }

    synchronized void acknowledge(Message message) {
        acknowledged[message.stream()].set(message.number());
    }

    synchronized boolean wasSent(Message message, String topic) {
        return message.stream() >= 0
                && message.stream() < sent.length
                && message.number() >= 0
                && message.number() < sent[message.stream()]
                && streams.get(message.stream()).topic().equals(topic);
    }

    synchronized int sent(int stream) {
        return sent[stream];
    }

    /** Returns the highest number that was acknowledged, or -1. */
    synchronized int lastAcknowledged(int stream) {
        return acknowledged[stream].length() - 1;
    }

    /** Returns a copy of the numbers that were acknowledged. */
    synchronized BitSet acknowledged(int stream) {
        return (BitSet) acknowledged[stream].clone();
    }

    synchronized long totalSent() {
        long total = 0;
        for (int count : sent) {
            total += count;
        }
        return total;
    }

    synchronized long totalAcknowledged() {
        long total = 0;
        for (BitSet numbers : acknowledged) {
            total += numbers.cardinality();
        }
        return total;
    }
}
