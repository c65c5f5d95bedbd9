package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends a session's queue to its client, in order, with at most a window of messages unacknowledged. A message's packet identifier follows from
 * its sequence number, so no write is needed to remember it; while that identifier is in flight, the sender waits. After a reconnect the log is
 * read again from its head: what was sent goes out first, with DUP, under its first identifier. Owner only.
 */
final class Outbound {

    private static final int SENT_AHEAD = 1_000;
    private static final int COMPLETE_KEPT = 1_000;
    private static final Map<Integer, Long> NONE = Collections.emptyMap(); // until there is one

    private final ClientId client;
    private final Rights rights;
    private final SessionContext context;
    private final MessageLog log;
    private final SessionState state;
    private final boolean durable;
    private final QueueLimit limit;
    private final InFlight inFlight = new InFlight();

    /**
     * QoS 2 messages that are complete, by packet identifier, as long as the stored head is not above them: until then a reconnect or a restart
     * sends PUBREL once more under the identifier, which must not have come to mean another message by then.
     */
    private Map<Integer, Long> complete = NONE;

    private boolean forgetting;
    private @Nullable ClientLink link;
    private int window;
    private long sentMark;
    private long sentThrough;
    private long sentThroughDurable;

    Outbound(
            Rights rights,
            SessionContext context,
            MessageLog log,
            SessionState state,
            QueueLimit limit,
            boolean durable,
            long sentThrough) {
        this.client = rights.client();
        this.rights = rights;
        this.context = context;
        this.log = log;
        this.state = state;
        this.limit = limit;
        this.durable = durable;
        this.sentMark = sentThrough;
        this.sentThrough = sentThrough;
        this.sentThroughDurable = sentThrough;
    }

    long sentThrough() {
        return sentThrough;
    }

    long sentMark() {
        return sentMark;
    }

    /** The lowest message that is not done. */
    long head() {
        Entry first = inFlight.first();
        return first == null ? log.firstWaiting() : first.sequence();
    }

    /** Counts messages of an earlier start of the broker, as they turn out to be there. */
    void found(QueueSize size) {
        limit.found(size);
        context.counters().queued.add(size.messages());
    }

    /** Counts a message that was added to the log. */
    void added(Entry entry) {
        limit.entered(entry.record);
        context.counters().queued.increment();
    }

    void attach(ClientLink newLink, int newWindow) {
        link = newLink;
        window = newWindow;
        log.open();
        pump();
    }

    /** The connection ended: what is in flight will be sent again from the log. */
    void detach() {
        link = null;
        // nothing is sent without a connection, so the exact mark can be kept: what waits now will not carry DUP
        sentThrough = sentMark;
        sentThroughDurable = sentMark;
        long head = head();
        List<Entry> sent = new ArrayList<>(inFlight.size());
        inFlight.forEach(entry -> {
            Entry.Loan loan = entry.loan;
            if (loan == null) {
                sent.add(entry);
            } else {
                loan.returned();
                settled(entry.record.bytes());
            }
        });
        context.counters().inFlight.add(-inFlight.size());
        inFlight.forEach(log.memory()::fliesNoMore);
        inFlight.clear();
        returnLoans(null);
        log.park(sent, head);
    }

    /** What a shared group has lent, or all of them have (null), and was not sent goes back. */
    void returnLoans(@Nullable TopicFilter group) {
        for (Entry entry : log.takeLoans(group)) {
            Objects.requireNonNull(entry.loan).returned();
            settled(entry.record.bytes());
        }
    }

    /** Sends what may be sent now. */
    void pump() {
        ClientLink to = link;
        while (to != null && mayGoOn() && !log.memory().isFlightFull() && to.isWritable()) {
            // [MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT-4.6.0-5 of 3.1.1] [MQTT-4.6.0-6 of 3.1.1]
            Entry entry = log.peek(sentMark);
            // [MQTT-3.3.4-10]: what follows a PUBREC waits for no room in the window
            if (entry == null || entry.held || !(entry.received || hasRoom()) || !maySend(entry)) {
                return;
            }
            log.take();
            send(to, entry);
            to = link;
        }
    }

    private boolean hasRoom() {
        // [MQTT-3.3.4-9] [MQTT-4.9.0-2]
        return inFlight.size() < window;
    }

    /** Whether what comes next may go out; after a reconnect that may be a PUBREL. */
    private boolean mayGoOn() {
        return hasRoom() || log.firstWaiting() <= sentMark;
    }

    private boolean maySend(Entry entry) {
        // [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1] [MQTT-2.3.1-4 of 3.1.1] [MQTT-4.3.2-1 of 3.1.1]
        // [MQTT-4.3.3-1 of 3.1.1]
        if (inFlight.contains(entry.packetIdentifier())) {
            return false;
        }
        boolean exactlyOnce = entry.record.qos() == Qos.EXACTLY_ONCE;
        Long before = exactlyOnce ? complete.get(entry.packetIdentifier()) : null;
        if (before != null && before != entry.sequence()) {
            forgetComplete(before);
            return false;
        }
        if (durable && entry.loan == null && entry.sequence() > sentThrough) {
            sentThrough = entry.sequence() + SENT_AHEAD;
            long raised = sentThrough;
            state.write(() -> {
                if (sentThrough >= raised) {
                    sentThroughDurable = raised;
                    pump();
                }
            });
        }
        return !exactlyOnce
                || entry.loan != null
                || (entry.durable && (!durable || entry.sequence() <= sentThroughDurable));
    }

    private void send(ClientLink to, Entry entry) {
        QueueRecord record = entry.record;
        Publication publication = record.publication();
        // [MQTT-4.3.3-5] [MQTT-4.3.3-6] [MQTT-4.3.3-1 of 3.1.1]
        if (entry.received) {
            flies(entry);
            to.pubRel(entry.packetIdentifier(), ReasonCode.SUCCESS);
            return;
        }
        // [MQTT-3.3.1-1] [MQTT-3.3.1-3] [MQTT-4.3.2-2] [MQTT-4.3.3-2] [MQTT-3.3.1-1 of 3.1.1]
        // [MQTT-3.3.1-3 of 3.1.1] [MQTT-4.3.2-1 of 3.1.1]
        boolean again = entry.sequence() <= sentMark;
        // [MQTT-3.3.2-5] [MQTT-4.3.3-7]
        if (!again && context.hasExpired(publication)) {
            drop(entry, DropReason.EXPIRED);
            return;
        }
        if (isDoubtful(entry, again) && !rights.mayStillReceive(publication)) {
            drop(entry, DropReason.NOT_AUTHORIZED);
            return;
        }
        sentMark = Math.max(sentMark, entry.sequence());
        boolean fits = to.publish(
                publication,
                record.qos(),
                again,
                record.retain(),
                entry.packetIdentifier(),
                record.subscriptionIdentifiers());
        // [MQTT-3.1.2-25]
        if (!fits) {
            drop(entry, DropReason.TOO_LARGE);
            return;
        }
        // [MQTT-4.3.2-3] [MQTT-4.3.3-3] [MQTT-4.3.2-1 of 3.1.1] [MQTT-4.3.3-1 of 3.1.1]
        flies(entry);
    }

    /**
     * Whether to ask if the client may still have a message. What was sent before is only said to be: after a kill up to a page of others is
     * taken for it, too. So at QoS 1 it is asked about; a QoS 2 exchange that may have begun is finished.
     */
    private static boolean isDoubtful(Entry entry, boolean again) {
        // a group lends to those only who may have its messages
        return entry.loan == null && !(again && entry.record.qos() == Qos.EXACTLY_ONCE);
    }

    private void flies(Entry entry) {
        inFlight.add(entry);
        log.memory().flies(entry);
        context.counters().inFlight.increment();
    }

    /** A message goes that was never sent, to make room. */
    void evict(Entry entry) {
        done(entry, Ticket.Outcome.VOID);
        rememberDropped(entry.sequence());
    }

    /** A message that was only in the store has expired there. */
    void expired(long bytes) {
        settled(bytes);
    }

    /** The same for one that is only in the store. */
    void evicted(long sequence, Qos qos, long bytes) {
        settled(bytes);
        deleteAboveHead(sequence, qos);
        rememberDropped(sequence);
    }

    private void rememberDropped(long sequence) {
        long head = head();
        log.forgetBelow(head);
        if (durable && sequence > head) {
            state.write(() -> {}); // the store keeps it until all below it is done with
        }
    }

    /** A message leaves the queue without having been delivered. */
    void drop(Entry entry, DropReason reason) {
        QueueRecord record = entry.record;
        context.dropped(client, record.publication(), record.qos(), reason);
        done(entry, Ticket.Outcome.VOID);
    }

    void pubAck(int packetIdentifier) {
        Entry entry = inFlight.get(packetIdentifier);
        if (entry != null && entry.record.qos() == Qos.AT_LEAST_ONCE) {
            remove(packetIdentifier);
            // [MQTT-4.4.0-2]
            delivered(entry, packetIdentifier);
            done(entry, Ticket.Outcome.SAFE);
        }
        pump();
    }

    /** @param error the client refuses the message: its part of the exchange ends here [MQTT-4.4.0-2] */
    void pubRec(int packetIdentifier, boolean error) {
        Entry entry = inFlight.get(packetIdentifier);
        ClientLink to = link;
        if (to == null) {
            return;
        }
        if (entry == null || entry.record.qos() != Qos.EXACTLY_ONCE) {
            if (!error) {
                to.pubRel(packetIdentifier, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            }
        } else if (error) {
            remove(packetIdentifier);
            drop(entry, DropReason.REFUSED_BY_CLIENT);
            pump();
        } else if (entry.received || !durable || entry.loan != null) {
            entry.received = true;
            to.pubRel(packetIdentifier, ReasonCode.SUCCESS);
        } else {
            entry.received = true;
            log.acknowledged().add(entry.sequence());
            state.write(() -> {
                if (link == to && inFlight.contains(packetIdentifier)) {
                    // [MQTT-2.2.1-5] [MQTT-4.3.3-4] [MQTT-4.6.0-4] [MQTT-2.3.1-6 of 3.1.1]
                    // [MQTT-4.3.3-1 of 3.1.1] [MQTT-4.6.0-4 of 3.1.1]
                    to.pubRel(packetIdentifier, ReasonCode.SUCCESS);
                }
            });
        }
    }

    void pubComp(int packetIdentifier) {
        Entry entry = inFlight.get(packetIdentifier);
        if (entry != null && entry.received) {
            remove(packetIdentifier);
            if (durable && entry.loan == null) {
                if (complete == NONE) {
                    complete = new HashMap<>();
                }
                complete.put(packetIdentifier, entry.sequence());
                if (complete.size() > COMPLETE_KEPT) {
                    forgetComplete(entry.sequence());
                }
            }
            delivered(entry, packetIdentifier);
            done(entry, Ticket.Outcome.SAFE);
        }
        pump();
    }

    /** Makes a complete message's packet identifier free: has a head above it stored. If it is above the head, its deletion is under way. */
    private void forgetComplete(long sequence) {
        long head = head();
        if (!forgetting && head > sequence) {
            forgetting = true;
            state.write(() -> {
                forgetting = false;
                complete.values().removeIf(done -> done < head);
                pump();
            });
        }
    }

    /**
     * A QoS 2 message is over while older ones are not: it goes from the store at once, because a restart would take what is marked above the
     * head for received only, and say PUBREL for it.
     */
    private void deleteAboveHead(long sequence, Qos qos) {
        if (durable && qos == Qos.EXACTLY_ONCE && sequence > head()) {
            log.delete(sequence, () -> {
                complete.values().removeIf(done -> done == sequence);
                pump();
            });
        }
    }

    private void remove(int packetIdentifier) {
        Entry entry = inFlight.remove(packetIdentifier);
        if (entry != null) {
            log.memory().fliesNoMore(entry);
            context.counters().inFlight.decrement();
        }
    }

    private void delivered(Entry entry, int packetIdentifier) {
        context.tell(new BrokerEvent.Delivered(
                client, rights.userName(), entry.record.publication(), entry.record.qos(), packetIdentifier));
    }

    private void done(Entry entry, Ticket.Outcome outcome) {
        Entry.Loan loan = entry.loan;
        if (loan != null) {
            loan.repaid();
        } else if (!log.cancel(entry) && durable) {
            log.acknowledge(entry.sequence(), head());
            deleteAboveHead(entry.sequence(), entry.record.qos());
        }
        entry.pay(outcome);
        settled(entry.record.bytes());
    }

    private void settled(long bytes) {
        limit.left(bytes);
        context.counters().queued.decrement();
    }

    /** The session ends: nothing more is owed. */
    void end() {
        link = null;
        returnLoans(null);
        inFlight.forEach(entry -> {
            Entry.Loan loan = entry.loan;
            if (loan != null) {
                if (entry.record.qos() == Qos.EXACTLY_ONCE) {
                    loan.repaid();
                } else {
                    loan.returned();
                }
            }
            log.cancel(entry);
            entry.pay(Ticket.Outcome.VOID);
        });
        for (Entry entry : log.drain()) {
            log.cancel(entry);
            entry.pay(Ticket.Outcome.VOID);
        }
        context.counters().inFlight.add(-inFlight.size());
        inFlight.forEach(log.memory()::fliesNoMore);
        context.counters().queued.add(-limit.messages());
        inFlight.clear();
    }
}
