package io.zanzara.session;

import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way into a session's queue, where the limits on its length apply; what is not queued (QoS 0) goes past it. Owner only. */
final class Admission {

    private final ClientId client;
    private final SessionContext context;
    private final MessageLog log;
    private final Outbound outbound;
    private final boolean persistent;
    private final Supplier<@Nullable Attachment> attached;
    private final Runnable progressed;

    /**
     * @param attached the connection the session has now, if any
     * @param progressed called when the oldest message had to go
     */
    Admission(
            ClientId client,
            SessionContext context,
            MessageLog log,
            Outbound outbound,
            boolean persistent,
            Supplier<@Nullable Attachment> attached,
            Runnable progressed) {
        this.client = client;
        this.context = context;
        this.log = log;
        this.outbound = outbound;
        this.persistent = persistent;
        this.attached = attached;
        this.progressed = progressed;
    }

    /** Queues a message, or sends it at once at QoS 0. */
    void accept(Delivery delivery, Ticket ticket) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            sendAtMostOnce(delivery);
            ticket.pay(Ticket.Outcome.SAFE);
            return;
        }
        Ticket.Outcome refusal = makeRoom(delivery);
        if (refusal != Ticket.Outcome.SAFE) {
            ticket.pay(refusal);
            return;
        }
        log.append(delivery.template(), persistent ? ticket : Ticket.NONE);
        outbound.added();
        if (!persistent) {
            ticket.pay(Ticket.Outcome.SAFE);
        }
        outbound.pump();
    }

    void sendAtMostOnce(Delivery delivery) {
        Attachment current = attached.get();
        if (current == null || !current.accepted) {
            return;
        }
        Publication publication = delivery.publication();
        if (current.link.isOverflowing()) {
            dropped(delivery, DropReason.SLOW_CONNECTION);
        } else if (publication.isExpired(context.now())) {
            dropped(delivery, DropReason.EXPIRED);
        } else if (!current.link.publish(
                publication, Qos.AT_MOST_ONCE, false, delivery.retain(), 0, delivery.subscriptionIdentifiers())) {
            dropped(delivery, DropReason.TOO_LARGE);
        } else {
            context.tell(new BrokerEvent.Delivered(
                    client,
                    publication.topic(),
                    publication.messageId(),
                    Qos.AT_MOST_ONCE,
                    publication.payload().length));
        }
    }

    /** Whether the limits allow one more message. */
    boolean hasRoom() {
        long most = context.limits().maxQueueMessages();
        return most == 0 || outbound.length() < most;
    }

    /** Makes room for a message, or says how it is refused. */
    Ticket.Outcome makeRoom(Delivery delivery) {
        if (hasRoom()) {
            return Ticket.Outcome.SAFE;
        }
        QueuePolicy policy = context.limits().queuePolicy();
        switch (policy) {
            case DROP_OLDEST -> {
                outbound.dropOldest();
                progressed.run();
                return Ticket.Outcome.SAFE;
            }
            case DROP_NEWEST -> {
                dropped(delivery, DropReason.QUEUE_FULL_NEWEST);
                return Ticket.Outcome.VOID;
            }
            case REFUSE -> {
                dropped(delivery, DropReason.QUEUE_FULL_REFUSED);
                return Ticket.Outcome.REFUSED;
            }
        }
        throw new AssertionError(policy);
    }

    private void dropped(Delivery delivery, DropReason reason) {
        Publication publication = delivery.publication();
        context.counters().dropped(reason).increment();
        context.tell(new BrokerEvent.MessageDropped(
                client, publication.topic(), publication.messageId(), delivery.qos(), reason));
    }

    /** Gives a message its place, for an exchange that will put it there. */
    Entry reserve(Delivery delivery) {
        Entry entry = log.reserve(delivery.template());
        outbound.added();
        return entry;
    }
}
