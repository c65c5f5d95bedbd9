package io.zanzara.transport;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.zanzara.event.CountingThread;
import org.jspecify.annotations.Nullable;

/** An event loop's thread. */
final class LoopThread extends FastThreadLocalThread implements CountingThread {

    private final Memory counting = new Memory();

    LoopThread(@Nullable ThreadGroup group, Runnable target, String name) {
        super(group, target, name);
    }

    @Override
    public Memory counting() {
        return counting;
    }
}
