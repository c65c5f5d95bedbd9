package io.zanzara.session;

import java.time.Duration;
import java.util.Iterator;

/** Looks through the queues that may hold something expired, one after the other, again and again. Runs on one loop. */
public final class ExpirySweeper {

    private final SessionRegistry registry;
    private final Mailbox mailbox;
    private final long pauseMillis;

    /** @param pause between the end of one round and the beginning of the next */
    public ExpirySweeper(SessionRegistry registry, Loop loop, Duration pause) {
        this.registry = registry;
        this.mailbox = new Mailbox(loop, cause -> {});
        this.pauseMillis = pause.toMillis();
    }

    /** A queue that is swept. */
    interface Swept {

        Mailbox mailbox();

        /** Whether something in it may have expired; any thread. */
        boolean mayHaveExpired();

        /** @param done called once, on the queue's loop */
        void sweepExpired(Runnable done);
    }

    public void start() {
        mailbox.loop().schedule(() -> mailbox.post(() -> next(registry.swept())), pauseMillis);
    }

    private void next(Iterator<? extends Swept> rest) {
        while (rest.hasNext()) {
            Swept queue = rest.next();
            if (queue.mayHaveExpired()) {
                queue.mailbox().post(() -> queue.sweepExpired(() -> mailbox.post(() -> next(rest))));
                return;
            }
        }
        start();
    }
}
