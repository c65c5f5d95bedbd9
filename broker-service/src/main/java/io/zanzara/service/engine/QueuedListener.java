package io.zanzara.service.engine;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to a listener on a thread of its own, so that one which waits (for a console, for a database) never holds up the broker. What
 * waits is bounded in number and in bytes; what does not fit is left out and counted, and the count is told within a second.
 */
public final class QueuedListener implements BrokerListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueuedListener.class);
    private static final int MAX_EVENTS = 16_384;
    private static final long MAX_BYTES = 8L << 20;
    private static final int EVENT_BYTES = 128;
    private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LAST_WORDS_MILLIS = 500;

    private final BlockingQueue<BrokerEvent> waiting = new ArrayBlockingQueue<>(MAX_EVENTS);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final LongAdder leftOut = new LongAdder();
    private final BrokerListener target;
    private final LongConsumer report;
    private final Thread thread;
    private volatile boolean closing;

    /**
     * @param name of the thread
     * @param target is called on that thread only
     * @param report is told about once a second how many events were left out since, mostly none; on the same thread
     */
    public QueuedListener(String name, BrokerListener target, LongConsumer report) {
        this.target = target;
        this.report = report;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void on(BrokerEvent event) {
        int bytes = bytes(event);
        if (waitingBytes.get() + bytes > MAX_BYTES || !waiting.offer(event)) {
            leftOut.increment();
        } else {
            waitingBytes.addAndGet(bytes);
        }
    }

    private static int bytes(BrokerEvent event) {
        return EVENT_BYTES + event.weight();
    }

    private void run() {
        long reportedAt = System.nanoTime();
        while (true) {
            BrokerEvent event = next();
            if (event != null) {
                handOver(event);
            }
            if (event == null || System.nanoTime() - reportedAt > REPORT_NANOS) {
                reportedAt = System.nanoTime();
                reportLeftOut();
            }
            if (event == null && closing) {
                return;
            }
        }
    }

    private @Nullable BrokerEvent next() {
        try {
            return closing ? waiting.poll() : waiting.poll(REPORT_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return waiting.poll(); // closing: what waits is still handed over
        }
    }

    private void handOver(BrokerEvent event) {
        waitingBytes.addAndGet(-bytes(event));
        try {
            target.on(event);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed on {}", event, e);
        }
    }

    private void reportLeftOut() {
        report.accept(leftOut.sumThenReset());
    }

    /** Hands over what waits, as far as that takes no longer than half a second. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
