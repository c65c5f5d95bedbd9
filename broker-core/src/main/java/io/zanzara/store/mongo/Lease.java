package io.zanzara.store.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import io.zanzara.store.StoreException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one broker to use the store, for a few seconds at a time, by the server's clock. Whoever lost it to another broker, because he was
 * frozen or cut off, must not acknowledge anything any more.
 */
final class Lease implements AutoCloseable {

    /** How long a right lasts if it is not renewed. */
    static final Duration TERM = Duration.ofSeconds(6);

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final BsonString ID = new BsonString("lease");
    private static final String OWNER = "owner";
    private static final String UNTIL = "until";
    private static final int RENEWALS_IN_A_TERM = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final MongoCollection<BsonDocument> meta;
    private final Duration term;
    private final BsonString owner =
            new BsonString(ManagementFactory.getRuntimeMXBean().getName() + " " + new ObjectId().toHexString());
    private final ScheduledExecutorService renewals = Executors.newSingleThreadScheduledExecutor(Lease::thread);

    private volatile boolean taken;
    private volatile boolean away;
    private volatile long validUntil;
    private volatile @Nullable String lostTo;

    Lease(MongoCollection<BsonDocument> meta, Duration term) {
        this.meta = meta;
        this.term = term;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "zanzara-mongo-lease");
        thread.setDaemon(true);
        return thread;
    }

    /** Takes the lease, and waits for its end if another broker has it: that one may have crashed just now. */
    void acquire() {
        writeFree();
        long deadline = System.nanoTime() + term.plus(PATIENCE).toNanos();
        boolean waited = false;
        while (!tryTake()) {
            String holder = holder();
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new StoreException("Another broker is using this database (" + holder
                        + "); stop it, or give this one a database of its own.");
            }
            if (!waited) {
                LOG.info("Waiting for the lease of {} to end", holder);
                waited = true;
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
        taken = true;
        long pause = term.toMillis() / RENEWALS_IN_A_TERM;
        renewals.scheduleWithFixedDelay(this::renewQuietly, pause, pause, TimeUnit.MILLISECONDS);
    }

    /** A condition on time cannot be part of an upsert, so there must be a document. */
    private void writeFree() {
        BsonDocument free = Ids.filter(ID).append(OWNER, new BsonString("")).append(UNTIL, new BsonDateTime(0));
        try {
            meta.insertOne(free);
        } catch (MongoWriteException failure) {
            if (failure.getCode() != Lane.DUPLICATE_KEY) {
                throw failure;
            }
        }
    }

    private boolean tryTake() {
        BsonDocument isOver = BsonDocument.parse("{$expr: {$lte: ['$" + UNTIL + "', '$$NOW']}}");
        BsonDocument isOurs = new BsonDocument(OWNER, owner);
        return prolong(Ids.filter(ID).append("$or", new BsonArray(List.of(isOver, isOurs))));
    }

    private boolean prolong(BsonDocument condition) {
        long asked = System.nanoTime();
        BsonDocument until = new BsonDocument(
                "$add", new BsonArray(List.of(new BsonString("$$NOW"), new BsonInt64(term.toMillis()))));
        BsonDocument literalOwner = new BsonDocument("$literal", owner);
        BsonDocument set = new BsonDocument("$set", new BsonDocument(OWNER, literalOwner).append(UNTIL, until));
        boolean ours = meta.updateOne(condition, List.of(set)).getMatchedCount() == 1;
        if (ours) {
            validUntil = asked + term.toNanos();
        }
        return ours;
    }

    private String holder() {
        BsonDocument lease = meta.find(Ids.filter(ID)).first();
        return lease == null ? "unknown" : lease.getString(OWNER).getValue();
    }

    private void renewQuietly() {
        try {
            renew();
            away = false;
        } catch (MongoException failure) {
            away = true;
            LOG.debug("The lease is not renewed: {}", failure.getMessage());
        } catch (StoreException lost) {
            LOG.error(lost.getMessage());
            renewals.shutdown();
        }
    }

    /** Prolongs it; returns when a majority has that, and so everything that was written before. */
    synchronized void renew() {
        requireNotLost();
        if (!prolong(Ids.filter(ID).append(OWNER, owner))) {
            lostTo = holder();
            requireNotLost();
        }
    }

    private void requireNotLost() {
        if (lostTo != null) {
            throw new StoreException("Another broker has taken over this database (" + lostTo
                    + ") while this one did not answer; this one acknowledges nothing more and must stop.");
        }
    }

    /** Returns if the store is this broker's alone at this moment. */
    void ensureHeld() {
        requireNotLost();
        if (System.nanoTime() - validUntil >= 0) {
            renew();
        }
    }

    /** Lets the next broker in at once, if the server can be told without waiting for it. */
    @Override
    public void close() {
        renewals.shutdownNow();
        if (!taken || away || lostTo != null) {
            return;
        }
        try {
            meta.updateOne(
                    Ids.filter(ID).append(OWNER, owner),
                    new BsonDocument("$set", new BsonDocument(UNTIL, new BsonDateTime(0))));
        } catch (MongoException failure) {
            LOG.debug("The lease is left to run out: {}", failure.getMessage());
        }
    }
}
