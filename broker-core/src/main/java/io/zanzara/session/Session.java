package io.zanzara.session;

import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's session: what it may do next and what it is owed. It outlives connections; what dies with a connection is in its
 * {@link Attachment}. Plain single-threaded code: everything runs on the loop of its mailbox. A clean start makes a new {@code Session}; the old
 * one has ended and pays what still reaches it as void.
 */
public final class Session implements Recipient {

    private static final long STORE_WAIT_MILLIS = 5_000;
    private static final long OVERLOAD_PAUSE_MILLIS = 20;

    private final ClientId client;
    private final SessionContext context;
    private final SessionRegistry registry;
    private final Mailbox mailbox;
    private final boolean persistent;
    private final long incarnation;
    private final MessageLog log;
    private final SessionState state;
    private final Outbound outbound;
    private final QueueHead queueHead;
    private final Subscriptions subscriptions;
    private final InboundQos2 inbound = new InboundQos2();
    private final Publisher publisher;
    private final PendingWrite.Owner answers;

    private long expirySeconds;
    private long disconnectedAt;
    private @Nullable Will will;
    private boolean willLeaving;
    private @Nullable String userName;
    private int protocolLevel;
    private boolean ended;
    private boolean declined;
    private @Nullable ConnectRequest moving;
    private @Nullable Attachment attachment;
    private Loop.@Nullable Timer expiry;
    private Loop.@Nullable Timer willDelay;

    /** What one connection adds to a session. */
    private static final class Attachment {
        final ClientLink link;
        final Acknowledgements acknowledgements;
        final boolean hasFlowControl;
        boolean accepted;
        boolean resumed;
        boolean paused;

        Attachment(ClientLink link, boolean hasFlowControl) {
            this.link = link;
            this.acknowledgements = new Acknowledgements(link);
            this.hasFlowControl = hasFlowControl;
        }
    }

    /** A session as the store has it, or as a new one begins ({@code next} equal to its head). */
    Session(
            SessionRecord record,
            boolean persistent,
            long next,
            Loop loop,
            SessionContext context,
            SessionRegistry registry) {
        this.client = record.client();
        this.context = context;
        this.registry = registry;
        this.mailbox = new Mailbox(loop, this::failed);
        this.answers = new StoreAnswers(mailbox, this::confirmed, this::pump);
        this.persistent = persistent;
        this.incarnation = record.incarnation();
        this.expirySeconds = record.expirySeconds();
        this.disconnectedAt = record.disconnectedAt();
        this.will = record.will();
        this.userName = record.userName();
        this.protocolLevel = record.protocolLevel();
        this.log = new MessageLog(
                client,
                context,
                mailbox,
                answers,
                this::pump,
                persistent,
                record.head(),
                next,
                SequenceRanges.of(record.acknowledged()),
                this::backlog);
        this.state = new SessionState(client, context.writer(), answers, this::toRecord);
        this.outbound = new Outbound(client, context, log, state, persistent, record.sentThrough());
        this.queueHead = new QueueHead(log, state, mailbox, outbound::head, persistent, record.head());
        this.subscriptions = new Subscriptions(client, context, registry.groups(), answers, persistent);
        this.publisher = new Publisher(client, context, mailbox, answers);
        context.counters().sessions.increment();
    }

    @Override
    public ClientId client() {
        return client;
    }

    @Override
    public boolean isPersistent() {
        return persistent;
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    private SessionRecord toRecord() {
        return new SessionRecord(
                client,
                incarnation,
                expirySeconds,
                disconnectedAt,
                outbound.head(),
                outbound.sentThrough(),
                log.acknowledged().toPairs(),
                will,
                userName,
                protocolLevel);
    }

    private void backlog(int change) {
        outbound.backlog(change);
    }

    /** Another thread has made the same session first. */
    void discard() {
        context.counters().sessions.decrement();
    }

    // ---- what the store holds, before anything runs

    /** Counts what waits, where a limit on the queue asks for an exact number; before anything runs. */
    void countBacklog() {
        outbound.backlog(log.countStored());
    }

    void load(Subscription subscription) {
        subscriptions.load(subscription, this);
    }

    void load(IncomingRecord record) {
        inbound.begin(record.packetIdentifier(), record.publication(), true);
    }

    /** The broker has loaded everything: time goes on. */
    void resume() {
        if (disconnectedAt == SessionRecord.CONNECTED) {
            // The connection ended with the broker; its time counts from the restart.
            disconnectedAt = context.now();
            state.write(() -> {});
        }
        awaitExpiry();
        awaitWill();
    }

    // ---- connections

    /** A client wants this session, or its name. */
    void connect(ConnectRequest request) {
        assert mailbox.isOwner();
        if (ended) {
            registry.connect(request);
            return;
        }
        if (attachment != null) {
            drop(
                    attachment,
                    ReasonCode.SESSION_TAKEN_OVER,
                    "the session was taken over by " + request.link().address());
        }
        if (ended) {
            registry.connect(request);
        } else if (request.cleanStart() || !persistent) {
            registry.startOver(this, request);
        } else {
            begin(request, true);
            mailbox.moveTo(request.link().loop());
        }
    }

    /** Serves the connection as soon as the session has arrived on its loop. */
    void begin(ConnectRequest request, boolean present) {
        ConnectRequest earlier = moving;
        if (earlier != null) {
            ClientLink link = earlier.link();
            link.loop().execute(() -> link.refuse(ReasonCode.SESSION_TAKEN_OVER, "another connection was quicker"));
        }
        moving = request;
        mailbox.post(() -> attach(request, present));
    }

    /** Begins to serve a connection; CONNACK leaves when the session is durable. */
    private void attach(ConnectRequest request, boolean present) {
        assert mailbox.isOwner();
        if (moving != request) {
            return;
        }
        moving = null;
        cancelTimers();
        expirySeconds = request.expirySeconds();
        disconnectedAt = SessionRecord.CONNECTED;
        will = request.will();
        userName = request.userName();
        protocolLevel = request.protocolLevel();
        Attachment current = new Attachment(request.link(), protocolLevel == 5);
        attachment = current;
        context.counters().connections.increment();
        if (!persistent) {
            accept(current, request, present);
            return;
        }
        Loop.Timer patience = mailbox.loop().schedule(() -> mailbox.post(() -> giveUp(current)), STORE_WAIT_MILLIS);
        state.fence();
        state.write(() -> {
            patience.cancel();
            if (attachment == current) {
                accept(current, request, present);
            }
        });
    }

    private void giveUp(Attachment waiting) {
        if (attachment == waiting && !waiting.accepted) {
            waiting.link.refuse(ReasonCode.SERVER_UNAVAILABLE, "the store does not answer");
            will = null;
            detached(ReasonCode.SERVER_UNAVAILABLE, "the store does not answer");
        }
    }

    private void accept(Attachment current, ConnectRequest request, boolean present) {
        current.accepted = true;
        current.resumed = present;
        current.link.connected(present, expirySeconds);
        context.tell(new BrokerEvent.ClientConnected(client, current.link.address(), protocolLevel, present, userName));
        request.accepted().session(this);
        outbound.attach(
                current.link, Math.min(request.window(), context.limits().inflightWindow()));
        subscriptions.presence(this, true);
    }

    /**
     * Runs what a client asked for, on its connection's loop, unless the session has another connection by now.
     *
     * @param link the connection it came from
     */
    public void fromClient(ClientLink link, Runnable command) {
        mailbox.runOrPost(link.loop(), () -> {
            Attachment current = attachment;
            if (current != null && current.link == link) {
                command.run();
            }
        });
    }

    /**
     * DISCONNECT.
     *
     * @param newExpirySeconds replaces the session's expiry, or -1
     */
    public void disconnect(boolean withWill, long newExpirySeconds) {
        if (newExpirySeconds >= 0) {
            expirySeconds = newExpirySeconds;
        }
        if (!withWill) {
            will = null; // [MQTT-3.14.4-3]
        }
        detached(ReasonCode.SUCCESS, "disconnected by the client");
    }

    /** The expiry a client gave at CONNECT, in seconds: DISCONNECT may not raise it from zero. */
    public long expirySeconds() {
        return expirySeconds;
    }

    /** The connection ended without a DISCONNECT. */
    public void connectionLost(ReasonCode reasonCode, String reason) {
        detached(reasonCode, reason);
    }

    /** Ends the connection from the broker's side, if there is one. Any thread. */
    public void kick(ReasonCode reasonCode, String reason) {
        mailbox.post(() -> {
            Attachment current = attachment;
            if (current != null) {
                drop(current, reasonCode, reason);
            }
        });
    }

    private void drop(Attachment current, ReasonCode reasonCode, String reason) {
        if (current.accepted) {
            current.link.close(reasonCode, reason);
        } else {
            current.link.refuse(reasonCode, reason);
        }
        detached(reasonCode, reason);
    }

    private void detached(ReasonCode reasonCode, String reason) {
        Attachment current = attachment;
        if (current == null) {
            return;
        }
        attachment = null;
        if (current.accepted) {
            subscriptions.presence(this, false);
            context.tell(new BrokerEvent.ClientDisconnected(client, reasonCode, reason));
        } else {
            will = null;
        }
        disconnectedAt = context.now();
        if (expirySeconds == 0 || !persistent) {
            end("its connection ended");
        } else {
            outbound.detach();
            state.write(() -> {});
            queueHead.sweep();
            awaitExpiry();
            awaitWill();
        }
        // last: who sees the count fall knows that everything was handed to the store
        context.counters().connections.decrement();
    }

    private void failed(RuntimeException cause) {
        Attachment current = attachment;
        if (current != null) {
            current.link.close(ReasonCode.UNSPECIFIED_ERROR, "internal error");
            detached(ReasonCode.UNSPECIFIED_ERROR, "internal error: " + cause);
        }
    }

    // ---- time

    private void cancelTimers() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
        if (willDelay != null) {
            willDelay.cancel();
            willDelay = null;
        }
    }

    private void awaitExpiry() {
        if (expirySeconds != SessionRecord.NEVER_EXPIRES) {
            long wait = Math.max(0, disconnectedAt + expirySeconds * 1_000 - context.now());
            expiry = mailbox.loop().schedule(() -> mailbox.post(this::expire), wait);
        }
    }

    private void expire() {
        if (attachment == null && !ended && context.now() >= disconnectedAt + expirySeconds * 1_000) {
            end("it expired");
        }
    }

    private void awaitWill() {
        Will due = will;
        if (due == null || willLeaving) {
            return;
        }
        long wait = Math.max(0, disconnectedAt + due.delaySeconds() * 1_000 - context.now());
        if (wait == 0) {
            fireWill(due);
        } else {
            willDelay = mailbox.loop()
                    .schedule(
                            () -> mailbox.post(() -> {
                                if (attachment == null && !ended && will == due) {
                                    fireWill(due);
                                }
                            }),
                            wait);
        }
    }

    private Publication willPublication(Will due) {
        Publication planned = due.publication();
        long expiresAt = due.expirySeconds() < 0 ? Publication.NEVER : context.now() + due.expirySeconds() * 1_000;
        return new Publication(
                planned.messageId(),
                client,
                planned.topic(),
                planned.qos(),
                planned.retain(),
                planned.payload(),
                expiresAt,
                planned.properties());
    }

    private void publishWill(Publication publication) {
        will = null;
        if (mayPublish(publication)) {
            announce(publication);
            publisher.publish(publication, result -> {});
        }
    }

    private void fireWill(Will due) {
        Publication publication = willPublication(due);
        if (persistent && publication.qos() != Qos.AT_MOST_ONCE && mayPublish(publication)) {
            announce(publication);
            willLeaving = true;
            publisher.release(
                    publication,
                    new StoreOperation.Source.StoredWill(client, publication.messageId()),
                    () -> {
                        will = null;
                        willLeaving = false;
                        state.fence();
                        if (ended) {
                            mailbox.post(this::deleteStored);
                        }
                    },
                    result -> {});
        } else {
            publishWill(publication);
            if (persistent) {
                state.write(() -> {});
            }
        }
    }

    /** Ends the session: its queue, subscriptions and exchanges are gone. */
    void end(String reason) {
        if (ended) {
            return;
        }
        Will due = will;
        if (due != null && !willLeaving && attachment == null) {
            fireWill(due);
        }
        ended = true;
        cancelTimers();
        queueHead.end();
        registry.remove(this);
        subscriptions.clear(this);
        outbound.end();
        registry.usedThrough(log.nextSequence());
        if (persistent && !willLeaving) {
            deleteStored();
        } else if (!persistent && log.usesStore()) {
            log.deleteBelow(log.nextSequence());
        }
        context.counters().sessions.decrement();
        context.tell(new BrokerEvent.SessionEnded(client, reason));
    }

    private void deleteStored() {
        submit(new StoreOperation.DeleteSession(client, incarnation, log.nextSequence()));
    }

    /** Ends it for a successor of the same name; what the successor needs to begin. Nothing of it is deleted here. */
    Succession handOver() {
        Will due = will;
        if (due != null && !willLeaving) {
            // the successor's record replaces the one that holds it, so it leaves like any other message
            publishWill(willPublication(due));
        }
        ended = true;
        queueHead.end();
        cancelTimers();
        registry.usedThrough(log.nextSequence());
        subscriptions.clear(this);
        outbound.end();
        context.counters().sessions.decrement();
        context.tell(new BrokerEvent.SessionEnded(client, "a clean start began a new one"));
        return new Succession(persistent || log.usesStore(), incarnation, log.nextSequence());
    }

    /**
     * What a session leaves to its successor.
     *
     * @param stored whether the store holds anything of it
     * @param next the first sequence number the successor may use
     */
    record Succession(boolean stored, long incarnation, long next) {}

    /** Removes the predecessor from the store, before anything of this session gets there: a crash in between leaves neither. */
    void succeed(Succession previous) {
        if (previous.stored()) {
            submit(new StoreOperation.DeleteSession(client, previous.incarnation(), previous.next()));
        }
    }

    private void submit(StoreOperation operation) {
        context.writer().submit(client, operation);
    }

    // ---- from the client: publications

    /**
     * PUBLISH.
     *
     * @param packetIdentifier 1 to 65,535, or 0 at QoS 0
     */
    public void publish(Publication publication, int packetIdentifier) {
        assert mailbox.isOwner();
        Attachment current = Objects.requireNonNull(attachment);
        context.counters().messagesIn[publication.qos().value()].increment();
        context.counters().payloadBytesIn.add(publication.payload().length);
        boolean allowed = mayPublish(publication);
        switch (publication.qos()) {
            case AT_MOST_ONCE -> {
                if (allowed) {
                    announce(publication);
                    publisher.publish(publication, result -> {});
                }
            }
            case AT_LEAST_ONCE -> publishAtLeastOnce(current, publication, packetIdentifier, allowed);
            case EXACTLY_ONCE -> publishExactlyOnce(current, publication, packetIdentifier, allowed);
        }
        limitReading(current);
    }

    private void announce(Publication publication) {
        context.tell(new BrokerEvent.Published(publication));
    }

    private boolean mayPublish(Publication publication) {
        if (publication.topic().isReserved() && publication.topic().value().startsWith("$SYS")) {
            return false;
        }
        try {
            return context.authorizer().mayPublish(client, userName, publication.topic());
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void publishAtLeastOnce(
            Attachment current, Publication publication, int packetIdentifier, boolean allowed) {
        Acknowledgements.Owed owed = current.acknowledgements.owe(packetIdentifier);
        if (!allowed) {
            current.acknowledgements.settle(owed, ReasonCode.NOT_AUTHORIZED);
            return;
        }
        announce(publication);
        publisher.publish(publication, result -> {
            if (attachment == current) {
                current.acknowledgements.settle(owed, outcome(result));
                limitReading(current);
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
            Attachment current, Publication publication, int packetIdentifier, boolean allowed) {
        InboundQos2.Exchange known = inbound.get(packetIdentifier);
        if (known != null) {
            // [MQTT-4.3.3-10]: the same message again; PUBREC leaves when it is stored, or has left
            if (known.stored) {
                current.link.pubRec(packetIdentifier, ReasonCode.SUCCESS);
            }
            return;
        }
        if (!allowed) {
            current.link.pubRec(packetIdentifier, ReasonCode.NOT_AUTHORIZED);
            return;
        }
        announce(publication);
        InboundQos2.Exchange exchange = inbound.begin(packetIdentifier, publication, !persistent);
        if (!persistent) {
            current.link.pubRec(packetIdentifier, ReasonCode.SUCCESS);
            return;
        }
        Runnable stored = () -> {
            exchange.stored = true;
            Attachment now = attachment;
            if (now != null && now.accepted) {
                now.link.pubRec(packetIdentifier, ReasonCode.SUCCESS);
            }
        };
        context.writer()
                .submit(
                        client,
                        new StoreOperation.PutIncoming(new IncomingRecord(client, packetIdentifier, publication)),
                        answers,
                        stored);
    }

    /** PUBREL: the message goes to its receivers; PUBCOMP leaves when that is durable. */
    public void pubRel(int packetIdentifier) {
        assert mailbox.isOwner();
        Attachment current = Objects.requireNonNull(attachment);
        InboundQos2.Exchange exchange = inbound.get(packetIdentifier);
        if (exchange == null) {
            // after a resumed session it is over already, and PUBCOMP was lost: not an error (MQTT 5.0, 3.7.2.1)
            current.link.pubComp(
                    packetIdentifier, current.resumed ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return;
        }
        if (exchange.released) {
            return;
        }
        exchange.released = true;
        Consumer<Publisher.Result> complete = result -> {
            inbound.end(packetIdentifier, exchange);
            Attachment now = attachment;
            if (now != null && now.accepted) {
                now.link.pubComp(packetIdentifier, ReasonCode.SUCCESS);
                limitReading(now);
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

    /** Pauses reading while the client has its fill of unacknowledged publications, or the broker of unwritten bytes. */
    private void limitReading(Attachment current) {
        int owed = current.acknowledgements.size() + inbound.size();
        int most = context.limits().receiveMaximum();
        if (!current.hasFlowControl) {
            boolean pause = current.paused ? owed > most / 2 : owed >= most;
            if (pause != current.paused) {
                current.paused = pause;
                current.link.pauseReading(pause);
            }
        } else if (owed > most) {
            drop(current, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than " + most + " unacknowledged publications");
            return;
        }
        if (!current.paused
                && context.writer().waitingBytes() > context.limits().memoryBudgetBytes()) {
            current.link.pauseReading(true);
            current.paused = true;
            mailbox.loop().schedule(() -> mailbox.post(() -> endOverloadPause(current)), OVERLOAD_PAUSE_MILLIS);
        }
    }

    private void endOverloadPause(Attachment current) {
        if (attachment == current && current.paused) {
            if (context.writer().waitingBytes() > context.limits().memoryBudgetBytes()) {
                mailbox.loop().schedule(() -> mailbox.post(() -> endOverloadPause(current)), OVERLOAD_PAUSE_MILLIS);
            } else {
                current.paused = false;
                current.link.pauseReading(false);
                limitReading(current);
            }
        }
    }

    // ---- from the client: acknowledgements and subscriptions

    public void pubAck(int packetIdentifier) {
        outbound.pubAck(packetIdentifier);
        progressed();
    }

    public void pubRec(int packetIdentifier, boolean error) {
        outbound.pubRec(packetIdentifier, error);
        progressed();
    }

    public void pubComp(int packetIdentifier) {
        outbound.pubComp(packetIdentifier);
        progressed();
    }

    /** SUBSCRIBE; SUBACK leaves when the change is durable, retained messages follow it. */
    public void subscribe(int packetIdentifier, List<SubscribeItem> items) {
        Attachment current = Objects.requireNonNull(attachment);
        subscriptions.add(items, this, userName, outcome -> {
            if (attachment == current) {
                current.link.subAck(packetIdentifier, outcome.codes());
                outcome.wantRetained().forEach(this::deliverRetained);
            }
        });
    }

    private void deliverRetained(Subscription subscription) {
        int[] identifiers =
                subscription.identifier() == 0 ? QueueRecord.NO_IDENTIFIERS : new int[] {subscription.identifier()};
        for (Publication publication : subscriptions.retainedFor(subscription)) {
            accept(
                    new Delivery(publication, publication.qos().min(subscription.qos()), true, identifiers),
                    Ticket.NONE);
        }
    }

    /** UNSUBSCRIBE; UNSUBACK leaves when the change is durable. */
    public void unsubscribe(int packetIdentifier, List<UnsubscribeItem> items) {
        Attachment current = Objects.requireNonNull(attachment);
        subscriptions.remove(items, this, codes -> {
            if (attachment == current) {
                current.link.unsubAck(packetIdentifier, codes);
            }
        });
    }

    /** A shared group asks whether its new member is there. */
    void announcePresence(TopicFilter filter) {
        Attachment current = attachment;
        registry.groups().presence(filter, this, current != null && current.accepted);
    }

    /** The connection takes more again. */
    public void writable() {
        pump();
    }

    // ---- from publishers

    @Override
    public void deliver(Delivery delivery, Ticket ticket) {
        assert mailbox.isOwner();
        if (ended || subscriptions.wasSentAsRetained(delivery.publication())) {
            ticket.pay(Ticket.Outcome.VOID);
            return;
        }
        accept(delivery, ticket);
    }

    private void accept(Delivery delivery, Ticket ticket) {
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

    private void sendAtMostOnce(Delivery delivery) {
        Attachment current = attachment;
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

    private Ticket.Outcome makeRoom(Delivery delivery) {
        long most = context.limits().maxQueueMessages();
        if (most == 0 || outbound.length() < most) {
            return Ticket.Outcome.SAFE;
        }
        QueuePolicy policy = context.limits().queuePolicy();
        switch (policy) {
            case DROP_OLDEST -> {
                outbound.dropOldest();
                progressed();
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

    @Override
    public void reserve(Delivery delivery, Reservation reservation) {
        assert mailbox.isOwner();
        if (ended || subscriptions.wasSentAsRetained(delivery.publication())) {
            reservation.made(this, null, null, Ticket.Outcome.VOID);
            return;
        }
        Ticket.Outcome refusal = makeRoom(delivery);
        if (refusal != Ticket.Outcome.SAFE) {
            reservation.made(this, null, null, refusal);
            return;
        }
        Entry entry = log.reserve(delivery.template());
        outbound.added();
        reservation.made(this, new StoreOperation.Append(client, entry.record), entry, Ticket.Outcome.SAFE);
    }

    @Override
    public void confirm(Entry entry) {
        assert mailbox.isOwner();
        if (!ended) {
            log.confirmed(entry);
            outbound.pump();
        }
    }

    /** Takes a message of a shared group's queue, to give it back or have it acknowledged; false if it can't be sent now. */
    boolean lend(Delivery delivery, Entry.Loan loan) {
        Attachment current = attachment;
        if (ended || current == null || !current.accepted) {
            return false;
        }
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            sendAtMostOnce(delivery);
            loan.repaid();
            return true;
        }
        if (!log.canBorrow() || !current.link.isWritable()) {
            declined = true;
            return false;
        }
        Entry entry = log.borrow(delivery.template());
        entry.loan = loan;
        outbound.added();
        outbound.pump();
        return true;
    }

    // ---- from the store

    private void confirmed(Entry entry) {
        if (!ended) {
            log.confirmed(entry);
        }
    }

    private void pump() {
        if (!ended) {
            outbound.pump();
            progressed();
        }
    }

    private void progressed() {
        Attachment current = attachment;
        if (declined && current != null && current.accepted && log.canBorrow() && current.link.isWritable()) {
            declined = false;
            subscriptions.presence(this, true);
        }
        if (!ended) {
            queueHead.progressed();
        }
    }

    // ---- seen from outside

    /** How the session stands, for people; read without its thread, and so only nearly exact. */
    public @Nullable String connectedAddress() {
        Attachment current = attachment;
        return current == null ? null : current.link.address();
    }

    public int protocolLevel() {
        return protocolLevel;
    }

    public @Nullable String userName() {
        return userName;
    }
}
