package io.zanzara.transport;

import io.netty.channel.EventLoop;
import io.zanzara.session.Loop;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A Netty event loop as sessions see it. */
final class NettyLoop implements Loop {

    private final EventLoop eventLoop;

    NettyLoop(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public void execute(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException e) {
            // the broker has stopped; what is durable stays, nothing more is acknowledged
        }
    }

    @Override
    public Timer schedule(Runnable task, long delayMillis) {
        try {
            Future<?> future = eventLoop.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }
}
