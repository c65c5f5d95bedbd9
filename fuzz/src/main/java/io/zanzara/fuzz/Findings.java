package io.zanzara.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What went wrong: counted by kind, the first of each kind kept in words. Thread-safe. */
final class Findings {

    private static final int KEPT_OF_EACH = 5;

    /** What may go wrong. */
    enum Kind {
        /** The decoder threw something else than Malformed. */
        EXCEPTION,
        /** The decoder took more bytes than the packet has, fewer, or some without returning one; or what follows a packet changed it. */
        READS_BEYOND,
        /** The decoder made more objects than a packet of this size is worth. */
        TOO_MUCH_MEMORY,
        /** A packet that was encoded again and decoded again is another. */
        ROUND_TRIP,
        /** A buffer was not released. */
        LEAK,
        /** The broker's log has a line that it should not have. */
        LOG,
        /** The broker's process has ended. */
        BROKER_ENDED,
        /** The broker sent what is no packet for a client. */
        BROKER_SENT,
        /** The broker neither answered nor closed. */
        SILENT,
        /** A bystander lost its connection. */
        BYSTANDER_CLOSED,
        /** A bystander's message did not come. */
        BYSTANDER_LOST,
        /** A bystander's message came twice, or something came that nobody had sent. */
        BYSTANDER_TWICE,
        /** A bystander's message came before one that was sent before it. */
        BYSTANDER_OUT_OF_ORDER,
        /** Something of the fuzzing clients is left after they have gone: memory, sockets, connections, sessions, subscriptions. */
        LEFT_BEHIND
    }

    private final Map<Kind, Long> counts = new LinkedHashMap<>();
    private final List<String> kept = new ArrayList<>();

    synchronized void add(Kind kind, String detail) {
        if (counts.merge(kind, 1L, Long::sum) <= KEPT_OF_EACH) {
            kept.add(kind + ": " + detail);
        }
    }

    synchronized long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    synchronized boolean isEmpty() {
        return counts.isEmpty();
    }

    synchronized List<String> kept() {
        return List.copyOf(kept);
    }

    @Override
    public synchronized String toString() {
        return counts.toString();
    }
}
