package io.zanzara.store.mongo;

import static io.zanzara.store.mongo.Messages.CLIENT;
import static io.zanzara.store.mongo.Messages.OTHER;
import static io.zanzara.store.mongo.Messages.append;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.UpdateOptions;
import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.mongod.Mongod;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import io.zanzara.store.StoreVisitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * For MongoDB only: elsewhere a batch is atomic. Here the server refuses everything after the n-th write, for each n, and the broker never
 * repeats its batch, as if it had crashed there.
 */
class MongoCrashTest {

    private static final ClientId GROUP = new ClientId("$share/group/test");
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int WRITE_CONFLICT = 112; // one that the driver does not retry
    private static final int MORE_WRITES_THAN_ANY_BATCH = 30;

    private static Mongod mongod;

    private final List<StoreOperation> before = List.of(
            Messages.session(CLIENT, 1, 1, new Will(Messages.publication(70), 0, -1)),
            Messages.session(OTHER, 1, 1, null),
            Messages.session(GROUP, 1, 1, null),
            new PutSubscription(CLIENT, Subscription.of(TopicFilter.parse("a"), Qos.AT_LEAST_ONCE)),
            new PutSubscription(CLIENT, Subscription.of(TopicFilter.parse("b"), Qos.AT_LEAST_ONCE)),
            new PutIncoming(new IncomingRecord(CLIENT, 7, Messages.publication(71))),
            append(CLIENT, 2, 60),
            append(GROUP, 3, 72));

    @BeforeAll
    static void start() {
        mongod = Mongod.start();
    }

    @AfterAll
    static void end() {
        mongod.close();
    }

    @Test
    void anIncomingMessageIsReleasedAsAWholeOrNotAtAll() {
        assertWholeOrNotAtAll(new Release(
                new Source.Incoming(CLIENT, 7, 71), copies(71), new RetainedRecord(new Topic("a"), 9, null)));
    }

    @Test
    void aWillIsFiredAsAWholeOrNotAtAll() {
        assertWholeOrNotAtAll(new Release(
                new Source.StoredWill(CLIENT, 70),
                copies(70),
                new RetainedRecord(new Topic("a"), 9, Messages.publication(70))));
    }

    /** What is fired may differ from what was stored, and a release may have several messages. */
    @Test
    void messagesOfTheirOwnAreReleasedToo() {
        List<StoreOperation.Append> copies = List.of(append(CLIENT, 10, 80), append(OTHER, 11, 81));
        assertWholeOrNotAtAll(new Release(
                new Source.StoredWill(CLIENT, 70),
                copies,
                new RetainedRecord(new Topic("a"), 9, Messages.publication(80))));
        assertWholeOrNotAtAll(new Release(new Source.Incoming(CLIENT, 7, 71), copies, null));
    }

    @Test
    void aMessageOfAGroupIsTakenOverAsAWholeOrNotAtAll() {
        assertWholeOrNotAtAll(new Release(new Source.Queued(GROUP, 3, 72), copies(72), null));
    }

    @Test
    void aSessionEndsAsAWholeOrNotAtAll() {
        assertWholeOrNotAtAll(new DeleteSession(CLIENT, 1, 100));
    }

    @Test
    void anUnfinishedReleaseSparesSessionsThatHaveEndedOrAreFurther() {
        String uri = mongod.freshUri();
        committed(uri, before);
        committed(
                uri,
                List.of(
                        Messages.session(CLIENT, 1, 11, null), // past the copy with number 10
                        new DeleteSession(OTHER, 1, 12)));
        try (MongoClient client = MongoClients.create(uri)) {
            String plan = "{$set: {plan: {copies: ["
                    + "{client: 'cli_sub', seq: NumberLong(10), qos: 2, retain: false},"
                    + "{client: 'cli2_sub', seq: NumberLong(11), qos: 2, retain: false},"
                    + "{client: '$share/group/test', seq: NumberLong(12), qos: 2, retain: true, identifiers: [5]}]}}}";
            database(client, uri)
                    .getCollection("incoming")
                    .updateOne(
                            new Document("messageId", 71L),
                            BsonDocument.parse(plan),
                            new UpdateOptions().bypassDocumentValidation(true));
        }
        for (int start = 0; start < 2; start++) {
            List<String> contents = contents(uri);
            assertThat(contents).noneMatch(line -> line.startsWith("incoming"));
            assertThat(contents)
                    .filteredOn(line -> line.startsWith("queued"))
                    .containsExactly(
                            "queued $share/group/test 12 EXACTLY_ONCE true [5] 71",
                            "queued $share/group/test 3 AT_LEAST_ONCE false [] 72",
                            "queued cli_sub 2 AT_LEAST_ONCE false [] 60");
        }
    }

    private static List<StoreOperation.Append> copies(long messageId) {
        return List.of(append(CLIENT, 10, messageId), append(OTHER, 11, messageId), append(GROUP, 12, messageId));
    }

    private void assertWholeOrNotAtAll(StoreOperation operation) {
        String untouched = mongod.freshUri();
        committed(untouched, before);
        List<String> nothing = contents(untouched);
        committed(untouched, List.of(operation));
        List<String> all = contents(untouched);
        assertThat(all).isNotEqualTo(nothing);

        int survived = 0;
        List<List<String>> seen = new ArrayList<>();
        while (survived < MORE_WRITES_THAN_ANY_BATCH) {
            String uri = mongod.freshUri();
            committed(uri, before);
            boolean done = commitOrCrash(uri, operation, survived);
            List<String> contents = contents(uri);
            assertThat(contents).as("crash after %s writes", survived).isIn(nothing, all);
            assertThat(contents(uri)).as("a second start").isEqualTo(contents);
            seen.add(contents);
            if (done) {
                break;
            }
            survived++;
        }
        assertThat(survived).isBetween(2, MORE_WRITES_THAN_ANY_BATCH - 1);
        assertThat(seen.get(0)).isEqualTo(nothing);
        assertThat(seen.get(survived)).isEqualTo(all);
    }

    private static boolean commitOrCrash(String uri, StoreOperation operation, int writes) {
        try (MongoClient client = MongoClients.create(uri);
                MongoClient admin = MongoClients.create(uri)) {
            String name = databaseName(uri);
            MongoStore store = MongoStore.withLease(client, name, LONG);
            store.open();
            failWrites(admin, new Document("skip", writes));
            try {
                store.commit(0, List.of(operation));
                return true;
            } catch (StoreException crash) {
                assertThat(crash.isRetryable()).isTrue();
                return false;
            } finally {
                failWrites(admin, "off");
                store.close(); // lets the next one in; writes nothing else
            }
        }
    }

    private static void failWrites(MongoClient admin, Object mode) {
        Document data =
                new Document("failCommands", List.of("insert", "update", "delete")).append("errorCode", WRITE_CONFLICT);
        admin.getDatabase("admin")
                .runCommand(new Document("configureFailPoint", "failCommand")
                        .append("mode", mode)
                        .append("data", data));
    }

    private static void committed(String uri, List<? extends StoreOperation> batch) {
        try (MongoStore store = MongoStore.connect(uri)) {
            store.open();
            store.commit(0, List.copyOf(batch));
        }
    }

    /** Starts a broker's store and returns what it holds then, sorted. */
    private static List<String> contents(String uri) {
        List<String> lines = new ArrayList<>();
        try (MongoStore store = MongoStore.connect(uri)) {
            store.open();
            store.load(new StoreVisitor() {
                @Override
                public void session(SessionRecord record) {
                    lines.add("session " + record.client() + " will=" + record.will());
                }

                @Override
                public void subscription(ClientId client, Subscription subscription) {
                    lines.add("subscription " + client + " " + subscription);
                }

                @Override
                public void incoming(IncomingRecord record) {
                    lines.add("incoming " + record);
                }

                @Override
                public void retained(RetainedRecord record) {
                    lines.add("retained " + record);
                }
            });
            for (ClientId client : List.of(CLIENT, OTHER, GROUP)) {
                for (QueueRecord record : store.readQueue(client, 0, Long.MAX_VALUE, 100, 10_000)) {
                    List<Integer> identifiers = new ArrayList<>();
                    for (int identifier : record.subscriptionIdentifiers()) {
                        identifiers.add(identifier);
                    }
                    lines.add("queued " + client + " " + record.sequence() + " " + record.qos() + " "
                            + record.retain() + " " + identifiers + " "
                            + record.publication().messageId());
                }
            }
        }
        Collections.sort(lines);
        return lines;
    }

    private static MongoDatabase database(MongoClient client, String uri) {
        return client.getDatabase(databaseName(uri));
    }

    private static String databaseName(String uri) {
        return String.valueOf(new ConnectionString(uri).getDatabase());
    }
}
