package io.zanzara.store.mongo;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** The collections. Every write is confirmed by a majority and journaled: acknowledged means safe. */
final class Collections {

    private static final WriteConcern SAFE = WriteConcern.MAJORITY.withJournal(true);

    final MongoCollection<RawBsonDocument> packets;
    final MongoCollection<BsonDocument> sessions;
    final MongoCollection<BsonDocument> subscriptions;
    final MongoCollection<BsonDocument> incoming;
    final MongoCollection<BsonDocument> retained;
    final MongoCollection<BsonDocument> meta;

    Collections(MongoDatabase database) {
        packets = database.getCollection("packets", RawBsonDocument.class).withWriteConcern(SAFE);
        sessions = collection(database, "sessions");
        subscriptions = collection(database, "subscriptions");
        incoming = collection(database, "incoming");
        retained = collection(database, "retained");
        meta = collection(database, "meta");
    }

    private static MongoCollection<BsonDocument> collection(MongoDatabase database, String name) {
        return database.getCollection(name, BsonDocument.class).withWriteConcern(SAFE);
    }
}
