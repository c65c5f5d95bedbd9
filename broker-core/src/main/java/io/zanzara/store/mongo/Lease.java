package io.zanzara.store.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.expr;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.result.UpdateResult;
import io.zanzara.store.StoreException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker at a time: a document in {@code meta} says who owns the database and until when, by the server's clock. A broker that was frozen
 * past its time must win the lease again before it may acknowledge anything; if another has it, it never may.
 */
final class Lease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final String ID = "lease";
    private static final long MILLIS = 6_000;
    private static final long RENEW_MILLIS = 1_500;
    private static final int DUPLICATE_KEY = 11_000;

    private final MongoCollection<BsonDocument> meta;
    private final String owner;
    private volatile long safeUntil;
    private volatile boolean lost;
    private volatile boolean closed;
    private volatile boolean away;
    private @Nullable Thread renewal;

    Lease(MongoCollection<BsonDocument> meta, String owner) {
        this.meta = meta;
        this.owner = owner;
    }

    /** Takes the lease, waiting until the one of a broker that has died runs out. */
    void acquire() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS + 2_000);
        boolean told = false;
        Bson expired = expr(
                new BsonDocument("$lt", new BsonArray(List.of(new BsonString("$until"), new BsonString("$$NOW")))));
        while (!take(expired, false) && !take(exists("owner", false), true)) {
            if (System.nanoTime() > deadline) {
                BsonDocument holder = meta.find(eq(ID)).first();
                throw new StoreException(
                        "MongoDB database " + meta.getNamespace().getDatabaseName()
                                + " is in use by another broker ("
                                + (holder == null
                                        ? "unknown"
                                        : holder.getString("owner").getValue())
                                + "); stop that one or choose another database in spring.mongodb.uri.");
            }
            if (!told) {
                LOG.info("another broker holds the database, or did until it died; waiting for its lease to run out");
                told = true;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        Thread thread = new Thread(this::keep, "zanzara-lease");
        thread.setDaemon(true);
        renewal = thread;
        thread.start();
    }

    /**
     * Writes our name if the condition on the present lease holds.
     *
     * @param create whether to do so too if there is no lease at all
     */
    private boolean take(Bson condition, boolean create) {
        long asked = System.nanoTime();
        BsonDocument until =
                new BsonDocument("$add", new BsonArray(List.of(new BsonString("$$NOW"), new BsonInt64(MILLIS))));
        BsonDocument set =
                new BsonDocument("$set", new BsonDocument("owner", new BsonString(owner)).append("until", until));
        try {
            UpdateOptions options = new UpdateOptions().upsert(create);
            UpdateResult result = meta.updateOne(and(eq(ID), condition), List.of(set), options);
            if (result.getMatchedCount() == 0 && result.getUpsertedId() == null) {
                return false;
            }
        } catch (MongoException e) {
            if (e.getCode() == DUPLICATE_KEY) {
                return false;
            }
            throw e;
        }
        safeUntil = asked + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        return true;
    }

    private void keep() {
        while (!closed && !lost) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RENEW_MILLIS));
            try {
                renew();
                away = false;
            } catch (MongoException e) {
                away = true; // whoever commits next renews first
            }
        }
    }

    private synchronized void renew() {
        if (!closed && !lost && !take(eq("owner", owner), true)) {
            lost = true;
        }
    }

    /** Makes sure the database is ours at this moment. */
    void require() {
        if (!lost && System.nanoTime() - safeUntil > 0) {
            renew();
        }
        if (lost) {
            throw new StoreException("another broker has taken over the database; this one stops");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        Thread thread = renewal;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        if (!lost && !away) {
            try {
                meta.deleteOne(and(eq(ID), eq("owner", owner)));
            } catch (MongoException e) {
                // it runs out by itself
            }
        }
    }
}
