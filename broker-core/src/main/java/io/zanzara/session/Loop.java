package io.zanzara.session;

/** One event loop: a single thread that runs tasks in order. Implemented by the transport; tests have one that is driven by hand. */
public interface Loop {

    /** Runs the task later on this loop. Any thread. */
    void execute(Runnable task);

    /** Runs the task on this loop after a while. Any thread. */
    Timer schedule(Runnable task, long delayMillis);

    /** A task that waits for its time. */
    interface Timer {

        /** Takes it back if it has not run. Any thread. */
        void cancel();
    }
}
