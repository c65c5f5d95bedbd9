package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All sessions by client identifier. Any thread. */
public final class SessionRegistry {

    private final ConcurrentHashMap<ClientId, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicLong freshSequence;
    private final SessionContext context;
    private final SharedGroups groups;

    /** @param loops where sessions without a connection live */
    public SessionRegistry(SessionContext context, List<? extends Loop> loops) {
        this.context = context;
        this.freshSequence = new AtomicLong(context.firstSequence());
        this.groups = new SharedGroups(context, List.copyOf(loops), freshSequence::get, this::usedThrough);
    }

    SharedGroups groups() {
        return groups;
    }

    /** Finds or makes the session for a CONNECT. The request's {@code accepted} or its link hears the outcome. */
    public void connect(ConnectRequest request) {
        // [MQTT-3.1.3-2] [MQTT-3.1.3-2 of 3.1.1]
        Session existing = sessions.get(request.client());
        if (existing == null) {
            Session created = create(request, null);
            existing = sessions.putIfAbsent(request.client(), created);
            if (existing == null) {
                // [MQTT-3.1.2-6] [MQTT-3.2.2-3] [MQTT-3.1.2-4 of 3.1.1] [MQTT-3.2.2-3 of 3.1.1]
                created.mailbox().post(() -> created.start(request));
                return;
            }
            created.discard();
        }
        Session session = existing;
        session.mailbox().post(() -> session.connect(request));
    }

    /** Puts a new session in the place of one that a clean start ends. On the old one's loop. */
    void startOver(Session old, ConnectRequest request) {
        Session.Succession previous = old.handOver();
        Session created = create(request, previous);
        // [MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-3.1.2-6 of 3.1.1] [MQTT-3.2.2-1 of 3.1.1]
        sessions.put(request.client(), created);
        created.mailbox().post(() -> created.start(request));
    }

    private Session create(ConnectRequest request, Session.@Nullable Succession previous) {
        long start = freshSequence.get();
        boolean persistent = request.expirySeconds() > 0;
        SessionRecord record = new SessionRecord(
                request.client(),
                start,
                request.expirySeconds(),
                SessionRecord.CONNECTED,
                start,
                start - 1,
                SessionRecord.NO_RANGES,
                request.will(),
                request.userName(),
                request.protocolLevel());
        Session created = new Session(record, persistent, start, request.link().loop(), context, this);
        created.madeFor(request, previous);
        return created;
    }

    /** Later sessions begin above what this one has used, so that a late deletion can't touch them. */
    void usedThrough(long next) {
        freshSequence.accumulateAndGet(next, Math::max);
    }

    void remove(Session session) {
        sessions.remove(session.client(), session);
    }

    public @Nullable Session get(ClientId client) {
        return sessions.get(client);
    }

    public Collection<Session> all() {
        return sessions.values();
    }

    /** Returns all queues, of sessions and of shared groups. */
    Iterator<ExpirySweeper.Swept> swept() {
        return Stream.<ExpirySweeper.Swept>concat(sessions.values().stream(), groups.all().stream())
                .iterator();
    }

    /** Takes what the store holds. Call {@link Loading#done} when it is all there. */
    public Loading loading(List<? extends Loop> loops) {
        return new Loading(loops);
    }

    /** Builds the sessions while the store is read, before any loop runs them. */
    public final class Loading implements StoreVisitor {

        private final List<? extends Loop> loops;
        private final Set<ClientId> orphans = new HashSet<>();
        private int count;

        private Loading(List<? extends Loop> loops) {
            this.loops = loops;
        }

        @Override
        public void session(SessionRecord record) {
            if (record.client().value().startsWith(io.zanzara.message.TopicFilter.SHARE_PREFIX)) {
                groups.load(record);
                return;
            }
            Loop loop = loops.get(count++ % loops.size());
            sessions.put(
                    record.client(),
                    new Session(record, true, context.firstSequence(), loop, context, SessionRegistry.this));
        }

        @Override
        public void subscription(ClientId client, Subscription subscription) {
            Session session = sessions.get(client);
            if (session == null) {
                orphans.add(client);
            } else {
                context.counters().subscriptions.increment();
                session.load(subscription);
            }
        }

        @Override
        public void incoming(IncomingRecord record) {
            Session session = sessions.get(record.client());
            if (session == null) {
                orphans.add(record.client());
            } else {
                session.load(record);
            }
        }

        @Override
        public void retained(RetainedRecord record) {
            context.retained().load(record);
        }

        /** Starts the sessions' clocks; those whose time is over end. */
        public int done() {
            // left by a session whose end a crash cut short; a new session of that name must not inherit it
            for (ClientId orphan : orphans) {
                StoreOperation end = new StoreOperation.DeleteSession(orphan, Long.MAX_VALUE, context.firstSequence());
                context.writer().submit(orphan, end);
            }
            if (context.limits().boundsQueues()) {
                sessions.values().forEach(Session::countBacklog);
                groups.countBacklog();
            }
            sessions.values().forEach(session -> session.mailbox().post(session::resume));
            groups.loaded();
            return sessions.size();
        }
    }
}
