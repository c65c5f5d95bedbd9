package io.zanzara.service.audit;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import io.zanzara.service.engine.QueuedListener;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets so many lines about messages through in a second, so that a busy broker spends its time on messages, not on telling of them; and so many
 * about refusals of each kind in ten seconds, so that nobody fills a disk by knocking at the door. What is held back is counted and told.
 */
final class LineRate implements BrokerListener, AutoCloseable {

    static final int MESSAGES_PER_SECOND = 1_000;
    static final int REFUSALS_PER_STRETCH = 20;
    static final Duration STRETCH = Duration.ofSeconds(10);

    private final EventLog log;
    private final QueuedListener queue;
    private final Allowance messages;
    private final Allowance connections;
    private final Allowance operations;

    /** @param nanos the time, as of {@link System#nanoTime} */
    LineRate(EventLog log, LongSupplier nanos) {
        this.log = log;
        this.messages = new Allowance(MESSAGES_PER_SECOND, Duration.ofSeconds(1).toNanos(), nanos);
        this.connections = new Allowance(REFUSALS_PER_STRETCH, STRETCH.toNanos(), nanos);
        this.operations = new Allowance(REFUSALS_PER_STRETCH, STRETCH.toNanos(), nanos);
        this.queue = new QueuedListener("zanzara-event-log", log, this::report);
    }

    @Override
    public void on(BrokerEvent event) {
        if (event instanceof BrokerEvent.ConnectionRefused) {
            pass(event, connections);
        } else if (event instanceof BrokerEvent.Refused) {
            pass(event, operations);
        } else if (isOfMessage(event)) {
            pass(event, messages);
        } else {
            queue.on(event);
        }
    }

    private void pass(BrokerEvent event, Allowance allowance) {
        if (allowance.take()) {
            queue.on(event);
        }
    }

    private static boolean isOfMessage(BrokerEvent event) {
        return event instanceof BrokerEvent.Published
                || event instanceof BrokerEvent.Delivered
                || event instanceof BrokerEvent.MessageDropped;
    }

    private void report(long beyondTheQueue) {
        log.leftOut("events, too many to show", beyondTheQueue + messages.next());
        log.leftOut("connections refused, too many to show", connections.next());
        log.leftOut("things refused to clients, too many to show", operations.next());
    }

    @Override
    public void close() {
        queue.close();
    }
}
