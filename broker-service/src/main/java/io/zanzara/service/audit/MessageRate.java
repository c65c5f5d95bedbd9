package io.zanzara.service.audit;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import io.zanzara.service.engine.QueuedListener;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets so many lines about messages through in a second, so that a busy broker spends its time on messages, not on telling of them. */
final class MessageRate implements BrokerListener, AutoCloseable {

    private final QueuedListener queue;
    private final int perSecond;
    private final LongSupplier nanos;
    private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger inSecond = new AtomicInteger();

    MessageRate(QueuedListener queue, int perSecond, LongSupplier nanos) {
        this.queue = queue;
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    @Override
    public void on(BrokerEvent event) {
        boolean ofMessage = event instanceof BrokerEvent.Published
                || event instanceof BrokerEvent.Delivered
                || event instanceof BrokerEvent.MessageDropped;
        if (ofMessage && !admits()) {
            queue.leaveOut();
        } else {
            queue.on(event);
        }
    }

    private boolean admits() {
        long now = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
        long counted = second.get();
        if (now != counted && second.compareAndSet(counted, now)) {
            inSecond.set(0);
        }
        return inSecond.get() < perSecond && inSecond.incrementAndGet() <= perSecond;
    }

    @Override
    public void close() {
        queue.close();
    }
}
