package io.zanzara.session;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only door to a session from other threads: what is posted runs on the session's loop, one after the other, in the order of posting.
 * Several postings cost one wake-up. The session can move to another loop (that of a new connection) without losing or reordering anything.
 */
final class Mailbox implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final int TURN = 128; // a loop looks at its sockets after 64 turns at the earliest

    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final FailureHandler onFailure;
    private volatile Loop loop;
    private Thread running; // not volatile: each thread asks for itself alone, and sees what it wrote itself
    /** What happens to the session when one of its commands throws: a defect of ours, which must not reach its neighbours. */
    @FunctionalInterface
    interface FailureHandler {
        void failed(RuntimeException cause);
    }

    Mailbox(Loop loop, FailureHandler onFailure) {
        this.loop = loop;
        this.onFailure = onFailure;
        this.running = Thread.currentThread();
    }

    Loop loop() {
        return loop;
    }

    /** Any thread. */
    void post(Runnable command) {
        commands.add(command);
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this);
        }
    }

    /** Continues on another loop. Owner only, as the last act of a command. */
    void moveTo(Loop next) {
        loop = next;
    }

    /** Whether the calling thread is inside a command of this mailbox. */
    boolean isOwner() {
        return running == Thread.currentThread();
    }

    /** Whether something waits in it, or is being run. */
    boolean isBusy() {
        return scheduled.get();
    }

    /** Runs a command that arrives on the session's own loop (from its connection), after what was posted before. */
    void runOrPost(Loop from, Runnable command) {
        if (from != loop || !scheduled.compareAndSet(false, true)) {
            post(command);
        } else if (commands.isEmpty()) {
            turn(command);
        } else {
            commands.add(command);
            turn(null);
        }
    }

    @Override
    public void run() {
        turn(null);
    }

    /** @param first runs before what is posted, or null */
    private void turn(@Nullable Runnable first) {
        Loop here = loop;
        Thread before = running;
        running = Thread.currentThread();
        int left = TURN;
        Runnable command = first == null ? commands.poll() : first;
        while (command != null) {
            perform(command);
            command = here == loop && --left > 0 ? commands.poll() : null;
        }
        running = before;
        scheduled.set(false);
        if (!commands.isEmpty() && scheduled.compareAndSet(false, true)) {
            loop.execute(this);
        }
    }

    private void perform(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException e) {
            LOG.error("a session failed and is closed", e);
            onFailure.failed(e);
        }
    }
}
