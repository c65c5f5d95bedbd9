package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes a session's record. What changes while a write still waits for its batch goes along in it: one record for each batch at most. Owner only. */
final class SessionState {

    private final ClientId client;
    private final StoreWriter writer;
    private final PendingWrite.Owner answers;
    private final Supplier<SessionRecord> snapshot;
    private @Nullable PendingWrite pending;
    private @Nullable Round waiters;
    private int unanswered;

    /** Those who wait for one write. */
    private final class Round implements Runnable {
        private final List<Runnable> waiting = new ArrayList<>();

        @Override
        public void run() {
            unanswered--;
            if (waiters == this) {
                waiters = null;
                pending = null;
            }
            waiting.forEach(Runnable::run);
        }
    }

    SessionState(ClientId client, StoreWriter writer, PendingWrite.Owner answers, Supplier<SessionRecord> snapshot) {
        this.client = client;
        this.writer = writer;
        this.answers = answers;
        this.snapshot = snapshot;
    }

    /** Makes the state as it is now durable, then runs {@code whenDurable}; several in the order of the calls. */
    void write(Runnable whenDurable) {
        StoreOperation operation = new StoreOperation.PutSession(snapshot.get());
        PendingWrite open = pending;
        Round round = waiters;
        if (open == null || round == null || !open.replace(operation)) {
            round = new Round();
            waiters = round;
            unanswered++;
            pending = writer.submit(client, operation, answers, round);
        }
        round.waiting.add(whenDurable);
    }

    /** Whether all that was written is durable. */
    boolean isIdle() {
        return unanswered == 0;
    }

    /** Later writes are operations of their own, behind all that was submitted so far. */
    void fence() {
        pending = null;
    }
}
