package io.zanzara.engine;

import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.store.QueueRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One session's queue as it ought to be under its limits, in the simplest terms. */
final class QueueModel {

    private final long maxMessages;
    private final long maxBytes;
    private final QueuePolicy policy;
    final List<Message> queue = new ArrayList<>();
    private int placed;
    int refused;
    int droppedOldest;
    int droppedNewest;

    /** A message in the queue. */
    static final class Message {
        final int number;
        final int qos;
        final int bytes;
        boolean sent;
        boolean received;
        boolean onThisConnection;
        int packetIdentifier;

        Message(int number, int qos, int payloadBytes) {
            this.number = number;
            this.qos = qos;
            this.bytes = payloadBytes + QueueRecord.OVERHEAD;
        }
    }

    QueueModel(long maxMessages, long maxBytes, QueuePolicy policy) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.policy = policy;
    }

    /** Returns whether a publisher at QoS 1 is told of success. */
    boolean publish(Message message) {
        if (policy == QueuePolicy.DROP_OLDEST && message.bytes <= maxBytes) {
            while (!fits(message) && queue.stream().anyMatch(each -> !each.sent)) {
                remove(queue.stream().filter(each -> !each.sent).findFirst().orElseThrow());
                droppedOldest++;
            }
        }
        if (fits(message)) {
            message.packetIdentifier = 1 + placed++;
            queue.add(message);
            return true;
        }
        if (policy == QueuePolicy.REFUSE) {
            refused++;
            return false;
        }
        droppedNewest++;
        return true;
    }

    private boolean fits(Message message) {
        long bytes = queue.stream().mapToLong(each -> each.bytes).sum();
        return queue.size() < maxMessages && bytes + message.bytes <= maxBytes;
    }

    void disconnected() {
        queue.forEach(message -> message.onThisConnection = false);
    }

    /** It was acknowledged for good, or dropped. */
    void remove(Message message) {
        queue.remove(message);
    }

    void sent(Message message) {
        message.sent = true;
        message.onThisConnection = true;
    }

    /** Numbers begin anew, and so do packet identifiers. */
    void restarted() {
        disconnected();
        placed = 0;
    }

    /** Those that a client with this window is sent now, beyond what it has: up to one whose packet identifier is in flight. */
    List<Message> due(int window) {
        List<Message> due = new ArrayList<>();
        Set<Integer> inFlight = new HashSet<>();
        for (Message message : queue) {
            boolean needsRoom = !message.onThisConnection && !message.received; // a PUBREL needs none
            if ((needsRoom && inFlight.size() >= window) || !inFlight.add(message.packetIdentifier)) {
                break;
            }
            if (!message.onThisConnection) {
                due.add(message);
            }
        }
        return due;
    }

    List<Message> inFlight() {
        return queue.stream().filter(message -> message.onThisConnection).toList();
    }
}
