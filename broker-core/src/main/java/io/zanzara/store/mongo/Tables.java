package io.zanzara.store.mongo;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.Release;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.codecs.configuration.CodecRegistries;

/**
 * The collections. What is written counts only once a majority has it in its journal, whatever the connection string says; what is read was
 * written so, and comes from the primary.
 */
record Tables(
        MongoCollection<Append> packets,
        MongoCollection<SessionRecord> sessions,
        MongoCollection<SubscriptionRow> subscriptions,
        MongoCollection<IncomingRecord> incoming,
        MongoCollection<Release> plans,
        MongoCollection<RetainedRecord> retained,
        long epoch) {

    /** Shorter than the socket's read timeout, so that a majority that does not come is told from a server that does not answer. */
    private static final int MAJORITY_WITHIN_SECONDS = 8;

    private static final WriteConcern DURABLE =
            WriteConcern.MAJORITY.withJournal(true).withWTimeout(MAJORITY_WITHIN_SECONDS, TimeUnit.SECONDS);

    /** @param epoch the broker's boot epoch, with which all documents are marked */
    static Tables of(MongoDatabase database, boolean replicated, long epoch) {
        return new Tables(
                table(database, "packets", Codecs.PACKETS.stamping(epoch), replicated),
                table(database, "sessions", Codecs.SESSIONS.stamping(epoch), replicated),
                table(database, "subscriptions", Codecs.SUBSCRIPTIONS.stamping(epoch), replicated),
                table(database, "incoming", Codecs.INCOMING.stamping(epoch), replicated),
                table(database, "incoming", Plans.RECORDS.stamping(epoch), replicated),
                table(database, "retained", Codecs.RETAINED.stamping(epoch), replicated),
                epoch);
    }

    static MongoCollection<BsonDocument> meta(MongoDatabase database, boolean replicated) {
        return durable(database.getCollection("meta", BsonDocument.class), replicated);
    }

    private static <T> MongoCollection<T> table(
            MongoDatabase database, String name, FieldsCodec<T> codec, boolean replicated) {
        return durable(
                database.getCollection(name, codec.getEncoderClass())
                        .withCodecRegistry(CodecRegistries.fromRegistries(
                                CodecRegistries.fromCodecs(codec), database.getCodecRegistry())),
                replicated);
    }

    private static <T> MongoCollection<T> durable(MongoCollection<T> collection, boolean replicated) {
        return collection
                .withWriteConcern(DURABLE)
                .withReadConcern(replicated ? ReadConcern.MAJORITY : ReadConcern.LOCAL)
                .withReadPreference(ReadPreference.primary());
    }
}
