package io.zanzara.store.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a batch. Its parts go in this order, each confirmed before the next: session records and subscriptions, incoming messages,
 * plans of releases, packets, retained messages, the sources of releases, deletions. Operations that must not be moved (the end of a session,
 * the release of a will) cut the batch in pieces. All is idempotent: a batch whose outcome is unknown is carried out again as a whole.
 */
final class BatchWriter {

    private static final int DUPLICATE_KEY = 11_000;
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
    private static final BulkWriteOptions ANY_ORDER = new BulkWriteOptions().ordered(false);

    private final io.zanzara.store.mongo.Collections to;

    BatchWriter(io.zanzara.store.mongo.Collections collections) {
        to = collections;
    }

    /** What may be reordered among itself. */
    private static final class Piece {
        final Map<ClientId, SessionRecord> sessions = new LinkedHashMap<>();
        final Map<BsonDocument, WriteModel<BsonDocument>> subscriptions = new LinkedHashMap<>();
        final List<WriteModel<BsonDocument>> incoming = new ArrayList<>();
        final List<Release> releases = new ArrayList<>();
        final List<Append> packets = new ArrayList<>();
        final List<RetainedRecord> retained = new ArrayList<>();
        final List<WriteModel<BsonDocument>> purges = new ArrayList<>();
        final Map<ClientId, Long> heads = new HashMap<>();
        final Set<ClientId> appended = new HashSet<>();
        final Set<BsonDocument> released = new HashSet<>();
        final Set<String> purged = new HashSet<>();
    }

    void write(List<StoreOperation> batch) {
        Piece piece = new Piece();
        for (StoreOperation operation : batch) {
            if (operation instanceof StoreOperation.DeleteSession end) {
                flush(piece);
                piece = new Piece();
                deleteSession(end);
            } else if (operation instanceof Release release
                    && release.source() instanceof StoreOperation.Source.StoredWill will) {
                flush(piece);
                piece = new Piece();
                releaseWill(release, will);
            } else {
                if (conflicts(piece, operation)) {
                    flush(piece);
                    piece = new Piece();
                }
                add(piece, operation);
            }
        }
        flush(piece);
    }

    /** Whether the parts' order would move the operation before one on the same thing that came before it. */
    private static boolean conflicts(Piece piece, StoreOperation operation) {
        if (operation instanceof Append append) {
            return piece.heads.containsKey(append.client());
        } else if (operation instanceof StoreOperation.PutIncoming put) {
            return piece.released.contains(
                    Documents.incomingId(put.record().client(), put.record().packetIdentifier()));
        } else if (operation instanceof StoreOperation.DeleteIncoming delete) {
            return piece.released.contains(Documents.incomingId(delete.client(), delete.packetIdentifier()));
        } else if (operation instanceof StoreOperation.PutRetained put) {
            return piece.purged.contains(put.record().topic().value());
        } else if (operation instanceof Release release) {
            return conflicts(piece, release);
        }
        return false;
    }

    private static boolean conflicts(Piece piece, Release release) {
        RetainedRecord retained = release.retained();
        if (piece.released.contains(sourceId(release))
                || (retained != null && piece.purged.contains(retained.topic().value()))) {
            return true;
        }
        if (release.source() instanceof StoreOperation.Source.Queued queued
                && (piece.heads.containsKey(queued.group()) || piece.appended.contains(queued.group()))) {
            return true;
        }
        return release.copies().stream().anyMatch(copy -> piece.heads.containsKey(copy.client()));
    }

    private static BsonDocument sourceId(Release release) {
        if (release.source() instanceof StoreOperation.Source.Incoming source) {
            return Documents.incomingId(source.client(), source.packetIdentifier());
        } else if (release.source() instanceof StoreOperation.Source.Queued source) {
            return Documents.incomingId(source.group(), source.sequence());
        }
        throw new IllegalArgumentException("a will is released by itself");
    }

    private void add(Piece piece, StoreOperation operation) {
        if (operation instanceof Append append) {
            piece.packets.add(append);
            piece.appended.add(append.client());
        } else if (operation instanceof StoreOperation.PutSession put) {
            piece.sessions.merge(
                    put.record().client(),
                    put.record(),
                    (first, second) -> first.incarnation() > second.incarnation() ? first : second);
        } else if (operation instanceof StoreOperation.PutSubscription put) {
            BsonDocument id =
                    Documents.subscriptionId(put.client(), put.subscription().filter());
            BsonDocument document = Documents.subscription(put.client(), put.subscription());
            piece.subscriptions.put(id, new ReplaceOneModel<>(eq(id), document, UPSERT));
        } else if (operation instanceof StoreOperation.DeleteSubscription delete) {
            BsonDocument id = Documents.subscriptionId(delete.client(), delete.filter());
            piece.subscriptions.put(id, new DeleteOneModel<>(eq(id)));
        } else if (operation instanceof StoreOperation.PutIncoming put) {
            BsonDocument id =
                    Documents.incomingId(put.record().client(), put.record().packetIdentifier());
            BsonDocument document = Documents.incoming(
                    put.record().client(),
                    put.record().packetIdentifier(),
                    put.record().publication());
            piece.incoming.add(new ReplaceOneModel<>(eq(id), document, UPSERT));
        } else if (operation instanceof StoreOperation.DeleteIncoming delete) {
            BsonDocument id = Documents.incomingId(delete.client(), delete.packetIdentifier());
            piece.incoming.add(new DeleteOneModel<>(and(eq(id), eq("messageId", delete.messageId()))));
        } else if (operation instanceof StoreOperation.DeleteQueue delete) {
            piece.heads.merge(delete.client(), delete.head(), Math::max);
        } else if (operation instanceof StoreOperation.PutRetained put) {
            piece.retained.add(put.record());
        } else if (operation instanceof StoreOperation.PurgeRetained purge) {
            piece.purged.add(purge.tombstone().topic().value());
            piece.purges.add(new DeleteOneModel<>(and(
                    eq(purge.tombstone().topic().value()),
                    eq("version", purge.tombstone().version()),
                    eq("deleted", true))));
        } else if (operation instanceof Release release) {
            piece.releases.add(release);
            piece.released.add(sourceId(release));
            release.copies().forEach(copy -> piece.appended.add(copy.client()));
        }
    }

    private void flush(Piece piece) {
        putSessions(piece.sessions.values());
        bulk(to.subscriptions, List.copyOf(piece.subscriptions.values()));
        if (!piece.incoming.isEmpty()) {
            to.incoming.bulkWrite(piece.incoming);
        }
        List<Release> planned = plan(piece.releases);
        List<Append> packets = piece.packets;
        List<RetainedRecord> retained = piece.retained;
        for (Release release : planned) {
            packets.addAll(release.copies());
            if (release.retained() != null) {
                retained.add(release.retained());
            }
        }
        insert(packets);
        putRetained(retained);
        bulk(to.retained, piece.purges);
        removeSources(planned);
        deleteQueues(piece.heads);
    }

    private static <T> void bulk(MongoCollection<T> collection, List<? extends WriteModel<T>> writes) {
        if (!writes.isEmpty()) {
            try {
                collection.bulkWrite(writes, ANY_ORDER);
            } catch (MongoBulkWriteException e) {
                // an upsert whose condition didn't hold: what is stored is higher, and stays
                if (!onlyDuplicates(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean onlyDuplicates(MongoBulkWriteException e) {
        if (e.getWriteConcernError() != null) {
            return false;
        }
        for (BulkWriteError error : e.getWriteErrors()) {
            if (error.getCode() != DUPLICATE_KEY) {
                return false;
            }
        }
        return true;
    }

    private void putSessions(Collection<SessionRecord> records) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>(records.size());
        for (SessionRecord record : records) {
            Bson notLater = and(eq(record.client().value()), lte("incarnation", record.incarnation()));
            writes.add(new ReplaceOneModel<>(notLater, Documents.session(record), UPSERT));
        }
        bulk(to.sessions, writes);
    }

    void putRetained(List<RetainedRecord> records) {
        Map<String, RetainedRecord> newest = new LinkedHashMap<>();
        for (RetainedRecord record : records) {
            newest.merge(
                    record.topic().value(),
                    record,
                    (first, second) -> first.version() > second.version() ? first : second);
        }
        List<WriteModel<BsonDocument>> writes = new ArrayList<>(newest.size());
        for (RetainedRecord record : newest.values()) {
            Bson lower = and(eq(record.topic().value()), lt("version", record.version()));
            writes.add(new ReplaceOneModel<>(lower, Documents.retained(record), UPSERT));
        }
        bulk(to.retained, writes);
    }

    // ---- packets

    /** Inserts in order. What is there already with our {@code messageId} was inserted by an earlier attempt. */
    void insert(List<Append> appends) {
        List<RawBsonDocument> documents = new ArrayList<>(appends.size());
        for (Append append : appends) {
            documents.add(Documents.packet(append));
        }
        while (!documents.isEmpty()) {
            try {
                to.packets.insertMany(documents, new InsertManyOptions().ordered(true));
                return;
            } catch (MongoBulkWriteException e) {
                if (e.getWriteErrors().isEmpty() || !onlyDuplicates(e)) {
                    throw e;
                }
                int done = e.getWriteErrors().get(0).getIndex();
                documents = missing(documents.subList(done, documents.size()));
            }
        }
    }

    private List<RawBsonDocument> missing(List<RawBsonDocument> documents) {
        Map<BsonDocument, BsonInt64> there = new HashMap<>();
        List<BsonDocument> ids = new ArrayList<>(documents.size());
        for (RawBsonDocument document : documents) {
            ids.add(plain(document));
        }
        Bson messageIds = com.mongodb.client.model.Projections.include("messageId");
        for (RawBsonDocument found : to.packets.find(in("_id", ids)).projection(messageIds)) {
            there.put(plain(found), found.getInt64("messageId"));
        }
        List<RawBsonDocument> missing = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            BsonInt64 stored = there.get(ids.get(i));
            if (stored == null) {
                missing.add(documents.get(i));
            } else if (!stored.equals(documents.get(i).getInt64("messageId"))) {
                throw new StoreException("MongoDB holds another message under "
                        + ids.get(i).toJson() + "; does another broker write to this database?");
            }
        }
        return missing;
    }

    private static BsonDocument plain(RawBsonDocument document) {
        BsonDocument id = document.getDocument("_id");
        return new BsonDocument("client", id.get("client")).append("seq", id.get("seq"));
    }

    private void deleteQueues(Map<ClientId, Long> heads) {
        List<WriteModel<RawBsonDocument>> writes = new ArrayList<>(heads.size());
        heads.forEach((client, head) -> writes.add(new DeleteManyModel<>(below(client, head))));
        bulk(to.packets, writes);
    }

    static Bson below(ClientId client, long head) {
        return and(gte("_id", Documents.packetId(client, Long.MIN_VALUE)), lt("_id", Documents.packetId(client, head)));
    }

    // ---- the end of a session

    private void deleteSession(StoreOperation.DeleteSession end) {
        String client = end.client().value();
        BsonDocument there = to.sessions.find(eq(client)).first();
        if (there == null || there.getInt64("incarnation").getValue() <= end.incarnation()) {
            to.sessions.deleteOne(and(eq(client), lte("incarnation", end.incarnation())));
            to.subscriptions.deleteMany(range(client, "filter"));
            to.incoming.deleteMany(range(client, "packetId"));
        }
        to.packets.deleteMany(below(end.client(), end.end()));
    }

    /** All documents whose {@code _id} has this client and any second field. */
    private static Bson range(String client, String second) {
        return and(
                gte(
                        "_id",
                        new BsonDocument("client", new BsonString(client)).append(second, new org.bson.BsonMinKey())),
                lte(
                        "_id",
                        new BsonDocument("client", new BsonString(client)).append(second, new org.bson.BsonMaxKey())));
    }

    // ---- releases

    /** Writes the plans; returns the releases whose source was there. */
    private List<Release> plan(List<Release> releases) {
        List<WriteModel<BsonDocument>> plans = new ArrayList<>();
        for (Release release : releases) {
            if (release.source() instanceof StoreOperation.Source.Incoming source) {
                BsonDocument id = Documents.incomingId(source.client(), source.packetIdentifier());
                plans.add(new UpdateOneModel<>(
                        and(eq(id), eq("messageId", source.messageId())),
                        Updates.set("plan", Documents.plan(release))));
            } else if (release.source() instanceof StoreOperation.Source.Queued source) {
                planQueued(release, source);
            }
        }
        int matched =
                plans.isEmpty() ? 0 : to.incoming.bulkWrite(plans, ANY_ORDER).getMatchedCount();
        if (matched == releases.size()) {
            return releases;
        }
        return releases.stream().filter(this::isPlanned).toList();
    }

    private boolean isPlanned(Release release) {
        return isThere(holder(release));
    }

    private static Bson holder(Release release) {
        BsonDocument id = sourceId(release);
        if (release.source() instanceof StoreOperation.Source.Incoming source) {
            return holder(id, source.messageId());
        } else if (release.source() instanceof StoreOperation.Source.Queued source) {
            return planHolder(id, source.messageId());
        }
        throw new IllegalArgumentException("a will is released by itself");
    }

    private boolean isThere(Bson holder) {
        Bson nothingElse = com.mongodb.client.model.Projections.include("_id");
        return to.incoming.find(holder).projection(nothingElse).first() != null;
    }

    /** An incoming message by identifier and content: a later one under the same identifier is another. */
    private static Bson holder(BsonDocument id, long messageId) {
        return and(eq(id), eq("messageId", messageId));
    }

    /** The plan for a message that is kept elsewhere. */
    private static Bson planHolder(BsonDocument id, long messageId) {
        return and(eq(id), eq("sourceMessageId", messageId));
    }

    private void planQueued(Release release, StoreOperation.Source.Queued source) {
        BsonDocument id = Documents.packetId(source.group(), source.sequence());
        RawBsonDocument queued = to.packets.find(holder(id, source.messageId())).first();
        if (queued != null) {
            Publication publication = Documents.publication(queued);
            putPlan(release, source.group(), source.sequence(), source.messageId(), publication, "queued");
        }
    }

    private void putPlan(
            Release release, ClientId client, long number, long messageId, Publication publication, String source) {
        BsonDocument document = Documents.incoming(client, number, publication)
                .append("plan", Documents.plan(release))
                .append("sourceMessageId", new BsonInt64(messageId))
                .append("source", new BsonString(source));
        to.incoming.replaceOne(eq(Documents.incomingId(client, number)), document, UPSERT);
    }

    private void removeSources(List<Release> releases) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>(releases.size());
        for (Release release : releases) {
            if (release.source() instanceof StoreOperation.Source.Queued source) {
                to.packets.deleteOne(and(
                        eq(Documents.packetId(source.group(), source.sequence())),
                        eq("messageId", source.messageId())));
            }
            writes.add(new DeleteOneModel<>(holder(release)));
        }
        bulk(to.incoming, writes);
    }

    private void releaseWill(Release release, StoreOperation.Source.StoredWill source) {
        Bson holds = and(eq(source.client().value()), eq("will.messageId", source.messageId()));
        BsonDocument session = to.sessions.find(holds).first();
        if (session != null) {
            Publication publication = Documents.publication(session.getDocument("will"));
            putPlan(release, source.client(), 0, source.messageId(), publication, "will");
        } else if (!isThere(planHolder(Documents.incomingId(source.client(), 0), source.messageId()))) {
            return;
        }
        finishWill(source.client(), source.messageId(), release.copies(), release.retained());
    }

    private void finishWill(ClientId client, long messageId, List<Append> copies, @Nullable RetainedRecord retained) {
        to.sessions.updateOne(and(eq(client.value()), eq("will.messageId", messageId)), Updates.unset("will"));
        insert(copies);
        putRetained(retained == null ? List.of() : List.of(retained));
        to.incoming.deleteOne(planHolder(Documents.incomingId(client, 0), messageId));
    }

    /** Carries out what a crash has cut off, before anything is served: copies whose session is gone or past them are left out. */
    void finishPlans() {
        for (BsonDocument document : to.incoming.find(com.mongodb.client.model.Filters.exists("plan"))) {
            Publication publication = Documents.publication(document);
            BsonDocument plan = document.getDocument("plan");
            List<Append> copies = new ArrayList<>();
            for (Append copy : Documents.copies(plan, publication)) {
                BsonDocument session =
                        to.sessions.find(eq(copy.client().value())).first();
                if (session != null
                        && session.getInt64("head").getValue() <= copy.record().sequence()) {
                    copies.add(copy);
                }
            }
            RetainedRecord retained = Documents.plannedRetained(plan);
            String source = document.containsKey("source")
                    ? document.getString("source").getValue()
                    : "";
            BsonDocument id = document.getDocument("_id");
            ClientId client = new ClientId(id.getString("client").getValue());
            if (source.equals("will")) {
                finishWill(client, document.getInt64("sourceMessageId").getValue(), copies, retained);
                continue;
            }
            insert(copies);
            putRetained(retained == null ? List.of() : List.of(retained));
            if (source.equals("queued")) {
                to.packets.deleteOne(and(
                        eq(Documents.packetId(client, id.getInt64("packetId").getValue())),
                        eq("messageId", document.getInt64("sourceMessageId").getValue())));
            }
            to.incoming.deleteOne(eq(id));
        }
    }
}
