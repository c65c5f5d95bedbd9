package io.zanzara.store.mongo;

import static io.zanzara.store.mongo.Messages.CLIENT;
import static io.zanzara.store.mongo.Messages.OTHER;
import static io.zanzara.store.mongo.Messages.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.event.ConnectionPoolClearedEvent;
import com.mongodb.event.ConnectionPoolListener;
import io.zanzara.message.ClientId;
import io.zanzara.message.Will;
import io.zanzara.mongod.Mongod;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/** For MongoDB only: a server goes away and comes back while the broker runs. */
class MongoOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** More than the first part of a query's answer has, which are 101 documents. */
    private static final int MANY = 150;

    private static final List<StoreOperation> MANY_INCOMING =
            upTo(MANY, number -> new PutIncoming(new IncomingRecord(CLIENT, number, Messages.publication(number))));

    /** One more than there are: therefore it is looked up which are there. */
    private static final List<StoreOperation> MANY_RELEASES = upTo(
            MANY + 1,
            number -> new Release(
                    new Source.Incoming(CLIENT, number, number), List.of(append(CLIENT, number, number)), null));

    @Test
    void nothingIsLostOrDoubledWhenTheServerIsKilledAmidCommits() throws Exception {
        try (Mongod mongod = Mongod.start();
                MongoStore store = MongoStore.connect(impatient(mongod))) {
            store.open();
            AtomicInteger committed = new AtomicInteger();
            AtomicInteger failures = new AtomicInteger();
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                while (!enough.get()) {
                    commitUntilDone(store, batch(committed.get()), failures);
                    committed.incrementAndGet();
                }
            });
            for (int outage = 0; outage < 3; outage++) {
                int seen = committed.get();
                await().atMost(PATIENCE).until(() -> committed.get() > seen + 20 || writing.isDone());
                mongod.kill();
                int failed = failures.get();
                await().atMost(PATIENCE).until(() -> failures.get() > failed || writing.isDone());
                mongod.restart();
            }
            int seen = committed.get();
            await().atMost(PATIENCE).until(() -> committed.get() > seen || writing.isDone());
            enough.set(true);
            writing.get();

            long last = 10L * committed.get();
            assertThat(messageIds(store, CLIENT)).isEqualTo(upTo(last));
            assertThat(messageIds(store, OTHER)).isEqualTo(upTo(last));
        }
    }

    /** Half of the messages go straight into the queues, half come as QoS 2 and are released in the next batch's company. */
    private static List<StoreOperation> batch(int number) {
        List<StoreOperation> batch = new ArrayList<>();
        long first = 10L * number + 1;
        for (long id = first; id < first + 9; id++) {
            batch.add(append(CLIENT, id, id));
            batch.add(append(OTHER, id, id));
        }
        long released = first + 9;
        batch.add(new PutIncoming(new IncomingRecord(CLIENT, 1, Messages.publication(released))));
        batch.add(new Release(
                new Source.Incoming(CLIENT, 1, released),
                List.of(append(CLIENT, released, released), append(OTHER, released, released)),
                null));
        return batch;
    }

    private static void commitUntilDone(MongoStore store, List<StoreOperation> batch, AtomicInteger failures) {
        while (true) {
            try {
                store.commit(0, batch);
                return;
            } catch (StoreException failure) {
                if (!failure.isRetryable()) {
                    throw failure;
                }
                failures.incrementAndGet();
            }
        }
    }

    /** The broker's lease runs out meanwhile, but nobody else has taken it. */
    @Test
    void aFrozenServerIsNoticedAndWaitedFor() {
        try (Mongod mongod = Mongod.start();
                MongoClient client = MongoClients.create(impatient(mongod));
                MongoStore store = MongoStore.withLease(client, "frozen", Duration.ofSeconds(2))) {
            store.open();
            mongod.freeze();
            try {
                assertRetryable(() -> store.commit(0, List.of(append(CLIENT, 1, 1))));
                assertRetryable(() -> store.readQueue(CLIENT, 0, 1, 1, 1));
                assertRetryable(store::probe);
            } finally {
                mongod.thaw();
            }
            commitUntilDone(store, List.of(append(CLIENT, 1, 1)), new AtomicInteger());
            assertThat(messageIds(store, CLIENT)).containsExactly(1L);
            store.probe();
        }
    }

    /** The batch has been carried out, but only the primary has it; when it is repeated there is nothing left to write. */
    @Test
    void aRepetitionThatFindsEverythingDoneWaitsForAMajorityAllTheSame() {
        Will will = new Will(Messages.publication(70), 0, -1);
        List<StoreOperation> fired =
                List.of(new Release(new Source.StoredWill(CLIENT, 70), List.of(append(CLIENT, 1, 70)), null));
        List<BsonDocument> commands = new CopyOnWriteArrayList<>();
        try (Mongod mongod = Mongod.start();
                MongoClient client = MongoClients.create(MongoClientSettings.builder()
                        .applyConnectionString(new ConnectionString(impatient(mongod)))
                        .addCommandListener(writesTo(commands))
                        .build());
                MongoStore store = MongoStore.withLease(client, "unsure", Duration.ofMinutes(10))) {
            store.open();
            store.commit(0, List.of(Messages.session(CLIENT, 1, 1, will)));
            mongod.admin(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: {times: 1}, data:"
                    + " {failCommands: ['delete'], writeConcernError: {code: 64, errmsg: 'no majority yet'}}}"));
            assertRetryable(() -> store.commit(0, fired));
            commands.clear();
            store.commit(0, fired);
            assertThat(commands)
                    .isNotEmpty()
                    .allSatisfy(command -> assertThat(command.getDocument("writeConcern")
                                    .getString("w")
                                    .getValue())
                            .isEqualTo("majority"));
            assertThat(messageIds(store, CLIENT)).containsExactly(70L);
        }
    }

    /** The driver repeats no part of a query but the first; that of a large release comes in several. */
    @Test
    void aServerThatForgetsAQueryIsAskedAgain() {
        try (Mongod mongod = Mongod.start();
                MongoStore store = MongoStore.connect(impatient(mongod))) {
            store.open();
            store.commit(0, MANY_INCOMING);
            mongod.admin(BsonDocument.parse("{configureFailPoint: 'failCommand', mode: {times: 1}, data:"
                    + " {failCommands: ['getMore'], errorCode: 43}}"));
            assertRetryable(() -> store.commit(0, MANY_RELEASES));
            store.commit(0, MANY_RELEASES);
            assertThat(messageIds(store, CLIENT)).isEqualTo(upTo(MANY));
        }
    }

    /** Whatever clears the driver's connections, a query that has been answered in part is refused another one. */
    @Test
    void aServerThatIsLostWithinAQueryIsWaitedFor() {
        CompletableFuture<Void> cleared = new CompletableFuture<>();
        try (Mongod mongod = Mongod.start();
                MongoClient client = MongoClients.create(MongoClientSettings.builder()
                        .applyConnectionString(new ConnectionString(impatient(mongod)))
                        .applyToConnectionPoolSettings(pool -> pool.addConnectionPoolListener(whenCleared(cleared)))
                        .addCommandListener(afterFirstQuery(() -> {
                            mongod.kill();
                            cleared.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                    .join();
                        }))
                        .build());
                MongoStore store = MongoStore.withLease(client, "within", Duration.ofMinutes(10))) {
            store.open();
            store.commit(0, MANY_INCOMING);
            assertThatThrownBy(() -> store.commit(0, MANY_RELEASES))
                    .hasCauseInstanceOf(MongoConnectionPoolClearedException.class)
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.isRetryable()).isTrue());
            mongod.restart();
            commitUntilDone(store, MANY_RELEASES, new AtomicInteger());
            assertThat(messageIds(store, CLIENT)).isEqualTo(upTo(MANY));
        }
    }

    private static ConnectionPoolListener whenCleared(CompletableFuture<Void> cleared) {
        return new ConnectionPoolListener() {
            @Override
            public void connectionPoolCleared(ConnectionPoolClearedEvent event) {
                cleared.complete(null);
            }
        };
    }

    /** Runs something once, when the first part of a query of {@code incoming} has been answered. */
    private static CommandListener afterFirstQuery(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return new CommandListener() {
            @Override
            public void commandSucceeded(CommandSucceededEvent event) {
                if (!event.getCommandName().equals("find")) {
                    return;
                }
                BsonDocument cursor = event.getResponse().getDocument("cursor");
                if (cursor.getString("ns").getValue().endsWith(".incoming")
                        && !cursor.getArray("firstBatch").isEmpty()
                        && done.compareAndSet(false, true)) {
                    action.run();
                }
            }
        };
    }

    private static CommandListener writesTo(List<BsonDocument> commands) {
        return new CommandListener() {
            @Override
            public void commandStarted(CommandStartedEvent event) {
                if (event.getCommand().containsKey("writeConcern")) {
                    commands.add(event.getCommand().clone());
                }
            }
        };
    }

    private static void assertRetryable(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isRetryable()).isTrue());
    }

    private static String impatient(Mongod mongod) {
        return mongod.freshUri() + "&serverSelectionTimeoutMS=500&socketTimeoutMS=1000&heartbeatFrequencyMS=500";
    }

    private static List<Long> messageIds(MongoStore store, ClientId client) {
        return store.readQueue(client, 0, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE).stream()
                .map(QueueRecord::publication)
                .map(publication -> publication.messageId())
                .toList();
    }

    private static List<StoreOperation> upTo(int last, IntFunction<StoreOperation> operation) {
        return IntStream.rangeClosed(1, last).mapToObj(operation).toList();
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
