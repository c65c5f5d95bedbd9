package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Origin;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.StoreOperation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Publishes what does not come from a client: messages from code, and the sweep of retained messages that are over. */
public final class BrokerPublisher {

    private static final ClientId NAME = new ClientId("$broker");

    private final SessionContext context;
    private final Mailbox mailbox;
    private final Publisher publisher;
    private long lastSweep;
    private long pauseMillis;

    public BrokerPublisher(SessionContext context, Loop loop) {
        this.context = context;
        this.mailbox = new Mailbox(loop, cause -> {});
        this.publisher = new Publisher(NAME, context, mailbox, new StoreAnswers(mailbox, entry -> {}, () -> {}));
    }

    /** Returns the name under which messages from code are published. */
    public static ClientId name() {
        return NAME;
    }

    /** Publishes; the result completes when the message is safe with everyone who is due to get it. Any thread. */
    public CompletionStage<Void> publish(Publication publication) {
        CompletableFuture<Void> safe = new CompletableFuture<>();
        mailbox.post(() -> {
            context.tell(new BrokerEvent.Published(publication, Origin.BROKER, null, false));
            publisher.publish(publication, result -> {
                if (result.refused()) {
                    safe.completeExceptionally(new IllegalStateException("the queues of all receivers are full"));
                } else {
                    safe.complete(null);
                }
            });
        });
        return safe;
    }

    /** Begins to look, with this pause, for retained messages that have expired and for tombstones that have done their work. */
    public void startSweeping(Duration pause) {
        pauseMillis = pause.toMillis();
        lastSweep = context.messageIds().next();
        scheduleSweep();
    }

    private void scheduleSweep() {
        mailbox.loop().schedule(() -> mailbox.post(this::sweep), pauseMillis);
    }

    private void sweep() {
        for (RetainedRecord record : context.retained().sweep(context.now(), lastSweep)) {
            // the store may still have the message itself, expired: the tombstone replaces it first
            submit(record, new StoreOperation.PutRetained(record));
            if (record.version() < lastSweep) {
                submit(record, new StoreOperation.PurgeRetained(record));
            }
        }
        lastSweep = context.messageIds().next();
        scheduleSweep();
    }

    private void submit(RetainedRecord record, StoreOperation operation) {
        context.writer().submit(new ClientId(record.topic().value()), operation);
    }
}
