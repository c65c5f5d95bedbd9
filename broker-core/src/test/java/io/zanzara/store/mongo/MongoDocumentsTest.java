package io.zanzara.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.UserProperty;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSession;
import io.zanzara.store.StoreOperation.PutSubscription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;

/** For MongoDB only: other stores have no shell in which people look at their documents. */
class MongoDocumentsTest {

    private static final ClientId CLIENT = new ClientId("cli_sub");
    private static final JsonWriterSettings RELAXED =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

    private final String uri = TestMongo.freshUri();

    @Test
    void aMoscaUserFindsWhatHeKnows() {
        Publication hello = new Publication(
                7,
                new ClientId("cli_pub"),
                new Topic("test"),
                Qos.EXACTLY_ONCE,
                false,
                "Hello mqtt 7".getBytes(StandardCharsets.UTF_8),
                1_790_000_000_000L,
                new PublicationProperties(1, "text/plain", null, null, List.of(new UserProperty("k", "v"))));
        committed(
                new PutSession(new SessionRecord(
                        CLIENT, 1, 60, 1_790_000_000_000L, 2, 3, new long[] {4, 5}, new Will(hello, 0, -1), "me", 5)),
                new PutSubscription(CLIENT, Subscription.of(TopicFilter.parse("$share/group/test"), Qos.AT_LEAST_ONCE)),
                new PutIncoming(new IncomingRecord(new ClientId("cli_pub"), 9, hello)),
                new PutRetained(new RetainedRecord(new Topic("test"), 8, hello)),
                new PutRetained(new RetainedRecord(new Topic("gone"), 9, null)),
                new Append(CLIENT, new QueueRecord(11, hello, Qos.AT_LEAST_ONCE, true, new int[] {3})));

        String message = "'publisher': 'cli_pub', %s'expiresAt': {'$date': '2026-09-21T14:13:20Z'}, "
                + "'payloadFormat': 1, 'contentType': 'text/plain', 'userProperties': [{'name': 'k', 'value': 'v'}]";
        String payload = "'payload': {'$binary': {'base64': 'SGVsbG8gbXF0dCA3', 'subType': '00'}}, ";
        String published =
                "'messageId': 7, 'topic': 'test', 'qos': 2, 'retain': false, " + payload + message.formatted("");
        assertThat(json("packets"))
                .containsExactly("{'_id': {'client': 'cli_sub', 'seq': 11}, 'messageId': 7, 'topic': 'test', "
                        + "'qos': 1, 'retain': true, " + payload
                        + message.formatted("'publishedQos': 2, 'publishedRetain': false, ")
                        + ", 'identifiers': [3], 'epoch': 1}");
        assertThat(json("subscriptions"))
                .containsExactly("{'_id': {'client': 'cli_sub', 'filter': '$share/group/test'}, 'client': 'cli_sub', "
                        + "'topic': '$share/group/test', 'qos': 1, 'noLocal': false, 'retainAsPublished': false, "
                        + "'retainHandling': 0, 'epoch': 1}");
        assertThat(json("sessions"))
                .containsExactly(
                        "{'_id': 'cli_sub', 'incarnation': 1, 'expirySeconds': 60, "
                                + "'disconnectedAt': {'$date': '2026-09-21T14:13:20Z'}, 'head': 2, 'sentThrough': 3, "
                                + "'acknowledged': [4, 5], 'will': {" + published
                                + ", 'delaySeconds': 0, 'expirySeconds': -1}, 'userName': 'me', 'protocolLevel': 5, 'epoch': 1}");
        assertThat(json("incoming"))
                .containsExactly("{'_id': {'client': 'cli_pub', 'packetId': 9}, " + published + ", 'epoch': 1}");
        assertThat(json("retained"))
                .containsExactlyInAnyOrder(
                        "{'_id': 'gone', 'version': 9, 'tombstone': true, 'epoch': 1}",
                        "{'_id': 'test', 'version': 8, " + published + ", 'epoch': 1}");
        assertThat(json("meta")).contains("{'_id': 'boot', 'bootEpoch': 1}", "{'_id': 'schema', 'schemaVersion': 2}");
    }

    @Test
    void noCollectionHasASecondIndex() {
        committed(Messages.append(CLIENT, 1, 1), Messages.session(CLIENT, 1, 1, null));
        try (MongoClient client = MongoClients.create(uri)) {
            for (String collection : List.of("packets", "sessions", "subscriptions", "incoming", "retained")) {
                assertThat(database(client)
                                .getCollection(collection)
                                .listIndexes()
                                .into(new ArrayList<>()))
                        .as(collection)
                        .hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void fieldsAddedByOthersDoNotDisturb() {
        committed(Messages.append(CLIENT, 1, 1));
        try (MongoClient client = MongoClients.create(uri)) {
            database(client)
                    .getCollection("packets")
                    .updateMany(new Document(), new Document("$set", new Document("note", new Document("by", "me"))));
        }
        try (MongoStore store = MongoStore.connect(uri)) {
            store.open();
            assertThat(store.readQueue(CLIENT, 0, 10, 10, 1_000)).hasSize(1);
        }
    }

    private void committed(StoreOperation... batch) {
        try (MongoStore store = MongoStore.connect(uri)) {
            store.open();
            store.commit(0, List.of(batch));
        }
    }

    private List<String> json(String collection) {
        try (MongoClient client = MongoClients.create(uri)) {
            List<String> documents = new ArrayList<>();
            for (Document document : database(client).getCollection(collection).find()) {
                documents.add(document.toJson(RELAXED).replace('"', '\''));
            }
            return documents;
        }
    }

    private MongoDatabase database(MongoClient client) {
        return client.getDatabase(String.valueOf(new ConnectionString(uri).getDatabase()));
    }
}
