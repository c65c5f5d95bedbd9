package io.zanzara.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.access.Authorizer;
import io.zanzara.access.Limits;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.Counters;
import io.zanzara.message.ClientId;
import io.zanzara.message.MessageIds;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.routing.RetainedMessages;
import io.zanzara.routing.TopicTrie;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreReader;
import io.zanzara.store.StoreWriter;
import io.zanzara.store.memory.MemoryStore;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session with neither a client nor anything to do is at rest; what it knew is there again when somebody comes. */
final class AtRestTest {

    private static final ClientId CLIENT = new ClientId("c");
    private static final TopicFilter FILTER = TopicFilter.parse("a/+");
    private static final Will WILL = new Will(message("w", Qos.AT_LEAST_ONCE, 1), 3_600, -1);

    private final MemoryStore store = opened();
    private final StoreWriter writer = new StoreWriter(store, new Counters(), new StoreWriter.Monitor() {
        @Override
        public void availability(boolean available, String detail) {}

        @Override
        public void failed(StoreException cause) {}
    });
    private final StoreReader reader = new StoreReader(store);
    private final ThreadLoop loop = new ThreadLoop();
    private final SessionContext context = new SessionContext(
            writer,
            reader,
            new TopicTrie(),
            new RetainedMessages(),
            Limits.DEFAULTS,
            Authorizer.PERMIT_ALL,
            event -> {},
            new Counters(),
            System::currentTimeMillis,
            new MessageIds(1L << 40),
            1L << 40);
    private final SessionRegistry registry = new SessionRegistry(context, List.of(loop));

    @AfterEach
    void stop() {
        loop.thread.shutdownNow();
        writer.close(1_000);
        reader.close();
    }

    @Test
    void itRestsWhenItsClientHasGoneAndIsThereAgainWhenTheClientComesBack() {
        Link first = connect(null);
        subscribe(first, FILTER);
        assertThat(rests()).isFalse();
        leave(first);
        awaitRest();

        publish("a/1", Qos.AT_LEAST_ONCE);
        await().until(() -> !rests());
        Link second = connect(null);
        await().until(() -> second.received.size() == 1);
        assertThat(second.present).isTrue();
        publish("a/2", Qos.EXACTLY_ONCE);
        publish("a/3", Qos.AT_MOST_ONCE);
        await().until(() -> second.received.size() == 3);
        assertThat(second.received).containsExactlyInAnyOrder("a/1 1", "a/2 2", "a/3 0");

        leave(second);
        await().during(100, TimeUnit.MILLISECONDS).until(() -> !rests()); // they wait for it
        Link third = connect(null);
        await().until(() -> third.received.size() == 2);
        assertThat(third.received).containsExactly("a/1 1", "a/2 2");
        fromClient(third, () -> session().pubAck(1));
        fromClient(third, () -> session().pubRec(2, false));
        fromClient(third, () -> session().pubComp(2));
        leave(third);
        awaitRest();

        Link last = connect(null);
        publish("a/4", Qos.AT_LEAST_ONCE);
        await().until(() -> last.received.contains("a/4 3"));
        assertThat(last.received).containsExactly("a/4 3");
    }

    @Test
    void aMessageThatNobodyKeepsDoesNotWakeIt() {
        Link first = connect(null);
        subscribe(first, FILTER);
        leave(first);
        awaitRest();

        publish("a/1", Qos.AT_MOST_ONCE);

        assertThat(rests()).isTrue();
    }

    @Test
    void itDoesNotRestWithAWillToSend() {
        Link link = connect(WILL);
        fromClient(link, () -> session().connectionLost(ReasonCode.UNSPECIFIED_ERROR, "gone"));
        await().during(100, TimeUnit.MILLISECONDS).until(() -> !rests());
    }

    @Test
    void itDoesNotRestWithAnExchangeOfItsClientsOpen() {
        Link link = connect(null);
        fromClient(link, () -> session().publish(message("x", Qos.EXACTLY_ONCE, 7), 7, false, null));
        leave(link);
        await().during(100, TimeUnit.MILLISECONDS).until(() -> !rests());
    }

    @Test
    void itDoesNotRestAsAMemberOfASharedGroup() {
        Link link = connect(null);
        subscribe(link, TopicFilter.parse("$share/g/a"));
        leave(link);
        await().during(100, TimeUnit.MILLISECONDS).until(() -> !rests());
    }

    @Test
    void oneThatWasLoadedRestsUntilAMessageComesAndThenHasWhatTheStoreHeld() {
        SessionRegistry.Loading loading = registry.loading(List.of(loop));
        loading.session(new SessionRecord(
                CLIENT, 5, SessionRecord.NEVER_EXPIRES, 1, 5, 4, SessionRecord.NO_RANGES, null, null, 4));
        store.commit(
                0,
                List.of(new StoreOperation.Append(
                        CLIENT,
                        new QueueRecord(
                                6,
                                message("a/old", Qos.AT_LEAST_ONCE, 3),
                                Qos.AT_LEAST_ONCE,
                                false,
                                QueueRecord.NO_IDENTIFIERS))));
        loading.subscription(CLIENT, Subscription.of(FILTER, Qos.EXACTLY_ONCE));
        loading.done();
        assertThat(rests()).isTrue();
        assertThat(session().mayHaveExpired()).isTrue();

        publish("a/new", Qos.AT_LEAST_ONCE);
        await().until(() -> !rests());
        Link link = connect(null);
        await().until(() -> link.received.size() == 2);
        assertThat(link.received.get(0)).startsWith("a/old");
        assertThat(link.received.get(1)).startsWith("a/new");
    }

    @Test
    void oneThatWasLoadedWithAnEmptyQueueStillRestsWhenTheSweepHasLookedIntoIt() {
        SessionRegistry.Loading loading = registry.loading(List.of(loop));
        loading.session(new SessionRecord(
                CLIENT, 5, SessionRecord.NEVER_EXPIRES, 1, 5, 4, SessionRecord.NO_RANGES, null, null, 4));
        loading.done();
        assertThat(session().mayHaveExpired()).isTrue();

        AtomicLong swept = new AtomicLong();
        session().mailbox().post(() -> session().sweepExpired(swept::incrementAndGet));
        await().until(() -> swept.get() == 1);

        assertThat(rests()).isTrue();
        assertThat(session().mayHaveExpired()).isFalse();
    }

    @Test
    void oneThatWasLoadedWithAnEmptyQueueStillRestsWhenItsBacklogWasCounted() {
        SessionRegistry.Loading loading = registry.loading(List.of(loop));
        loading.session(new SessionRecord(
                CLIENT, 5, SessionRecord.NEVER_EXPIRES, 1, 5, 4, SessionRecord.NO_RANGES, null, null, 4));

        session().countBacklog();

        assertThat(session().isAtRest()).isTrue();
        assertThat(session().mayHaveExpired()).isFalse();
    }

    private static MemoryStore opened() {
        MemoryStore store = new MemoryStore();
        store.open();
        return store;
    }

    private Session session() {
        return Objects.requireNonNull(registry.get(CLIENT));
    }

    private boolean rests() {
        return onLoop(session()::isAtRest);
    }

    private void awaitRest() {
        await().until(this::rests);
    }

    private <T> T onLoop(Callable<T> question) {
        try {
            return loop.thread.submit(question).get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Link connect(@Nullable Will will) {
        Link link = new Link(loop);
        registry.connect(new ConnectRequest(
                CLIENT,
                link,
                4,
                false,
                SessionRecord.NEVER_EXPIRES,
                100,
                will,
                null,
                new BrokerEvent.Asked(false, 0, will, null),
                session -> {}));
        await().until(() -> link.connected);
        return link;
    }

    private void fromClient(Link link, Runnable command) {
        onLoop(() -> {
            session().fromClient(link, command);
            return true;
        });
    }

    private void subscribe(Link link, TopicFilter filter) {
        SubscribeItem item =
                new SubscribeItem(filter.toString(), Subscription.of(filter, Qos.EXACTLY_ONCE), ReasonCode.SUCCESS);
        fromClient(link, () -> session().subscribe(1, List.of(item)));
        await().until(() -> link.subscribed);
    }

    private void leave(Link link) {
        fromClient(link, () -> session().disconnect(false, -1));
    }

    private void publish(String topic, Qos qos) {
        Publication publication = message(topic, qos, context.messageIds().next());
        context.subscriptions().match(publication.topic(), new ClientId("p"), match -> {
            Session session = (Session) match.subscriber();
            Delivery delivery = new Delivery(publication, qos, false, QueueRecord.NO_IDENTIFIERS);
            session.mailbox().post(() -> session.deliver(delivery, Ticket.NONE));
        });
    }

    private static Publication message(String topic, Qos qos, long id) {
        return new Publication(
                id,
                new ClientId("p"),
                new Topic(topic),
                qos,
                false,
                new byte[1],
                Publication.NEVER,
                PublicationProperties.NONE);
    }

    /** A loop on a thread of its own. */
    private static final class ThreadLoop implements Loop {
        final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

        @Override
        public void execute(Runnable task) {
            thread.execute(task);
        }

        @Override
        public Timer schedule(Runnable task, long delayMillis) {
            Future<?> future = thread.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        }
    }

    /** A client that takes everything and says nothing by itself. */
    private static final class Link implements ClientLink {
        final List<String> received = new CopyOnWriteArrayList<>();
        volatile boolean connected;
        volatile boolean present;
        volatile boolean subscribed;
        private final Loop loop;

        Link(Loop loop) {
            this.loop = loop;
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public String address() {
            return "here";
        }

        @Override
        public void connected(boolean sessionPresent, long sessionExpirySeconds) {
            present = sessionPresent;
            connected = true;
        }

        @Override
        public void refuse(ReasonCode reasonCode, String reason) {}

        @Override
        public boolean publish(
                Publication publication,
                Qos qos,
                boolean dup,
                boolean retain,
                int packetIdentifier,
                int[] subscriptionIdentifiers) {
            received.add(publication.topic().value() + " " + packetIdentifier);
            return true;
        }

        @Override
        public void pubAck(int packetIdentifier, ReasonCode reasonCode) {}

        @Override
        public void pubRec(int packetIdentifier, ReasonCode reasonCode) {}

        @Override
        public void pubRel(int packetIdentifier, ReasonCode reasonCode) {}

        @Override
        public void pubComp(int packetIdentifier, ReasonCode reasonCode) {}

        @Override
        public void subAck(int packetIdentifier, List<ReasonCode> reasonCodes) {
            subscribed = true;
        }

        @Override
        public void unsubAck(int packetIdentifier, List<ReasonCode> reasonCodes) {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public boolean isOverflowing() {
            return false;
        }

        @Override
        public void pauseReading(boolean pause) {}

        @Override
        public void close(ReasonCode reasonCode, String reason) {}
    }
}
