package io.zanzara.store.mongo;

import static io.zanzara.store.mongo.Messages.CLIENT;
import static io.zanzara.store.mongo.Messages.OTHER;
import static io.zanzara.store.mongo.Messages.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.DeleteSubscription;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For MongoDB only: what a broker still sends after another has taken the database over has no effect, though the server gets it. */
class MongoFenceTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Subscription SUBSCRIPTION = Subscription.of(TopicFilter.parse("a"), Qos.AT_LEAST_ONCE);

    private final ConnectionString uri = new ConnectionString(TestMongo.freshUri());
    private final String database = String.valueOf(uri.getDatabase());

    static Stream<StoreOperation> late() {
        return Stream.of(
                append(CLIENT, 50, 50),
                Messages.session(CLIENT, 1, 9, null),
                Messages.session(new ClientId("new"), 1, 1, null),
                new PutSubscription(CLIENT, Subscription.of(TopicFilter.parse("b"), Qos.AT_MOST_ONCE)),
                new DeleteSubscription(CLIENT, TopicFilter.parse("a")),
                new PutIncoming(new IncomingRecord(CLIENT, 8, Messages.publication(81))),
                new PutIncoming(new IncomingRecord(CLIENT, 9, Messages.publication(82))),
                new PutRetained(new RetainedRecord(new Topic("r"), 99, Messages.publication(99))),
                new DeleteSession(CLIENT, 1, 2),
                new Release(new Source.Incoming(CLIENT, 7, 71), List.of(append(OTHER, 60, 71)), null),
                new Release(new Source.StoredWill(CLIENT, 70), List.of(append(OTHER, 61, 70)), null));
    }

    @ParameterizedTest
    @MethodSource
    void late(StoreOperation operation) {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoStore frozen = MongoStore.withLease(client, database, LONG);
            frozen.open();
            frozen.commit(0, state());
            client.getDatabase(database).getCollection("meta").deleteOne(new Document("_id", "lease")); // it ran out
            MongoStore next = MongoStore.withLease(client, database, LONG);
            next.open();
            next.commit(0, state()); // the same, written by the one that is responsible now
            List<Document> before = contents(client);
            if (operation instanceof DeleteSubscription) {
                frozen.commit(
                        0,
                        List.of(operation)); // without effect; that its lease, here a long one, is over says the rest
            } else {
                assertThatThrownBy(() -> frozen.commit(0, List.of(operation)))
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                e -> assertThat(e.isRetryable()).isFalse());
            }
            assertThat(contents(client)).isEqualTo(before);
            next.close();
            frozen.close();
        }
    }

    private static List<StoreOperation> state() {
        return List.of(
                Messages.session(CLIENT, 1, 1, new Will(Messages.publication(70), 0, -1)),
                Messages.session(OTHER, 1, 1, null),
                new PutSubscription(CLIENT, SUBSCRIPTION),
                new PutIncoming(new IncomingRecord(CLIENT, 7, Messages.publication(71))),
                new PutIncoming(new IncomingRecord(CLIENT, 8, Messages.publication(72))),
                append(CLIENT, 40, 40),
                new PutRetained(new RetainedRecord(new Topic("r"), 9, Messages.publication(73))));
    }

    private List<Document> contents(MongoClient client) {
        List<Document> all = new ArrayList<>();
        for (String name : List.of("packets", "sessions", "subscriptions", "incoming", "retained")) {
            client.getDatabase(database)
                    .getCollection(name)
                    .find()
                    .sort(new Document("_id", 1))
                    .into(all);
        }
        return all;
    }
}
