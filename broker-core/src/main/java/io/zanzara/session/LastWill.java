package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.event.BrokerEvent.Origin;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.Will;
import io.zanzara.store.StoreOperation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session's will message. A persistent session's lies in its record and leaves it exactly once, by the same atomic operation as a QoS 2
 * message; until that operation is on its way nothing else may replace the record, so who wants to waits with {@link #whenGone}. Owner only.
 */
final class LastWill {

    private final ClientId client;
    private final Rights rights;
    private final SessionContext context;
    private final Mailbox mailbox;
    private final Publisher publisher;
    private final SessionState state;
    private final boolean persistent;
    private final List<Runnable> waiting = new ArrayList<>(0);
    private @Nullable Will will;
    private boolean leaving;
    private Loop.@Nullable Timer delay;

    LastWill(
            Rights rights,
            SessionContext context,
            Mailbox mailbox,
            Publisher publisher,
            SessionState state,
            boolean persistent) {
        this.client = rights.client();
        this.rights = rights;
        this.context = context;
        this.mailbox = mailbox;
        this.publisher = publisher;
        this.state = state;
        this.persistent = persistent;
    }

    void set(@Nullable Will message) {
        will = message;
    }

    /** The client took it back [MQTT-3.14.4-3], or never got its CONNACK. */
    void discard() {
        will = null;
    }

    @Nullable
    Will message() {
        return will;
    }

    /** Whether there is none. */
    boolean isIdle() {
        return will == null && !leaving;
    }

    /** Runs a command when no will is on its way out of the session's record: at once if none is. */
    void whenGone(Runnable command) {
        if (leaving) {
            waiting.add(command);
        } else {
            command.run();
        }
    }

    /** The connection has ended without taking it back: it is sent when its delay is over. */
    void schedule(long disconnectedAt) {
        Will due = will;
        if (due == null || leaving) {
            return;
        }
        long wait = disconnectedAt + due.delaySeconds() * 1_000 - context.now();
        // [MQTT-3.1.2-8] [MQTT-3.1.2-8 of 3.1.1]
        if (wait <= 0) {
            fire();
            return;
        }
        delay = mailbox.loop()
                .schedule(
                        () -> mailbox.post(() -> {
                            if (delay != null && will == due) {
                                fire();
                            }
                        }),
                        wait);
    }

    void cancelTimer() {
        if (delay != null) {
            delay.cancel();
            delay = null;
        }
    }

    /** Sends it now, if there is one. */
    void fire() {
        cancelTimer();
        Will due = will;
        // [MQTT-3.1.2-12 of 3.1.1]
        if (due == null || leaving) {
            return;
        }
        Publication publication = toPublication(due);
        // what was allowed at CONNECT may no longer be
        boolean allowed = rights.mayPublish(publication, Operation.WILL);
        if (allowed) {
            context.tell(new BrokerEvent.Published(publication, Origin.WILL, rights.userName(), false));
        }
        if (allowed && persistent && publication.qos() != Qos.AT_MOST_ONCE) {
            leaving = true;
            publisher.release(
                    publication,
                    new StoreOperation.Source.StoredWill(client, publication.messageId()),
                    this::left,
                    result -> {});
            return;
        }
        will = null;
        if (allowed) {
            publisher.publish(publication, result -> {});
        }
        if (persistent) {
            state.write(() -> {});
        }
    }

    /** The operation that takes it from the record is about to be submitted. */
    private void left() {
        // [MQTT-3.1.2-10] [MQTT-3.1.2-10 of 3.1.1]
        will = null;
        leaving = false;
        state.fence();
        List<Runnable> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(mailbox::post);
    }

    private Publication toPublication(Will due) {
        Publication planned = due.publication();
        long expiresAt = due.expirySeconds() < 0 ? Publication.NEVER : context.now() + due.expirySeconds() * 1_000;
        return new Publication(
                planned.messageId(),
                client,
                planned.topic(),
                planned.qos(),
                // [MQTT-3.1.2-14] [MQTT-3.1.2-15] [MQTT-3.1.2-16 of 3.1.1] [MQTT-3.1.2-17 of 3.1.1]
                planned.retain(),
                planned.payload(),
                expiresAt,
                planned.properties());
    }
}
