package io.zanzara.moquette.intercept;

import io.moquette.interception.InterceptHandler;
import io.zanzara.event.BrokerEvent;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one handler has still to hear, and the thread that tells it, so that one which waits, throws or is slow harms nobody else. What waits is
 * bounded in number and bytes; what does not fit is left out, counted and said once. Messages leave the last quarter of the room to
 * the comings and goings of clients, which are fewer and worse to miss.
 */
final class HandlerQueue {

    static final long LAST_WORDS_NANOS = Duration.ofSeconds(2).toNanos();

    static final int MOST_EVENTS = 20_000;
    private static final int MOST_EVENTS_OF_MESSAGES = 15_000;
    private static final long MOST_BYTES_OF_MESSAGES = 16L << 20;
    private static final long MOST_BYTES = MOST_BYTES_OF_MESSAGES / 3 * 4;
    private static final long WAKE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(HandlerQueue.class);

    private final InterceptHandler handler;
    private final Telling telling;
    private final LongAdder leftOut;
    private final LinkedBlockingQueue<BrokerEvent> waiting = new LinkedBlockingQueue<>(MOST_EVENTS);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean behind = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean ending;

    /** @param leftOut counts what is not told */
    HandlerQueue(InterceptHandler handler, LongAdder leftOut) {
        this.handler = handler;
        this.telling = new Telling(handler);
        this.leftOut = leftOut;
        this.thread = new Thread(this::run, "zanzara-intercept-" + handler.getID());
        thread.setDaemon(true);
        thread.start();
    }

    boolean isOf(InterceptHandler other) {
        return handler.equals(other);
    }

    /** Any thread; never waits. */
    void offer(BrokerEvent event) {
        if (ending || !telling.wants(event)) {
            return;
        }
        int bytes = event.weight();
        boolean ofMessage = isOfMessage(event);
        if ((ofMessage && waiting.size() >= MOST_EVENTS_OF_MESSAGES)
                || waitingBytes.get() + bytes > (ofMessage ? MOST_BYTES_OF_MESSAGES : MOST_BYTES)
                || !waiting.offer(event)) {
            leaveOut();
        } else {
            waitingBytes.addAndGet(bytes);
        }
    }

    private static boolean isOfMessage(BrokerEvent event) {
        return event instanceof BrokerEvent.Published || event instanceof BrokerEvent.Delivered;
    }

    private void leaveOut() {
        leftOut.increment();
        if (behind.compareAndSet(false, true)) {
            LOG.warn("the interceptor {} does not keep up: some of what happens is not told to it", handler.getID());
        }
    }

    private void run() {
        while (true) {
            BrokerEvent event = next();
            if (event != null) {
                waitingBytes.addAndGet(-event.weight());
                tell(event);
            } else if (ending) {
                return;
            } else {
                behind.set(false);
            }
        }
    }

    private @Nullable BrokerEvent next() {
        try {
            return ending ? waiting.poll() : waiting.poll(WAKE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return waiting.poll(); // it ends: what waits is still told
        }
    }

    private void tell(BrokerEvent event) {
        try {
            telling.tell(event);
        } catch (Throwable e) {
            LOG.warn("the interceptor {} failed", handler.getID(), e);
        }
    }

    /** Takes nothing more; the thread ends when what waits has been told. */
    void end() {
        ending = true;
    }

    /** Waits for the thread's end, and no longer than until {@code deadline}; then what it does is interrupted, and what still waits left out. */
    void await(long deadline) {
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            int count = waiting.size();
            waiting.clear();
            leftOut.add(count);
            thread.interrupt();
            LOG.warn("the interceptor {} is busy; {} events are not told to it any more", handler.getID(), count);
        }
    }
}
