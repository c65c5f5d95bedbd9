package io.zanzara.session;

import io.zanzara.event.Level;

/**
 * What one queue holds in memory for its client: messages of the window, and those in flight. A megabyte at most, and a small share while all
 * queues together hold more than the broker's budget; one message is always allowed, so that everybody goes on. Owner only.
 */
final class WindowMemory {

    private static final long MOST = 1 << 20;
    private static final long SHARE_WHEN_SCARCE = 8 << 10;

    private final Level used;
    private final long budget;
    private long waiting;
    private long inFlight;

    WindowMemory(SessionContext context) {
        this.used = context.counters().windowBytes;
        this.budget = context.limits().memoryBudgetBytes();
    }

    /** Bytes that the window may hold now, and as many again in flight. */
    long limit() {
        return used.estimate() > budget ? SHARE_WHEN_SCARCE : MOST;
    }

    /** Whether the window should take no more. */
    boolean isFull() {
        return waiting > 0 && waiting >= limit();
    }

    /** Whether no more should be sent before the client has acknowledged something. */
    boolean isFlightFull() {
        return inFlight > 0 && inFlight >= limit();
    }

    /** A page of so many bytes is being read for it (or has come, below zero). */
    void expects(int bytes) {
        used.add(bytes);
    }

    void waits(Entry entry) {
        long weight = entry.record.publication().weight();
        waiting += weight;
        used.add(weight);
    }

    void waitsNoMore(Entry entry) {
        long weight = entry.record.publication().weight();
        waiting -= weight;
        used.add(-weight);
    }

    void flies(Entry entry) {
        long weight = entry.record.publication().weight();
        inFlight += weight;
        used.add(weight);
    }

    void fliesNoMore(Entry entry) {
        long weight = entry.record.publication().weight();
        inFlight -= weight;
        used.add(-weight);
    }
}
