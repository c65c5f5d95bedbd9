package io.zanzara.store.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Writes of one lane. All go through one session of the driver, in which a later write makes the server refuse an earlier one that was given up
 * and comes late. Only ranged deletions are outside this order; they take what does not exist for readers any more.
 */
final class Lane implements AutoCloseable {

    static final int DUPLICATE_KEY = 11_000;

    private static final int LOOKED_UP_AT_ONCE = 1_000;
    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final InsertManyOptions ORDERED = new InsertManyOptions().ordered(true);
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

    final Tables tables;
    private final ClientSession session;
    private final DeletionPace rangePace = new DeletionPace(System::nanoTime);

    Lane(Tables tables, ClientSession session) {
        this.tables = tables;
        this.session = session;
    }

    /** Adds packets in this order, so that readers see a beginning of them. One that is there already is not added again. */
    void insert(List<Append> packets) {
        List<Append> rest = packets;
        while (!rest.isEmpty()) {
            try {
                tables.packets().insertMany(session, rest, ORDERED);
                return;
            } catch (MongoBulkWriteException failure) {
                rest = missing(rest.subList(duplicateOrThrow(failure), rest.size()));
            }
        }
    }

    private static int duplicateOrThrow(MongoBulkWriteException failure) {
        if (failure.getWriteConcernError() != null || failure.getWriteErrors().isEmpty()) {
            throw failure;
        }
        BulkWriteError first = failure.getWriteErrors().get(0);
        if (first.getCode() != DUPLICATE_KEY) {
            throw failure;
        }
        return first.getIndex();
    }

    private List<Append> missing(List<Append> packets) {
        List<Append> missing = new ArrayList<>();
        for (int start = 0; start < packets.size(); start += LOOKED_UP_AT_ONCE) {
            List<Append> part = packets.subList(start, Math.min(packets.size(), start + LOOKED_UP_AT_ONCE));
            Map<BsonDocument, BsonDocument> stored =
                    find(tables.packets(), part.stream().map(Lane::id).toList(), "messageId");
            for (Append append : part) {
                BsonDocument present = stored.get(id(append));
                if (present == null) {
                    missing.add(append);
                } else if (!isOurs(present, append)) {
                    throw new StoreException("The queue of " + append.client() + " holds another message under number "
                            + Long.toHexString(append.record().sequence()) + " than the one to be added: "
                            + append.record() + ".");
                }
            }
        }
        return missing;
    }

    private static boolean isOurs(BsonDocument present, Append append) {
        return hasMessageId(present, append.record().publication().messageId());
    }

    static boolean hasMessageId(BsonDocument document, long messageId) {
        return new BsonInt64(messageId).equals(document.get("messageId"));
    }

    private static BsonDocument id(Append append) {
        return Ids.packet(append.client(), append.record().sequence());
    }

    /** Replaces or adds documents under conditions; where a condition kept one from being replaced, it stays. */
    <T> void put(MongoCollection<T> collection, List<ReplaceOneModel<T>> replacements) {
        if (replacements.isEmpty()) {
            return;
        }
        try {
            collection.bulkWrite(session, replacements, UNORDERED);
        } catch (MongoBulkWriteException failure) {
            boolean kept = failure.getWriteErrors().stream().allMatch(error -> error.getCode() == DUPLICATE_KEY);
            if (!kept || failure.getWriteConcernError() != null) {
                throw failure;
            }
        }
    }

    static <T> ReplaceOneModel<T> replacement(BsonDocument filter, T document) {
        return new ReplaceOneModel<>(filter, document, UPSERT);
    }

    /** Returns how many documents met their condition. */
    <T> int write(MongoCollection<T> collection, List<? extends WriteModel<T>> writes) {
        if (writes.isEmpty()) {
            return 0;
        }
        var result = collection.bulkWrite(session, writes, UNORDERED);
        return result.getMatchedCount() + result.getDeletedCount();
    }

    /** Deletes documents, unless a later start of the broker has written them since. */
    <T> void delete(MongoCollection<T> collection, Collection<BsonDocument> filters) {
        write(
                collection,
                filters.stream()
                        .map(filter -> new DeleteOneModel<T>(filter.append(Fence.EPOCH, Fence.upTo(tables.epoch()))))
                        .toList());
    }

    /** Returns the update that sets these fields. */
    BsonDocument set(BsonDocument fields) {
        return new BsonDocument("$set", fields.append(Fence.EPOCH, new BsonInt64(tables.epoch())));
    }

    /**
     * Deletes what queues begin with. The server keeps what was deleted in its index for minutes, and a range ends for it at the next document that is
     * there, which may be another queue's, behind a hundred thousand that are not. So the last document goes by its {@code _id}, for which nothing is
     * passed by, and until then it ends the range before it.
     */
    <T> void deleteBeginnings(MongoCollection<T> collection, Collection<DeleteQueue> beginnings) {
        List<WriteModel<T>> deletions = new ArrayList<>(2 * beginnings.size());
        for (DeleteQueue beginning : beginnings) {
            long last = beginning.end() - 1;
            if (beginning.from() < last) {
                deletions.add(new DeleteManyModel<>(Ids.queueBelow(beginning.client(), beginning.from(), last)));
            }
            if (beginning.from() <= last) {
                deletions.add(new DeleteOneModel<>(Ids.filter(Ids.packet(beginning.client(), last))));
            }
        }
        rangePace.run(deletions, part -> write(collection, part));
    }

    <T> void deleteRanges(MongoCollection<T> collection, Collection<BsonDocument> ranges) {
        rangePace.run(ranges.stream().map(DeleteManyModel<T>::new).toList(), part -> write(collection, part));
    }

    /**
     * Deletes all documents in ranges of {@code _id}, one by one: unlike a ranged deletion, these can't come late and take what a successor of
     * the same name has written.
     */
    <T> void deleteEach(MongoCollection<T> collection, List<BsonDocument> ranges) {
        List<BsonDocument> found = new ArrayList<>();
        for (int start = 0; start < ranges.size(); start += LOOKED_UP_AT_ONCE) {
            List<BsonDocument> part = ranges.subList(start, Math.min(ranges.size(), start + LOOKED_UP_AT_ONCE));
            BsonDocument any = part.size() == 1 ? part.get(0) : new BsonDocument("$or", new BsonArray(part));
            local(collection).find(session, any).projection(fields(Ids.ID)).into(found);
        }
        delete(collection, found);
    }

    /** Returns those of the documents that exist, with the fields named. */
    <K extends BsonValue> Map<K, BsonDocument> find(MongoCollection<?> collection, List<K> ids, String... fields) {
        Map<K, BsonDocument> found = new HashMap<>();
        for (int start = 0; start < ids.size(); start += LOOKED_UP_AT_ONCE) {
            List<K> part = ids.subList(start, Math.min(ids.size(), start + LOOKED_UP_AT_ONCE));
            BsonDocument any = Ids.filter(new BsonDocument("$in", new BsonArray(part)));
            for (BsonDocument document : local(collection).find(session, any).projection(fields(fields))) {
                @SuppressWarnings("unchecked") // an _id that equals one of ids
                K id = (K) document.get(Ids.ID);
                found.put(id, document);
            }
        }
        return found;
    }

    /** What this lane has written is visible to it before a majority has it; retries must not take it for missing. */
    private static MongoCollection<BsonDocument> local(MongoCollection<?> collection) {
        return collection.withDocumentClass(BsonDocument.class).withReadConcern(ReadConcern.LOCAL);
    }

    private static BsonDocument fields(String... names) {
        BsonDocument projection = new BsonDocument();
        for (String name : names) {
            projection.append(name, new BsonInt32(1));
        }
        return projection;
    }

    /** Returns the servers' time of the lane's last command, or null: a standalone server has none. */
    @Nullable
    BsonTimestamp operationTime() {
        return session.getOperationTime();
    }

    @Override
    public void close() {
        session.close();
    }
}
