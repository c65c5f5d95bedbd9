package io.zanzara.session;

import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a shared group and whose turn it is. At QoS 0 and 1 a message is lent to a member that is online: it stays in this queue until the
 * member's client has acknowledged it, and comes back to the front if the member goes first. At QoS 2 a message moves into the queue of a
 * persistent member, atomically, and stays with it [MQTT-4.8.2-4] [MQTT-4.8.2-5]. Runs on the loop of its mailbox.
 */
final class SharedGroup implements Recipient, Eviction.Queue, ExpirySweep.Queue, ExpirySweeper.Swept {

    private static final int LENT_AT_MOST = 64;

    /** What of the log is done with is so for good; what was sent is no longer in it. */
    private static final long NOTHING_SENT = -1;

    private final ClientId name;
    private final SessionContext context;
    private final SharedGroups groups;
    private final Mailbox mailbox;
    private final MessageLog log;
    private final QueueLimit limit;
    private final ExpirySweep expirySweep;
    private final SessionState state;
    private final QueueHead queueHead;
    private final long incarnation;
    private final PendingWrite.Owner answers;
    private final List<Member> members = new ArrayList<>();
    private final TreeMap<Long, Entry> out = new TreeMap<>();
    private final TreeMap<Long, Entry> returned = new TreeMap<>();
    private final ArrayDeque<Move> moves = new ArrayDeque<>();
    private int turn;
    private boolean ended;

    /** One subscriber of the group. */
    private static final class Member {
        final Session session;
        Subscription subscription;
        boolean ready;
        int lent;

        Member(Session session, Subscription subscription) {
            this.session = session;
            this.subscription = subscription;
        }
    }

    /** A message on its way into a member's queue. */
    private static final class Move {
        @Nullable
        Runnable answered;
    }

    static SessionRecord newRecord(ClientId name, long start) {
        return new SessionRecord(
                name,
                start,
                SessionRecord.NEVER_EXPIRES,
                SessionRecord.CONNECTED,
                start,
                start - 1,
                SessionRecord.NO_RANGES,
                null,
                null,
                5);
    }

    SharedGroup(SessionRecord record, Loop loop, SessionContext context, SharedGroups groups) {
        this.name = record.client();
        this.context = context;
        this.groups = groups;
        this.incarnation = record.incarnation();
        this.mailbox = new Mailbox(loop, cause -> {});
        this.answers = new StoreAnswers(mailbox, this::confirmed, this::pump);
        this.log = new MessageLog(
                record,
                context,
                mailbox,
                answers,
                this::pump,
                true,
                Math.max(context.firstSequence(), record.incarnation()),
                record.incarnation(), // what a kill kept from being deleted goes with the first deletion
                this::found);
        this.limit = new QueueLimit(name, context);
        if (context.limits().boundsQueues()) {
            limit.evictBy(new Eviction(name, context, mailbox, log, () -> NOTHING_SENT, this));
        }
        this.expirySweep = new ExpirySweep(name, context, mailbox, answers, log, () -> NOTHING_SENT, this);
        this.state = new SessionState(name, context.writer(), answers, this::toRecord);
        this.queueHead = new QueueHead(log, state, mailbox, this::head, true, record.head());
        log.open();
    }

    private SessionRecord toRecord() {
        return new SessionRecord(
                name,
                incarnation,
                SessionRecord.NEVER_EXPIRES,
                SessionRecord.CONNECTED,
                head(),
                head() - 1,
                log.acknowledged().toPairs(),
                null,
                null,
                5);
    }

    private long head() {
        long head = log.firstWaiting();
        head = out.isEmpty() ? head : Math.min(head, out.firstKey());
        return returned.isEmpty() ? head : Math.min(head, returned.firstKey());
    }

    @Override
    public ClientId client() {
        return name;
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    void begin() {
        state.write(() -> {});
    }

    long nextSequence() {
        return log.nextSequence();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    // ---- members

    void join(Session session, Subscription subscription) {
        if (ended) {
            // it ended while this member was on its way
            groups.join(subscription, session);
            return;
        }
        Member known = find(session);
        if (known == null) {
            Member member = new Member(session, subscription);
            members.add(member);
            ask(session);
        } else {
            known.subscription = subscription;
        }
        pump();
    }

    /** Asks a member whether it takes messages; by the time it answers, all that was on its way there has come back. */
    void ask(Session session) {
        Member member = find(session);
        if (member != null) {
            member.ready = false;
            TopicFilter filter = member.subscription.filter();
            session.mailbox().post(() -> session.groups().answered(filter));
        }
    }

    void leave(Session session) {
        members.removeIf(member -> member.session == session);
        if (members.isEmpty()) {
            retireIfEmpty();
        } else {
            pump();
        }
    }

    void retireIfEmpty() {
        if (members.isEmpty() && !ended) {
            groups.retire(this, this::end);
        }
    }

    private void end() {
        ended = true;
        queueHead.end();
        limit.end();
        for (Entry entry : log.drain()) {
            log.cancel(entry);
            entry.pay(Ticket.Outcome.VOID);
        }
        for (Entry entry : out.values()) {
            log.cancel(entry);
            entry.pay(Ticket.Outcome.VOID);
        }
        for (Entry entry : returned.values()) {
            log.cancel(entry);
            entry.pay(Ticket.Outcome.VOID);
        }
        long next = log.nextSequence();
        context.writer().submit(name, new StoreOperation.DeleteSession(name, incarnation, next, log.storedBelow(next)));
    }

    void presence(Session session, boolean online) {
        Member member = find(session);
        if (member != null) {
            member.ready = online;
            pump();
            if (!online) {
                queueHead.sweep();
            }
        }
    }

    private @Nullable Member find(Session session) {
        for (Member member : members) {
            if (member.session == session) {
                return member;
            }
        }
        return null;
    }

    // ---- messages in

    @Override
    public void deliver(Delivery delivery, Ticket ticket) {
        if (ended) {
            ticket.pay(Ticket.Outcome.VOID);
        } else if (delivery.qos() == Qos.AT_MOST_ONCE) {
            Member member = next();
            if (member != null) {
                Session session = member.session;
                TopicFilter filter = member.subscription.filter();
                int[] identifiers = identifiers(member);
                Delivery copy = new Delivery(delivery.publication(), Qos.AT_MOST_ONCE, delivery.retain(), identifiers);
                session.mailbox().post(() -> session.groups().sendAtMostOnce(filter, copy));
            }
            ticket.pay(Ticket.Outcome.SAFE);
        } else {
            limit.admit(delivery, outcome -> {
                if (outcome == Ticket.Outcome.SAFE) {
                    limit.entered(log.append(delivery.template(), ticket).record);
                    pump();
                } else {
                    ticket.pay(outcome);
                }
            });
        }
    }

    @Override
    public void reserve(Delivery delivery, Reservation reservation) {
        if (ended) {
            reservation.made(this, null, null, Ticket.Outcome.VOID);
            return;
        }
        limit.admit(delivery, outcome -> {
            if (outcome == Ticket.Outcome.SAFE) {
                Entry entry = log.reserve(delivery.template());
                limit.entered(entry.record);
                reservation.made(this, new StoreOperation.Append(name, entry.record), entry, outcome);
            } else {
                reservation.made(this, null, null, outcome);
            }
        });
    }

    // ---- its limits

    /** Counts what waits, where a limit on the queue asks for an exact number; before anything runs. */
    void countBacklog() {
        log.countBacklog(NOTHING_SENT);
    }

    private void found(QueueSize size) {
        limit.found(size);
    }

    @Override
    public void evict(Entry entry) {
        finish(entry, Ticket.Outcome.VOID);
        rememberDropped(entry.sequence());
    }

    @Override
    public void evicted(long sequence, Qos qos, long bytes) {
        limit.left(bytes);
        rememberDropped(sequence);
    }

    private void rememberDropped(long sequence) {
        long head = head();
        log.forgetBelow(head);
        if (sequence > head) {
            state.write(() -> {});
        }
        queueHead.progressed();
    }

    @Override
    public void roomMade() {
        limit.roomMade();
    }

    // ---- what expires while no member is there

    @Override
    public boolean mayHaveExpired() {
        return expirySweep.isDue();
    }

    @Override
    public void sweepExpired(Runnable done) {
        if (ended) {
            done.run();
        } else {
            expirySweep.run(done);
        }
    }

    @Override
    public boolean isIdle() {
        return members.stream().noneMatch(member -> member.ready);
    }

    @Override
    public void expired(Entry entry) {
        finish(entry, Ticket.Outcome.SAFE);
    }

    @Override
    public void expired(long bytes) {
        limit.left(bytes);
    }

    @Override
    public void swept() {
        if (!ended) {
            queueHead.progressed();
        }
    }

    @Override
    public void confirm(Entry entry) {
        confirmed(entry);
        pump();
    }

    private void confirmed(Entry entry) {
        if (!ended) {
            log.confirmed(entry);
        }
    }

    // ---- messages out

    private void pump() {
        while (!ended) {
            boolean again = !returned.isEmpty();
            Entry entry = again ? returned.firstEntry().getValue() : log.peek(NOTHING_SENT);
            if (entry == null || entry.held) {
                break;
            }
            Member member = next();
            if (member == null) {
                break;
            }
            // [MQTT-4.8.2-3]
            Qos qos = entry.record.qos().min(member.subscription.qos());
            boolean moves = qos == Qos.EXACTLY_ONCE && member.session.isPersistent();
            if (moves && !entry.durable) {
                break;
            }
            if (again) {
                returned.pollFirstEntry();
            } else {
                log.take();
            }
            if (context.hasExpired(entry.record.publication())) {
                context.dropped(name, entry.record.publication(), entry.record.qos(), DropReason.EXPIRED);
                finish(entry);
                continue;
            }
            out.put(entry.sequence(), entry);
            member.lent++;
            if (moves) {
                move(entry, member);
            } else {
                lend(entry, member, qos);
            }
        }
        queueHead.progressed();
    }

    private @Nullable Member next() {
        for (int i = 0; i < members.size(); i++) {
            turn = (turn + 1) % members.size();
            Member member = members.get(turn);
            if (member.ready && member.lent < LENT_AT_MOST) {
                return member;
            }
        }
        return null;
    }

    private static int[] identifiers(Member member) {
        int identifier = member.subscription.identifier();
        return identifier == 0 ? QueueRecord.NO_IDENTIFIERS : new int[] {identifier};
    }

    private Delivery delivery(Entry entry, Member member, Qos qos) {
        Publication publication = entry.record.publication();
        boolean retain = publication.retain() && member.subscription.retainAsPublished();
        return new Delivery(publication, qos, retain, identifiers(member));
    }

    private void lend(Entry entry, Member member, Qos qos) {
        Session session = member.session;
        TopicFilter filter = member.subscription.filter();
        Delivery delivery = delivery(entry, member, qos);
        Entry.Loan loan = new Entry.Loan() {
            @Override
            public TopicFilter filter() {
                return filter;
            }

            @Override
            public void repaid() {
                // [MQTT-4.8.2-6]
                mailbox.post(() -> {
                    member.lent--;
                    finish(entry);
                    pump();
                });
            }

            @Override
            public void returned() {
                mailbox.post(() -> takeBack(entry, member));
            }
        };
        session.mailbox().post(() -> {
            if (!session.groups().lend(filter, delivery, loan)) {
                mailbox.post(() -> {
                    member.ready = false;
                    takeBack(entry, member);
                });
            }
        });
    }

    private void takeBack(Entry entry, Member member) {
        member.lent--;
        out.remove(entry.sequence());
        returned.put(entry.sequence(), entry);
        pump();
    }

    private void move(Entry entry, Member member) {
        Delivery delivery = delivery(entry, member, Qos.EXACTLY_ONCE);
        Session session = member.session;
        TopicFilter filter = member.subscription.filter();
        Move move = new Move();
        moves.add(move);
        Reservation reservation = (recipient, copy, place, outcome) -> mailbox.post(() -> {
            if (copy == null || place == null) {
                member.ready = false;
                move.answered = () -> takeBack(entry, member);
            } else {
                move.answered = () -> settle(entry, member, copy, () -> recipient.confirm(place));
            }
            settleInOrder();
        });
        session.mailbox().post(() -> session.groups().reserve(filter, delivery, reservation));
    }

    /** Members answer in any order. Were a later message stored first, a kill could hand an earlier one to the same member after it. */
    private void settleInOrder() {
        Runnable answered;
        while (!moves.isEmpty() && (answered = moves.element().answered) != null) {
            moves.remove();
            answered.run();
        }
    }

    private void settle(Entry entry, Member member, StoreOperation.Append copy, Runnable confirmation) {
        StoreOperation.Source source = new StoreOperation.Source.Queued(
                name, entry.sequence(), entry.record.publication().messageId());
        Runnable moved = () -> {
            member.session.mailbox().post(confirmation);
            member.lent--;
            finish(entry);
            pump();
        };
        context.writer().submit(name, new StoreOperation.Release(source, List.of(copy), null), answers, moved);
    }

    private void finish(Entry entry) {
        finish(entry, Ticket.Outcome.SAFE);
    }

    private void finish(Entry entry, Ticket.Outcome outcome) {
        out.remove(entry.sequence());
        if (ended) {
            return;
        }
        if (!log.cancel(entry)) {
            log.acknowledge(entry.sequence(), head());
        }
        limit.left(entry.record.bytes());
        entry.pay(outcome);
    }
}
