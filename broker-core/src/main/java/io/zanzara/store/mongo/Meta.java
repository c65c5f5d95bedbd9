package io.zanzara.store.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import io.zanzara.store.StoreException;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What the store remembers of itself: the version of its schema and the boot epoch. */
final class Meta {

    static final int SCHEMA_VERSION = 2;

    private static final BsonString SCHEMA = new BsonString("schema");
    private static final BsonString BOOT = new BsonString("boot");
    private static final String SCHEMA_VERSION_FIELD = "schemaVersion";
    private static final String BOOT_EPOCH = "bootEpoch";

    private final MongoCollection<BsonDocument> collection;
    private final String store;

    /** @param store what the store is called in sentences */
    Meta(MongoCollection<BsonDocument> collection, String store) {
        this.collection = collection;
        this.store = store;
    }

    void requireKnownSchema() {
        BsonDocument schema = collection.find(Ids.filter(SCHEMA)).first();
        if (schema == null) {
            return;
        }
        BsonValue version = schema.get(SCHEMA_VERSION_FIELD);
        if (version == null || !version.isNumber() || version.asNumber().intValue() < 1) {
            throw new StoreException(store
                    + ", has no readable schemaVersion in its collection meta; give the broker another database.");
        }
        if (version.asNumber().intValue() > SCHEMA_VERSION) {
            throw new StoreException(
                    store + ", has schema version " + version.asNumber().intValue() + ", this Zanzara knows only "
                            + SCHEMA_VERSION + "; run the newer version that wrote it.");
        }
    }

    void writeSchema() {
        collection.updateOne(
                Ids.filter(SCHEMA),
                new BsonDocument("$set", new BsonDocument(SCHEMA_VERSION_FIELD, new BsonInt32(SCHEMA_VERSION))),
                new UpdateOptions().upsert(true));
    }

    long raiseBootEpoch() {
        BsonDocument raised = collection.findOneAndUpdate(
                Ids.filter(BOOT),
                new BsonDocument("$inc", new BsonDocument(BOOT_EPOCH, new BsonInt64(1))),
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
        return PublicationFields.required(raised, BOOT_EPOCH)
                .getNumber(BOOT_EPOCH)
                .longValue();
    }
}
