package io.zanzara.store.mongo;

import static io.zanzara.store.mongo.Messages.CLIENT;
import static io.zanzara.store.mongo.Messages.OTHER;
import static io.zanzara.store.mongo.Messages.append;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteQueue;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** For MongoDB only: what the promises rest on is to be seen in the commands alone. */
class MongoWireTest implements CommandListener {

    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findAndModify");

    private final ConnectionString uri = new ConnectionString(TestMongo.freshUri() + "&w=1&journal=false");
    private final List<BsonDocument> commands = new CopyOnWriteArrayList<>();
    private MongoClient client;
    private MongoStore store;
    private volatile BsonTimestamp inserted = new BsonTimestamp(0);

    @BeforeEach
    void open() {
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(uri)
                .addCommandListener(this)
                .build());
        store = new MongoStore(client, String.valueOf(uri.getDatabase()), "test");
        store.open();
    }

    @AfterEach
    void close() {
        store.close();
        client.close();
    }

    @Override
    public void commandStarted(CommandStartedEvent event) {
        if (WRITES.contains(event.getCommandName()) || event.getCommandName().equals("find")) {
            commands.add(event.getCommand().clone());
        }
    }

    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
        if (event.getCommandName().equals("insert")) {
            inserted = event.getResponse().getTimestamp("operationTime");
        }
    }

    /** Also by a primary that was elected a moment ago and does not know yet what a majority has. */
    @Test
    void aReaderWaitsUntilTheServerKnowsThatWhatWasWrittenIsSafe() {
        for (int lane = 0; lane < store.lanes(); lane++) {
            store.commit(lane, List.of(append(CLIENT, lane, lane)));
            commands.clear();
            store.readQueue(CLIENT, 0, 10, 10, 10);
            BsonDocument concern = commands.get(0).getDocument("readConcern");
            assertThat(concern.getString("level").getValue()).isEqualTo("majority");
            assertThat(concern.getTimestamp("afterClusterTime")).isGreaterThanOrEqualTo(inserted);
        }
    }

    @Test
    void everyWriteWaitsForAMajorityAndItsJournal() {
        store.commit(0, everything());
        store.close();
        assertThat(writes()).hasSizeGreaterThan(12).allSatisfy(command -> {
            BsonDocument concern = command.getDocument("writeConcern");
            assertThat(concern.get("w")).isEqualTo(new BsonString("majority"));
            assertThat(concern.get("j")).isEqualTo(BsonBoolean.TRUE);
        });
    }

    /** A server refuses an earlier write of a session when it has seen a later one; deletions of ranges take what does not exist any more. */
    @Test
    void aLateWriteOfALaneIsRefused() {
        commands.clear();
        store.commit(0, everything());
        List<BsonDocument> writes = ofLanes();
        assertThat(writes)
                .extracting(command -> command.get("lsid"))
                .containsOnly(writes.get(0).get("lsid"));
        assertThat(writes)
                .filteredOn(command -> !command.containsKey("txnNumber"))
                .allMatch(command ->
                        command.containsKey("delete") && command.get("delete").equals(new BsonString("packets")));
        commands.clear();
        store.commit(1, List.of(append(CLIENT, 500, 500)));
        assertThat(ofLanes())
                .extracting(command -> command.get("lsid"))
                .doesNotContain(writes.get(0).get("lsid"));
    }

    @Test
    void aBatchIsOneCommandForEachKind() {
        List<StoreOperation> batch = new ArrayList<>();
        for (int n = 1; n <= 1_000; n++) {
            batch.add(append(n % 2 == 0 ? CLIENT : OTHER, n, n));
            if (n % 100 == 0) {
                batch.add(Messages.session(CLIENT, 1, n, null));
                batch.add(new DeleteQueue(CLIENT, n));
            }
        }
        commands.clear();
        store.commit(0, batch);
        assertThat(ofLanes()).extracting(BsonDocument::getFirstKey).containsExactly("update", "insert", "delete");
    }

    /**
     * A range ends for the server at the next document that is there. Where that is another queue's, it passes by all that was deleted there in the
     * last minutes.
     */
    @Test
    void theLastMessageEndsTheRangeThatIsDeletedAndGoesByItsIdThen() {
        store.commit(0, List.of(append(CLIENT, 3, 3), append(CLIENT, 4, 4), append(CLIENT, 5, 5)));
        commands.clear();
        store.commit(0, List.of(new DeleteQueue(CLIENT, 3, 6)));
        BsonDocument range = new BsonDocument("$gte", Ids.packet(CLIENT, 3)).append("$lt", Ids.packet(CLIENT, 5));
        assertThat(ofLanes().get(0).getArray("deletes"))
                .extracting(deletion -> deletion.asDocument().get("q"))
                .containsExactly(Ids.filter(range), Ids.filter(Ids.packet(CLIENT, 5)));
        assertThat(store.countQueue(CLIENT, 0, Long.MAX_VALUE)).isZero();
    }

    @Test
    void releasesOfABatchShareTheirCommands() {
        List<StoreOperation> incoming = new ArrayList<>();
        List<StoreOperation> releases = new ArrayList<>();
        for (int n = 1; n <= 100; n++) {
            incoming.add(new PutIncoming(new IncomingRecord(CLIENT, n, Messages.publication(n))));
            releases.add(new Release(new Source.Incoming(CLIENT, n, n), List.of(append(OTHER, n, n)), null));
        }
        store.commit(0, incoming);
        commands.clear();
        store.commit(0, releases);
        assertThat(ofLanes()).extracting(BsonDocument::getFirstKey).containsExactly("update", "insert", "delete");
        assertThat(store.countQueue(OTHER, 0, Long.MAX_VALUE)).isEqualTo(100);
    }

    private static List<StoreOperation> everything() {
        RetainedRecord tombstone = new RetainedRecord(new Topic("a"), 1, null);
        return List.of(
                Messages.session(CLIENT, 1, 1, new Will(Messages.publication(2), 0, -1)),
                new PutSubscription(CLIENT, Subscription.of(TopicFilter.parse("a"), Qos.AT_LEAST_ONCE)),
                new PutIncoming(new IncomingRecord(CLIENT, 1, Messages.publication(3))),
                append(CLIENT, 4, 4),
                new PutRetained(tombstone),
                new StoreOperation.PurgeRetained(tombstone),
                new Release(new Source.Incoming(CLIENT, 1, 3), List.of(append(OTHER, 5, 3)), null),
                new Release(new Source.StoredWill(CLIENT, 2), List.of(append(OTHER, 6, 2)), null),
                new Release(new Source.Queued(CLIENT, 4, 4), List.of(append(OTHER, 7, 4)), null),
                new StoreOperation.DeleteSubscription(CLIENT, TopicFilter.parse("a")),
                new StoreOperation.DeleteIncoming(CLIENT, 1, 3),
                new DeleteQueue(CLIENT, 5),
                new DeleteSession(CLIENT, 1, 100));
    }

    private List<BsonDocument> writes() {
        return commands.stream()
                .filter(command -> WRITES.contains(command.getFirstKey()))
                .toList();
    }

    private List<BsonDocument> ofLanes() {
        return writes().stream()
                .filter(command ->
                        !command.getString(command.getFirstKey()).getValue().equals("meta"))
                .toList();
    }
}
