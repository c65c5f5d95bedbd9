package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.store.StoreOperation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way into a session's queue, where the limits on its length apply; what is not queued (QoS 0) goes past it. Owner only. */
final class Admission implements Eviction.Queue, ExpirySweep.Queue {

    private final ClientId client;
    private final SessionContext context;
    private final MessageLog log;
    private final Outbound outbound;
    private final QueueLimit limit;
    private final boolean persistent;
    private final Supplier<@Nullable Attachment> attached;
    private final Runnable progressed;

    /**
     * @param attached the connection the session has now, if any
     * @param progressed called when an old message had to go
     */
    Admission(
            ClientId client,
            SessionContext context,
            MessageLog log,
            Outbound outbound,
            QueueLimit limit,
            boolean persistent,
            Supplier<@Nullable Attachment> attached,
            Runnable progressed) {
        this.client = client;
        this.context = context;
        this.log = log;
        this.outbound = outbound;
        this.limit = limit;
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
        if (limit.hasRoom(delivery)) {
            // [MQTT-4.5.0-1] [MQTT-3.1.2-5 of 3.1.1] [MQTT-4.5.0-1 of 3.1.1]
            append(delivery, ticket);
            return;
        }
        limit.admit(delivery, outcome -> {
            if (outcome == Ticket.Outcome.SAFE) {
                append(delivery, ticket);
            } else {
                ticket.pay(outcome);
            }
        });
    }

    private void append(Delivery delivery, Ticket ticket) {
        outbound.added(log.append(delivery.template(), persistent ? ticket : Ticket.NONE));
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
        } else if (context.hasExpired(publication)) {
            dropped(delivery, DropReason.EXPIRED);
        } else if (!current.link.publish(
                // [MQTT-3.3.1-2] [MQTT-4.3.1-1] [MQTT-3.3.1-2 of 3.1.1] [MQTT-4.3.1-1 of 3.1.1]
                publication, Qos.AT_MOST_ONCE, false, delivery.retain(), 0, delivery.subscriptionIdentifiers())) {
            dropped(delivery, DropReason.TOO_LARGE);
        } else {
            context.tell(new BrokerEvent.Delivered(client, current.userName, publication, Qos.AT_MOST_ONCE, 0));
        }
    }

    /**
     * Gives a message its place, for an exchange that will put it there.
     *
     * @param session whose queue this is
     */
    void reserve(Session session, Delivery delivery, Recipient.Reservation reservation) {
        if (limit.hasRoom(delivery)) {
            place(session, delivery, reservation);
            return;
        }
        limit.admit(delivery, outcome -> {
            if (outcome == Ticket.Outcome.SAFE) {
                place(session, delivery, reservation);
            } else {
                reservation.made(session, null, null, outcome);
            }
        });
    }

    /** Does so without asking whether there is room. */
    void place(Session session, Delivery delivery, Recipient.Reservation reservation) {
        Entry entry = log.reserve(delivery.template());
        outbound.added(entry);
        reservation.made(session, new StoreOperation.Append(client, entry.record), entry, Ticket.Outcome.SAFE);
    }

    @Override
    public void evict(Entry entry) {
        outbound.evict(entry);
        progressed.run();
    }

    @Override
    public void evicted(long sequence, Qos qos, long bytes) {
        outbound.evicted(sequence, qos, bytes);
        progressed.run();
    }

    @Override
    public void roomMade() {
        limit.roomMade();
    }

    private void dropped(Delivery delivery, DropReason reason) {
        context.dropped(client, delivery.publication(), delivery.qos(), reason);
    }

    @Override
    public boolean isIdle() {
        return attached.get() == null;
    }

    @Override
    public void expired(Entry entry) {
        outbound.evict(entry);
    }

    @Override
    public void expired(long bytes) {
        outbound.expired(bytes);
    }

    @Override
    public void swept() {
        progressed.run();
    }
}
