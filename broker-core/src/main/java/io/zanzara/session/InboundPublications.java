package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.event.BrokerEvent.Origin;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.StoreOperation;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a client publishes: the exchanges of QoS 1 and 2 up to PUBACK and PUBCOMP, and the pace at which it is read from. Owner only. */
final class InboundPublications {

    private final ClientId client;
    private final Rights rights;
    private final SessionContext context;
    private final Mailbox mailbox;
    private final PendingWrite.Owner answers;
    private final Publisher publisher;
    private final boolean persistent;
    private final Supplier<@Nullable Attachment> attached;
    private final Consumer<Attachment> overrun;
    private final InboundQos2 exchanges = new InboundQos2();

    /**
     * @param attached the connection the session has now, if any
     * @param overrun told when the client exceeds the receive maximum it was given
     */
    InboundPublications(
            Rights rights,
            SessionContext context,
            Mailbox mailbox,
            PendingWrite.Owner answers,
            Publisher publisher,
            boolean persistent,
            Supplier<@Nullable Attachment> attached,
            Consumer<Attachment> overrun) {
        this.client = rights.client();
        this.rights = rights;
        this.context = context;
        this.mailbox = mailbox;
        this.answers = answers;
        this.publisher = publisher;
        this.persistent = persistent;
        this.attached = attached;
        this.overrun = overrun;
    }

    /** Takes over an exchange from the store. */
    void load(IncomingRecord record) {
        exchanges.begin(record.packetIdentifier(), record.publication(), true);
    }

    /** Whether no exchange outlives its connection. */
    boolean isIdle() {
        return exchanges.isEmpty();
    }

    /**
     * PUBLISH.
     *
     * @param packetIdentifier 1 to 65,535, or 0 at QoS 0
     * @param dup whether the client says that it may have sent it before
     * @param defect what speaks against it already, or null
     */
    void publish(
            Attachment current,
            Publication publication,
            int packetIdentifier,
            boolean dup,
            @Nullable ReasonCode defect) {
        context.counters().messagesIn[publication.qos().value()].increment();
        context.counters().payloadBytesIn.add(publication.payload().length);
        ReasonCode refusal = refusalOf(publication, packetIdentifier, defect);
        switch (publication.qos()) {
            case AT_MOST_ONCE -> {
                if (refusal == null) {
                    announce(publication, dup);
                    publisher.publish(publication, result -> {});
                }
            }
            case AT_LEAST_ONCE -> publishAtLeastOnce(current, publication, packetIdentifier, dup, refusal);
            case EXACTLY_ONCE -> publishExactlyOnce(current, publication, packetIdentifier, dup, refusal);
        }
        if (publication.qos() != Qos.AT_MOST_ONCE || publication.retain()) {
            limit(current);
        } else {
            current.pace.passedOn();
        }
    }

    private @Nullable ReasonCode refusalOf(Publication publication, int packetIdentifier, @Nullable ReasonCode defect) {
        if (publication.qos() == Qos.EXACTLY_ONCE && exchanges.get(packetIdentifier) != null) {
            return null; // it was accepted before, and comes again
        }
        if (defect != null) {
            rights.refused(Operation.PUBLISH, publication.topic().value(), defect);
            return defect;
        }
        return rights.mayPublish(publication, Operation.PUBLISH) ? null : ReasonCode.NOT_AUTHORIZED;
    }

    private void announce(Publication publication, boolean dup) {
        context.tell(new BrokerEvent.Published(publication, Origin.CLIENT, rights.userName(), dup));
    }

    private void publishAtLeastOnce(
            Attachment current,
            Publication publication,
            int packetIdentifier,
            boolean dup,
            @Nullable ReasonCode refusal) {
        // [MQTT-3.3.4-1] [MQTT-4.3.2-4] [MQTT-4.3.2-5] [MQTT-3.3.4-1 of 3.1.1] [MQTT-4.3.2-2 of 3.1.1]
        Acknowledgements.Owed owed = current.acknowledgements.owe(packetIdentifier);
        if (refusal != null) {
            // [MQTT-3.3.5-2 of 3.1.1]
            current.acknowledgements.settle(owed, refusal);
            return;
        }
        announce(publication, dup);
        publisher.publish(publication, result -> {
            if (attached.get() == current) {
                current.acknowledgements.settle(owed, outcome(result));
                current.pace.changed();
            }
        });
    }

    private static ReasonCode outcome(Publisher.Result result) {
        if (result.refused()) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        return result.matched() ? ReasonCode.SUCCESS : ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }

    private void publishExactlyOnce(
            Attachment current,
            Publication publication,
            int packetIdentifier,
            boolean dup,
            @Nullable ReasonCode refusal) {
        InboundQos2.Exchange known = exchanges.get(packetIdentifier);
        if (known != null) {
            // [MQTT-4.3.3-10] [MQTT-4.3.3-2 of 3.1.1]: the same message again
            exchanges.sentOn(current, known, packetIdentifier);
            return;
        }
        if (refusal != null) {
            // [MQTT-4.3.3-9] [MQTT-3.3.5-2 of 3.1.1]
            current.receptions.settle(current.receptions.owe(packetIdentifier), refusal);
            return;
        }
        announce(publication, dup);
        InboundQos2.Exchange exchange = exchanges.begin(packetIdentifier, publication, !persistent);
        exchanges.sentOn(current, exchange, packetIdentifier);
        if (!persistent) {
            return;
        }
        Runnable stored = () -> {
            Attachment now = attached.get();
            exchanges.stored(exchange, now);
            if (now != null && now.accepted) {
                now.pace.changed();
            }
        };
        StoreOperation.PutIncoming keep =
                new StoreOperation.PutIncoming(new IncomingRecord(client, packetIdentifier, publication));
        context.writer().submit(client, keep, answers, stored);
    }

    /** PUBREL: the message goes to its receivers; PUBCOMP leaves when that is durable. */
    void pubRel(Attachment current, int packetIdentifier) {
        InboundQos2.Exchange exchange = exchanges.get(packetIdentifier);
        if (exchange == null) {
            // after a resumed session it is over already, and PUBCOMP was lost: not an error (MQTT 5.0, 3.7.2.1)
            current.link.pubComp(
                    packetIdentifier, current.resumed ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return;
        }
        if (exchange.released) {
            return;
        }
        // [MQTT-4.3.3-13]
        exchanges.release(exchange);
        current.pace.changed();
        Consumer<Publisher.Result> complete = result -> {
            // [MQTT-4.3.3-12] [MQTT-4.3.3-2 of 3.1.1]
            exchanges.end(packetIdentifier, exchange);
            Attachment now = attached.get();
            if (now != null && now.accepted) {
                // [MQTT-2.2.1-5] [MQTT-4.3.3-11] [MQTT-2.3.1-6 of 3.1.1] [MQTT-4.3.3-2 of 3.1.1]
                now.link.pubComp(packetIdentifier, ReasonCode.SUCCESS);
                now.pace.changed();
            }
        };
        if (persistent) {
            publisher.release(
                    exchange.publication,
                    new StoreOperation.Source.Incoming(client, packetIdentifier, exchange.publication.messageId()),
                    () -> {},
                    complete);
        } else {
            publisher.publish(exchange.publication, complete);
        }
    }

    private void limit(Attachment current) {
        // what was sent on earlier connections isn't counted against this one: the client's quota began anew
        // [MQTT-3.3.4-7]
        boolean exceeded = current.acknowledgements.size() + current.exchanges + current.receptions.refusals()
                > context.limits().receiveMaximum();
        if (current.hasFlowControl && exceeded) {
            overrun.accept(current);
        } else {
            current.pace.changed();
        }
    }

    /** Returns the pace for a new connection; one without flow control is not read from while too much is owed to it. */
    ReadingPace paceOf(Attachment attachment) {
        return new ReadingPace(
                attachment.link,
                context,
                mailbox,
                !attachment.hasFlowControl,
                () -> attachment.acknowledgements.size() + exchanges.owed() + attachment.receptions.refusals(),
                () -> attached.get() == attachment);
    }
}
