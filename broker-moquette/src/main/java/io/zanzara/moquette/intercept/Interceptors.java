package io.zanzara.moquette.intercept;

import io.moquette.interception.InterceptHandler;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import io.zanzara.message.ClientId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** The interceptors of one server: each hears, on a thread of its own, of what it wants to. Any thread. */
public final class Interceptors implements BrokerListener, AutoCloseable {

    private final List<HandlerQueue> queues = new CopyOnWriteArrayList<>();
    private final LongAdder leftOut = new LongAdder();

    /** @param handlers those there are from the beginning */
    public Interceptors(List<? extends InterceptHandler> handlers) {
        handlers.forEach(this::add);
    }

    public void add(InterceptHandler handler) {
        queues.add(new HandlerQueue(handler, leftOut));
    }

    /** Tells a handler no more than what waits for it already. */
    public void remove(InterceptHandler handler) {
        for (HandlerQueue queue : queues) {
            if (queue.isOf(handler) && queues.remove(queue)) {
                queue.end();
                return;
            }
        }
    }

    /** Returns how much was not told to handlers that did not keep up. */
    public long leftOut() {
        return leftOut.sum();
    }

    @Override
    public void on(BrokerEvent event) {
        for (HandlerQueue queue : queues) {
            queue.offer(event);
        }
    }

    /** Something failed that has to do with a client. */
    public void failed(ClientId client, RuntimeException cause) {
        on(new BrokerEvent.SessionFailed(client, cause));
    }

    /** Hands over what waits, as far as that takes no longer than two seconds in all. */
    @Override
    public void close() {
        queues.forEach(HandlerQueue::end);
        long deadline = System.nanoTime() + HandlerQueue.LAST_WORDS_NANOS;
        queues.forEach(queue -> queue.await(deadline));
        queues.clear();
    }
}
