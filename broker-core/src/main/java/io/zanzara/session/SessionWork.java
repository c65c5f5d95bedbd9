package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.SessionRecord;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts that do a session's work. They are there while it has a client or something to do; otherwise the session is {@link AtRest}. Owner
 * only.
 */
final class SessionWork {

    final Rights rights;
    final MessageLog log;
    final SessionState state;
    final QueueLimit limit;
    final Outbound outbound;
    final QueueHead queueHead;
    final Admission admission;
    final ExpirySweep expirySweep;
    final GroupMembership groups;
    final Subscriptions subscriptions;
    final InboundPublications inbound;
    final LastWill will;

    SessionWork(Session session, AtRest from, SessionContext context, SharedGroups sharedGroups) {
        SessionRecord record = from.record;
        ClientId client = record.client();
        boolean persistent = session.isPersistent();
        Mailbox mailbox = session.mailbox();
        Runnable pump = session::pump;
        Supplier<@Nullable Attachment> attached = session::attachment;
        PendingWrite.Owner answers = new StoreAnswers(mailbox, session::confirmed, pump);
        rights = new Rights(client, context, record.userName(), from.doubtedThrough);
        log = new MessageLog(
                record, context, mailbox, answers, pump, persistent, from.next, from.deletedBelow, session::found);
        state = new SessionState(client, context.writer(), answers, session::toRecord);
        limit = new QueueLimit(client, context);
        outbound = new Outbound(rights, context, log, state, limit, persistent, record.sentThrough());
        queueHead = new QueueHead(log, state, mailbox, outbound::head, persistent, record.head());
        admission = new Admission(client, context, log, outbound, limit, persistent, attached, session::progressed);
        LongSupplier sentMark = outbound::sentMark;
        if (context.limits().boundsQueues()) {
            limit.evictBy(new Eviction(client, context, mailbox, log, sentMark, admission));
        }
        expirySweep = new ExpirySweep(client, context, mailbox, answers, log, sentMark, admission);
        groups = new GroupMembership(session, sharedGroups, log, outbound, admission, limit, attached);
        subscriptions = new Subscriptions(rights, context, groups, admission, answers, persistent);
        from.subscriptions().forEach(subscriptions::resume);
        Publisher publisher = new Publisher(client, context, mailbox, answers);
        inbound = new InboundPublications(
                rights, context, mailbox, answers, publisher, persistent, attached, session::overrun);
        will = new LastWill(rights, context, mailbox, publisher, state, persistent);
        will.set(record.will());
    }

    /** Whether nothing is left to do, as long as the session has no client. */
    boolean isIdle() {
        return log.isEmpty()
                && limit.isEmpty()
                && queueHead.isIdle()
                && state.isIdle()
                && expirySweep.isIdle()
                && groups.isEmpty()
                && inbound.isIdle()
                && will.isIdle();
    }

    /** Returns what is to be kept while it is idle. */
    AtRest toRest(SessionRecord record) {
        long next = log.nextSequence();
        return new AtRest(record, next, next, rights.doubtedThrough(), subscriptions.all());
    }
}
