package io.zanzara.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;

/**
 * The event loops, which look at their sockets again after two milliseconds of tasks. Netty's own do so after a second: what one loop hands to
 * another is a task, and while many of them come nobody's acknowledgement is read, until all windows are full.
 */
final class EventLoops extends MultiThreadIoEventLoopGroup {

    private static final int MOST_TASK_MILLIS = 2;

    EventLoops(int count, IoHandlerFactory factory) {
        super(count, new LoopThreads(), factory);
    }

    private static final class LoopThreads extends DefaultThreadFactory {
        LoopThreads() {
            super("zanzara-loop", true);
        }

        @Override
        protected Thread newThread(Runnable task, String name) {
            return new LoopThread(threadGroup, task, name);
        }
    }

    @Override
    protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... unused) {
        return new SingleThreadIoEventLoop(
                this, executor, factory, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), MOST_TASK_MILLIS);
    }
}
