package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteQueue;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's session: its connections and its end. The parts that do its work ({@link InboundPublications}, {@link Admission},
 * {@link Outbound}, {@link Subscriptions}, {@link LastWill}) are in its {@link SessionWork}, which goes when there is neither a client nor anything
 * to do, and is made again when there is. The session outlives connections; what dies with a connection is in its {@link Attachment}.
 * Plain single-threaded code: everything runs on the loop of its mailbox. A clean start makes a new {@code Session}; the old one has ended and
 * pays what still reaches it as void.
 */
public final class Session implements Recipient, ExpirySweeper.Swept {

    private static final long STORE_WAIT_MILLIS = 5_000;

    private final ClientId client;
    private final SessionContext context;
    private final SessionRegistry registry;
    private final Mailbox mailbox;
    private final boolean persistent;
    private final long incarnation;
    private long expirySeconds;
    private long disconnectedAt;
    private int protocolLevel;
    private boolean ended;
    private @Nullable ConnectRequest moving;
    private @Nullable Succession inherited;
    private boolean fresh;
    private @Nullable Attachment attachment;
    private Loop.@Nullable Timer expiry;

    // one of these two is there
    private @Nullable SessionWork work;
    private @Nullable AtRest rest;

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
        this.persistent = persistent;
        this.incarnation = record.incarnation();
        this.expirySeconds = record.expirySeconds();
        this.disconnectedAt = record.disconnectedAt();
        this.protocolLevel = record.protocolLevel();
        this.rest = new AtRest(record, next);
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

    /** The parts that do its work; made, if it was at rest. */
    private SessionWork work() {
        SessionWork present = work;
        if (present == null) {
            present = new SessionWork(this, Objects.requireNonNull(rest), context, registry.groups());
            work = present;
            rest = null;
        }
        return present;
    }

    /** Lets them go when they have nothing to do. The last act of a command. */
    private void restIfIdle() {
        SessionWork present = work;
        if (present != null && persistent && attachment == null && moving == null && !ended && present.isIdle()) {
            rest = present.toRest(toRecord());
            work = null;
        }
    }

    boolean isAtRest() {
        return work == null;
    }

    GroupMembership groups() {
        return work().groups;
    }

    @Nullable
    Attachment attachment() {
        return attachment;
    }

    SessionRecord toRecord() {
        SessionWork present = work();
        return new SessionRecord(
                client,
                incarnation,
                expirySeconds,
                disconnectedAt,
                present.outbound.head(),
                present.outbound.sentThrough(),
                present.log.acknowledged().toPairs(),
                present.will.message(),
                present.rights.userName(),
                protocolLevel);
    }

    void found(QueueSize size) {
        work().outbound.found(size);
    }

    /** Another thread has made the same session first. */
    void discard() {
        context.counters().sessions.decrement();
    }

    // ---- what the store holds, before anything runs

    /** Counts what waits, where a limit on the queue asks for an exact number; before anything runs. */
    void countBacklog() {
        AtRest resting = rest;
        if (resting != null) {
            QueueSize all = context.reader().measureQueue(client, resting.record.head(), resting.next - 1);
            resting.empty = all.messages() == 0;
            if (resting.empty) {
                return;
            }
        }
        work().log.countBacklog(work().outbound.sentMark());
    }

    void load(Subscription subscription) {
        AtRest resting = rest;
        if (resting == null || subscription.filter().isShared()) {
            work().subscriptions.load(subscription, this);
        } else {
            resting.load(subscription);
            context.subscriptions().put(subscription, this);
        }
    }

    void load(IncomingRecord record) {
        work().inbound.load(record);
    }

    /** The broker has loaded everything: time goes on. */
    void resume() {
        if (disconnectedAt == SessionRecord.CONNECTED) {
            // The connection ended with the broker; its time counts from the restart.
            disconnectedAt = context.now();
            work().state.write(() -> {});
        }
        AtRest resting = rest;
        if (resting == null) {
            work().rights.doubt();
        } else {
            resting.doubtedThrough = context.messageIds().next();
        }
        awaitExpiry();
        if (resting == null || resting.record.will() != null) {
            work().will.schedule(disconnectedAt);
        }
    }

    // ---- connections

    /**
     * Says for whom this session is made, before anybody else can know it.
     *
     * @param previous what the session left that this one replaces, or null
     */
    void madeFor(ConnectRequest request, @Nullable Succession previous) {
        moving = request;
        inherited = previous;
        fresh = true;
    }

    /** Serves the one it was made for, unless another has been quicker. */
    void start(ConnectRequest request) {
        inherit();
        attach(request, false);
    }

    /** A client wants this session, or its name. */
    void connect(ConnectRequest request) {
        assert mailbox.isOwner();
        boolean expired = hasExpired(); // a timer may be late
        if (!ended && !expired && !work().rights.admit(request.userName())) {
            refuse(request, ReasonCode.NOT_AUTHORIZED, "the session belongs to another user");
            restIfIdle();
            return;
        }
        inherit();
        if (attachment != null) {
            // [MQTT-3.1.4-3] [MQTT-3.1.4-2 of 3.1.1]
            drop(
                    attachment,
                    ReasonCode.SESSION_TAKEN_OVER,
                    "the session was taken over by " + request.link().address());
        }
        overtaken(); // else it could be served by a session that a clean start has ended meanwhile
        cancelTimers();
        // [MQTT-3.1.2-4] [MQTT-3.1.4-4] [MQTT-3.1.2-6 of 3.1.1] [MQTT-3.1.4-3 of 3.1.1]
        boolean startsOver = request.cleanStart() || !persistent || expired;
        LastWill will = work().will;
        if (startsOver && !ended) {
            will.fire();
        }
        will.whenGone(() -> admit(request, startsOver));
    }

    private void admit(ConnectRequest request, boolean startsOver) {
        if (ended) {
            registry.connect(request);
        } else if (startsOver) {
            registry.startOver(this, request);
        } else {
            // [MQTT-3.1.2-5] [MQTT-3.2.2-3] [MQTT-3.1.2-4 of 3.1.1] [MQTT-3.2.2-2 of 3.1.1]
            begin(request);
            mailbox.moveTo(request.link().loop());
        }
    }

    /** Serves the connection as soon as the session has arrived on its loop. */
    private void begin(ConnectRequest request) {
        overtaken();
        moving = request;
        boolean present = !fresh;
        mailbox.post(() -> attach(request, present));
    }

    /** The connection that was about to be served is not: another one has come since. */
    private void overtaken() {
        ConnectRequest earlier = moving;
        if (earlier != null) {
            moving = null;
            refuse(earlier, ReasonCode.SESSION_TAKEN_OVER, "another connection was quicker");
        }
    }

    private static void refuse(ConnectRequest request, ReasonCode reasonCode, String reason) {
        ClientLink link = request.link();
        link.loop().execute(() -> link.refuse(reasonCode, reason));
    }

    /** Begins to serve a connection; CONNACK leaves when the session is durable. */
    private void attach(ConnectRequest request, boolean present) {
        assert mailbox.isOwner();
        if (moving != request) {
            return;
        }
        moving = null;
        // [MQTT-3.1.3-9]
        cancelTimers();
        expirySeconds = request.expirySeconds();
        disconnectedAt = SessionRecord.CONNECTED;
        SessionWork parts = work();
        parts.rights.connected(request.userName(), request.link().address());
        if (present) {
            parts.subscriptions.recheck(); // in the store before the record that CONNACK waits for
        }
        // [MQTT-3.1.2-7] [MQTT-3.1.2-8 of 3.1.1]
        parts.will.set(request.will());
        protocolLevel = request.protocolLevel();
        Attachment current = new Attachment(request.link(), request.userName(), protocolLevel == 5, parts.inbound);
        attachment = current;
        context.counters().connections.increment();
        if (!persistent) {
            accept(current, request, present);
            return;
        }
        Loop.Timer patience = mailbox.loop().schedule(() -> mailbox.post(() -> giveUp(current)), STORE_WAIT_MILLIS);
        parts.state.fence();
        parts.state.write(() -> {
            patience.cancel();
            if (attachment == current) {
                accept(current, request, present);
            }
        });
    }

    private void giveUp(Attachment waiting) {
        if (attachment == waiting && !waiting.accepted) {
            waiting.link.refuse(ReasonCode.SERVER_UNAVAILABLE, "the store does not answer");
            detached(ReasonCode.SERVER_UNAVAILABLE, "the store does not answer");
        }
    }

    private void accept(Attachment current, ConnectRequest request, boolean present) {
        current.accepted = true;
        fresh = false;
        current.resumed = present;
        // [MQTT-3.1.4-5] [MQTT-3.2.0-1] [MQTT-3.1.4-4 of 3.1.1] [MQTT-3.2.0-1 of 3.1.1]
        current.link.connected(present, expirySeconds);
        context.tell(new BrokerEvent.ClientConnected(
                client, current.link.address(), protocolLevel, present, current.userName, request.asked()));
        request.accepted().session(this);
        // [MQTT-4.9.0-1]
        SessionWork parts = work();
        parts.outbound.attach(
                current.link, Math.min(request.window(), context.limits().inflightWindow()));
        parts.groups.online();
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
            // [MQTT-3.1.2-10] [MQTT-3.14.4-3] [MQTT-3.1.2-10 of 3.1.1] [MQTT-3.14.4-3 of 3.1.1]
            work().will.discard();
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

    /** Ends the session and its connection, if it has one. Any thread. */
    public void end(ReasonCode reasonCode, String reason) {
        mailbox.post(() -> {
            Attachment current = attachment;
            if (current != null) {
                drop(current, reasonCode, reason);
            }
            overtaken();
            if (!ended) {
                end(reason);
            }
        });
    }

    /** Asks again whether the client may have what it has subscribed to. Any thread. */
    public void recheckSubscriptions() {
        mailbox.post(() -> {
            if (!ended) {
                work().subscriptions.recheck();
                restIfIdle();
            }
        });
    }

    void overrun(Attachment current) {
        String reason = "more than " + context.limits().receiveMaximum() + " unacknowledged publications";
        drop(current, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, reason);
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
        SessionWork parts = work();
        if (current.accepted) {
            parts.groups.offline();
            context.tell(new BrokerEvent.ClientDisconnected(
                    client, current.userName, current.link.address(), reasonCode, reason));
        } else {
            parts.will.discard();
        }
        disconnectedAt = context.now();
        // [MQTT-3.1.2-23] [MQTT-3.1.2-4 of 3.1.1] [MQTT-3.1.2-6 of 3.1.1] [MQTT-4.1.0-1 of 3.1.1]
        if (expirySeconds == 0 || !persistent) {
            end("its connection ended");
        } else {
            parts.outbound.detach();
            parts.state.write(() -> {});
            parts.queueHead.sweep();
            awaitExpiry();
            parts.will.schedule(disconnectedAt);
        }
        // last: who sees the count fall knows that everything was handed to the store
        context.counters().connections.decrement();
    }

    private void failed(RuntimeException cause) {
        // [MQTT-4.8.0-2 of 3.1.1]
        context.tell(new BrokerEvent.SessionFailed(client, cause));
        Attachment current = attachment;
        if (current != null) {
            current.link.close(ReasonCode.UNSPECIFIED_ERROR, "internal error");
            detached(ReasonCode.UNSPECIFIED_ERROR, "internal error: " + cause);
        }
    }

    // ---- its end

    private void cancelTimers() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
        if (work != null) {
            work.will.cancelTimer();
        }
    }

    private void awaitExpiry() {
        if (expirySeconds != SessionRecord.NEVER_EXPIRES) {
            long wait = Math.max(0, disconnectedAt + expirySeconds * 1_000 - context.now());
            expiry = mailbox.loop().schedule(() -> mailbox.post(this::expire), wait);
        }
    }

    private void expire() {
        // [MQTT-4.1.0-1] [MQTT-4.1.0-2] [MQTT-4.1.0-1 of 3.1.1] [MQTT-4.1.0-2 of 3.1.1]
        if (hasExpired()) {
            end("it expired");
        }
    }

    private boolean hasExpired() {
        return attachment == null
                && moving == null
                && !ended
                && disconnectedAt != SessionRecord.CONNECTED
                && expirySeconds != SessionRecord.NEVER_EXPIRES
                && context.now() >= disconnectedAt + expirySeconds * 1_000;
    }

    /** Ends the session: its queue, subscriptions and exchanges are gone, its will is published [MQTT-3.1.2-8]. */
    private void end(String reason) {
        LastWill will = work().will;
        will.fire();
        will.whenGone(() -> {
            if (attachment == null && !ended) {
                Succession left = close(reason);
                registry.remove(this);
                if (persistent) {
                    delete(left);
                } else if (left.stored()) {
                    work().log.deleteBelow(left.next(), () -> {});
                }
            }
        });
    }

    private Succession close(String reason) {
        ended = true;
        cancelTimers();
        SessionWork parts = work();
        parts.queueHead.end();
        registry.usedThrough(parts.log.nextSequence());
        // [MQTT-3.1.2-7 of 3.1.1] and no retained messages
        parts.subscriptions.clear();
        parts.outbound.end();
        parts.limit.end();
        context.counters().sessions.decrement();
        context.tell(new BrokerEvent.SessionEnded(client, reason));
        long next = parts.log.nextSequence();
        DeleteQueue queue = inherited == null ? parts.log.storedBelow(next) : new DeleteQueue(client, next);
        return new Succession(persistent || parts.log.usesStore(), incarnation, next, queue);
    }

    /** Ends it for a successor of the same name; what the successor needs to begin. Nothing of it is deleted here. */
    Succession handOver() {
        overtaken(); // [MQTT-3.1.4-3] [MQTT-3.1.4-2 of 3.1.1]
        return close("a clean start began a new one");
    }

    /**
     * What a session leaves to its successor.
     *
     * @param stored whether the store holds anything of it
     * @param next the first sequence number the successor may use
     * @param queue what may be stored of its queue
     */
    record Succession(boolean stored, long incarnation, long next, DeleteQueue queue) {}

    /** Removes the predecessor from the store, before anything of this session gets there: a crash in between leaves neither. */
    private void inherit() {
        Succession previous = inherited;
        inherited = null;
        if (previous != null && previous.stored()) {
            delete(previous);
        }
    }

    private void delete(Succession left) {
        context.writer()
                .submit(
                        client,
                        new StoreOperation.DeleteSession(client, left.incarnation(), left.next(), left.queue()));
    }

    // ---- from the client

    /**
     * PUBLISH.
     *
     * @param packetIdentifier 1 to 65,535, or 0 at QoS 0
     * @param dup whether the client says that it may have sent it before
     * @param refusal what the acknowledgement is to say if it can't be accepted, or null
     */
    public void publish(Publication publication, int packetIdentifier, boolean dup, @Nullable ReasonCode refusal) {
        assert mailbox.isOwner();
        work().inbound.publish(Objects.requireNonNull(attachment), publication, packetIdentifier, dup, refusal);
    }

    /** PUBREL: the message goes to its receivers; PUBCOMP leaves when that is durable. */
    public void pubRel(int packetIdentifier) {
        assert mailbox.isOwner();
        work().inbound.pubRel(Objects.requireNonNull(attachment), packetIdentifier);
    }

    public void pubAck(int packetIdentifier) {
        work().outbound.pubAck(packetIdentifier);
        progressed();
    }

    public void pubRec(int packetIdentifier, boolean error) {
        work().outbound.pubRec(packetIdentifier, error);
        progressed();
    }

    public void pubComp(int packetIdentifier) {
        work().outbound.pubComp(packetIdentifier);
        progressed();
    }

    /** SUBSCRIBE; SUBACK leaves when the change is durable, retained messages follow it. */
    public void subscribe(int packetIdentifier, List<SubscribeItem> items) {
        Attachment current = Objects.requireNonNull(attachment);
        Subscriptions subscriptions = work().subscriptions;
        subscriptions.add(items, this, outcome -> {
            if (attachment == current) {
                // [MQTT-2.2.1-6] [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-2.3.1-7 of 3.1.1] [MQTT-3.8.4-1 of 3.1.1]
                // [MQTT-3.8.4-2 of 3.1.1]
                current.link.subAck(packetIdentifier, outcome.codes());
                outcome.wantRetained().forEach(subscriptions::deliverRetained);
            }
        });
    }

    /** UNSUBSCRIBE; UNSUBACK leaves when the change is durable. */
    public void unsubscribe(int packetIdentifier, List<UnsubscribeItem> items) {
        Attachment current = Objects.requireNonNull(attachment);
        work().subscriptions.remove(items, codes -> {
            if (attachment == current) {
                // [MQTT-2.2.1-6] [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-2.3.1-7 of 3.1.1]
                // [MQTT-3.10.4-4 of 3.1.1] [MQTT-3.10.4-5 of 3.1.1]
                current.link.unsubAck(packetIdentifier, codes);
            }
        });
    }

    /** The connection takes more again. */
    public void writable() {
        pump();
    }

    // ---- from publishers

    @Override
    public void deliver(Delivery delivery, Ticket ticket) {
        assert mailbox.isOwner();
        if (ended) {
            ticket.pay(Ticket.Outcome.VOID);
            return;
        }
        if (attachment == null && delivery.qos() == Qos.AT_MOST_ONCE) {
            ticket.pay(Ticket.Outcome.SAFE); // there is nobody to send it to
            return;
        }
        if (work().subscriptions.wasSentAsRetained(delivery.publication())) {
            ticket.pay(Ticket.Outcome.VOID);
            return;
        }
        work().admission.accept(delivery, ticket);
    }

    @Override
    public void reserve(Delivery delivery, Reservation reservation) {
        assert mailbox.isOwner();
        if (ended || work().subscriptions.wasSentAsRetained(delivery.publication())) {
            reservation.made(this, null, null, Ticket.Outcome.VOID);
            return;
        }
        work().admission.reserve(this, delivery, reservation);
    }

    @Override
    public void confirm(Entry entry) {
        assert mailbox.isOwner();
        if (!ended && work != null) {
            work.log.confirmed(entry);
            work.outbound.pump();
        }
    }

    @Override
    public boolean mayHaveExpired() {
        SessionWork present = work;
        AtRest resting = rest;
        return persistent
                && attachment == null
                && (present != null ? present.expirySweep.isDue() : resting != null && !resting.empty);
    }

    @Override
    public void sweepExpired(Runnable done) {
        AtRest resting = rest;
        if (ended || moving != null) {
            done.run();
        } else if (resting == null) {
            work().expirySweep.run(() -> {
                restIfIdle();
                done.run();
            });
        } else {
            lookForMessages(resting, done);
        }
    }

    /** After a start nobody knows yet whose queues are empty, as most are: those need not be swept. */
    private void lookForMessages(AtRest resting, Runnable done) {
        context.reader()
                .readQueue(
                        client,
                        resting.record.head(),
                        resting.next - 1,
                        1,
                        1,
                        page -> mailbox.post(() -> {
                            if (page.isEmpty()) {
                                resting.empty = true;
                                done.run();
                            } else {
                                work();
                                sweepExpired(done);
                            }
                        }));
    }

    // ---- from the store

    void confirmed(Entry entry) {
        if (!ended && work != null) {
            work.log.confirmed(entry);
        }
    }

    /** Something has come of what was asked of the store. */
    void pump() {
        if (!ended && work != null) {
            work.outbound.pump();
            progressed();
            restIfIdle();
        }
    }

    void progressed() {
        if (!ended && work != null) {
            work.groups.progressed();
            work.queueHead.progressed();
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
        SessionWork present = work;
        AtRest resting = rest;
        return present != null ? present.rights.userName() : resting == null ? null : resting.record.userName();
    }
}
