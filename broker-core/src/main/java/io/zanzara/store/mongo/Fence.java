package io.zanzara.store.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Keeps out what an earlier start of the broker has sent and what arrives late: a command that was on the wire when it was killed, or that it
 * sends after having been frozen for longer than its lease. Every document says by its boot epoch who wrote it, and a
 * validator of the collection, which the server applies to each insert and update, refuses those of earlier epochs. Deletions, to which no
 * validator applies, spare what a later epoch has written.
 */
final class Fence {

    static final String EPOCH = "epoch";

    /** The error of a write that a validator refused (DocumentValidationFailure). */
    static final int REFUSED = 121;

    private static final int NAMESPACE_NOT_FOUND = 26;
    private static final List<String> COLLECTIONS =
            List.of("packets", "sessions", "subscriptions", "incoming", "retained");
    private static final BsonDocument MAJORITY = new BsonDocument("w", new BsonString("majority"));

    private final MongoDatabase database;
    private final long epoch;

    Fence(MongoDatabase database, long epoch) {
        this.database = database;
        this.epoch = epoch;
    }

    /** Refuses earlier epochs' documents from now on. */
    void raise() {
        BsonDocument ours = new BsonDocument(EPOCH, new BsonDocument("$gte", new BsonInt64(epoch)));
        COLLECTIONS.forEach(collection -> require(collection, ours));
    }

    private void require(String collection, BsonDocument validator) {
        try {
            database.runCommand(command("collMod", collection, validator));
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != NAMESPACE_NOT_FOUND) {
                throw e;
            }
            database.runCommand(command("create", collection, validator));
        }
    }

    private static BsonDocument command(String name, String collection, BsonDocument validator) {
        return new BsonDocument(name, new BsonString(collection))
                .append("validator", validator)
                .append("validationLevel", new BsonString("strict"))
                .append("validationAction", new BsonString("error"))
                .append("writeConcern", MAJORITY);
    }

    /** Matches what this epoch or an earlier one has written, before there were epochs too. */
    static BsonDocument upTo(long epoch) {
        return new BsonDocument("$not", new BsonDocument("$gt", new BsonInt64(epoch)));
    }
}
