package io.zanzara.store.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.connection.ServerType;
import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreVisitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in MongoDB, 4.4 or newer.
 *
 * <p>A batch is not atomic here; {@link LaneWriter} writes its parts in an order in which each moment is a safe one, and repeats of a batch find
 * what is there by its {@code _id}. What must happen as a whole, releases and ends of sessions, is written down first and completed by
 * {@link #open} if a crash cut it off.
 *
 * <p>While the server is away, calls fail with retryable exceptions. When another broker has taken the lease, they fail for good.
 */
public final class MongoStore implements Store {

    /** The database that is used if the connection string names none. */
    public static final String DEFAULT_DATABASE = "zanzara";

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final int LANES = 2;
    private static final Duration REACHABLE_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
    private static final int READ_AT_ONCE = 10_000;
    private static final int OLDEST_MAJOR = 4;
    private static final int OLDEST_MINOR = 4;

    private static final ClientSessionOptions OF_A_LANE =
            ClientSessionOptions.builder().causallyConsistent(false).build();

    /** A primary that has just been elected may not know yet how much of what it has is a majority's; readers wait until it does. */
    private static final ClientSessionOptions AFTER_WRITES =
            ClientSessionOptions.builder().causallyConsistent(true).build();

    private final Supplier<MongoClient> clients;
    private final boolean ownsClient;
    private final String database;
    private final Duration leaseTerm;
    private final String description;
    private final MongoFailure failures;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable Opened opened;

    /**
     * Uses a client that its owner closes.
     *
     * @param hosts where the servers are, for messages
     */
    public MongoStore(MongoClient client, String database, String hosts) {
        this(() -> client, false, database, hosts, Lease.TERM);
    }

    private MongoStore(
            Supplier<MongoClient> clients, boolean ownsClient, String database, String hosts, Duration leaseTerm) {
        this.clients = clients;
        this.ownsClient = ownsClient;
        this.database = database;
        this.leaseTerm = leaseTerm;
        this.description = "MongoDB store at " + hosts + ", database " + database;
        this.failures = new MongoFailure("MongoDB at " + hosts);
    }

    /** For tests that wait for a lease to end. */
    static MongoStore withLease(MongoClient client, String database, Duration term) {
        return new MongoStore(() -> client, false, database, "test", term);
    }

    /**
     * Returns a store with a client of its own, which gives up soon enough for the broker to notice that the server is away or frozen.
     *
     * @param uri a MongoDB connection string; its options come before ours
     * @throws StoreException if that is not a connection string
     */
    public static MongoStore connect(String uri) {
        ConnectionString parsed;
        try {
            parsed = new ConnectionString(uri);
        } catch (IllegalArgumentException malformed) {
            // The driver's message may hold what was between the slashes, a password too.
            throw new StoreException("spring.mongodb.uri is not a MongoDB connection string;"
                    + " it looks like mongodb://host:27017/zanzara?replicaSet=rs0.");
        }
        String database = parsed.getDatabase();
        return new MongoStore(
                () -> MongoClients.create(settings(parsed)),
                true,
                database == null ? DEFAULT_DATABASE : database,
                hosts(parsed),
                Lease.TERM);
    }

    private static MongoClientSettings settings(ConnectionString uri) {
        return MongoClientSettings.builder()
                .applicationName("zanzara")
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(REACHABLE_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .applyToSocketSettings(
                        socket -> socket.connectTimeout((int) REACHABLE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                                .readTimeout((int) ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(
                        pool -> pool.maxWaitTime(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .applyConnectionString(uri)
                .retryWrites(true)
                .build();
    }

    /** Without user and password. */
    private static String hosts(ConnectionString uri) {
        return String.join(",", uri.getHosts());
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public long open() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            if (opened != null) {
                throw new StoreException("The " + description + ", is open already.");
            }
            return failures.translatingAtStart(this::take);
        } finally {
            writing.unlock();
        }
    }

    private long take() {
        MongoClient client = clients.get();
        Opened taken = null;
        try {
            requireVersion(client);
            boolean replicated = isReplicated(client);
            MongoDatabase tables = client.getDatabase(database);
            Meta meta = new Meta(Tables.meta(tables, replicated), "The " + description);
            meta.requireKnownSchema();
            taken = new Opened(client, meta, new Lease(Tables.meta(tables, replicated), leaseTerm));
            taken.lease.acquire();
            meta.writeSchema();
            long bootEpoch = meta.raiseBootEpoch();
            new Fence(tables, bootEpoch).raise();
            taken.begin(Tables.of(tables, replicated, bootEpoch));
            new Recovery(taken.lanes.get(0)).run();
            taken.lease.ensureHeld();
            taken.remember(taken.lanes.get(0).operationTime());
            opened = taken;
            return bootEpoch;
        } finally {
            if (opened == null && taken != null) {
                taken.close();
            }
            if (opened == null && ownsClient) {
                client.close();
            }
        }
    }

    private void requireVersion(MongoClient client) {
        BsonDocument info = client.getDatabase(database)
                .withTimeout(REACHABLE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .runCommand(
                        new BsonDocument("buildInfo", new BsonInt32(1)), ReadPreference.primary(), BsonDocument.class);
        BsonArray version = info.getArray("versionArray");
        int major = version.get(0).asNumber().intValue();
        int minor = version.get(1).asNumber().intValue();
        if (major < OLDEST_MAJOR || major == OLDEST_MAJOR && minor < OLDEST_MINOR) {
            throw new StoreException(
                    "The " + description + ", is of version " + major + "." + minor + "; Zanzara needs 4.4 or newer.");
        }
    }

    private boolean isReplicated(MongoClient client) {
        boolean standalone = client.getClusterDescription().getServerDescriptions().stream()
                .anyMatch(server -> server.getType() == ServerType.STANDALONE);
        if (standalone) {
            LOG.warn(
                    "The {}, is a standalone server: it has no second copy, and a write that was given up may take effect"
                            + " after a later one; a replica set (one node is enough) is stronger",
                    description);
        }
        return !standalone;
    }

    @Override
    public void load(StoreVisitor visitor) {
        read((tables, session) -> {
            tables.sessions().find(session).forEach(visitor::session);
            tables.subscriptions().find(session).forEach(row -> visitor.subscription(row.client(), row.subscription()));
            tables.incoming().find(session, Plans.WITHOUT_RECORDS).forEach(visitor::incoming);
            tables.retained().find(session).forEach(visitor::retained);
            return true;
        });
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        shared("writing", store -> {
            store.commit(lane, batch);
            return true;
        });
    }

    @Override
    public void probe() {
        shared("answering", store -> {
            store.meta.requireKnownSchema();
            store.lease.ensureHeld();
            return true;
        });
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        return read((tables, session) -> {
            List<QueueRecord> records = new ArrayList<>();
            if (from > through) {
                return records;
            }
            FindIterable<Append> queue = tables.packets()
                    .find(session, Ids.queue(client, from, through))
                    .sort(Ids.ASCENDING)
                    .limit(maxRecords)
                    .batchSize(Math.min(maxRecords, READ_AT_ONCE));
            try (MongoCursor<Append> cursor = queue.cursor()) {
                long bytes = 0;
                while (bytes <= maxBytes && records.size() < maxRecords && cursor.hasNext()) {
                    QueueRecord record = cursor.next().record();
                    records.add(record);
                    bytes += record.publication().payload().length;
                }
            }
            return records;
        });
    }

    @Override
    public long countQueue(ClientId client, long from, long through) {
        return read((tables, session) ->
                from > through ? 0L : tables.packets().countDocuments(session, Ids.queue(client, from, through)));
    }

    @Override
    public QueueSize measureQueue(ClientId client, long from, long through) {
        if (from > through) {
            return QueueSize.EMPTY;
        }
        List<Bson> stages = List.of(
                Aggregates.match(Ids.queue(client, from, through)),
                Aggregates.group(
                        null,
                        Accumulators.sum("messages", 1L),
                        Accumulators.sum("payloads", new BsonDocument("$binarySize", new BsonString("$payload")))));
        return read((tables, session) -> {
            BsonDocument sums = tables.packets()
                    .withCodecRegistry(MongoClientSettings.getDefaultCodecRegistry())
                    .aggregate(session, stages, BsonDocument.class)
                    .first();
            if (sums == null) {
                return QueueSize.EMPTY;
            }
            long messages = sums.getNumber("messages").longValue();
            long payloads = sums.getNumber("payloads").longValue();
            return new QueueSize(messages, payloads + messages * QueueRecord.OVERHEAD);
        });
    }

    private <T> T read(BiFunction<Tables, ClientSession, T> reading) {
        return shared("reading", store -> {
            try (ClientSession session = store.client.startSession(AFTER_WRITES)) {
                session.advanceOperationTime(store.written.get());
                return reading.apply(store.tables(), session);
            }
        });
    }

    /** Calls go on side by side; {@link #close} waits for them. */
    private <T> T shared(String what, Function<Opened, T> work) {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            Opened store = opened;
            if (store == null) {
                throw new StoreException("The " + description + ", is closed.");
            }
            return failures.translating(what, () -> work.apply(store));
        } finally {
            shared.unlock();
        }
    }

    @Override
    public void close() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            Opened store = opened;
            opened = null;
            if (store != null) {
                store.close();
                if (ownsClient) {
                    store.client.close();
                }
            }
        } finally {
            writing.unlock();
        }
    }

    /** What there is only while the store is open. */
    private static final class Opened {

        private final MongoClient client;
        private final Meta meta;
        private final Lease lease;
        private final List<Lane> lanes = new ArrayList<>();
        private final List<LaneWriter> writers = new ArrayList<>();
        private @Nullable Tables tables;
        private final AtomicReference<@Nullable BsonTimestamp> written = new AtomicReference<>();
        private final boolean[] unsure = new boolean[LANES];

        Opened(MongoClient client, Meta meta, Lease lease) {
            this.client = client;
            this.meta = meta;
            this.lease = lease;
        }

        /** The epoch is known. */
        void begin(Tables ours) {
            tables = ours;
            for (int lane = 0; lane < LANES; lane++) {
                Lane added = new Lane(ours, client.startSession(OF_A_LANE));
                lanes.add(added);
                writers.add(new LaneWriter(added));
            }
        }

        Tables tables() {
            return Objects.requireNonNull(tables);
        }

        void commit(int lane, List<StoreOperation> batch) {
            boolean again = unsure[lane];
            unsure[lane] = true;
            lease.ensureHeld();
            writers.get(lane).write(batch);
            if (again) {
                // what was found done may be so on the primary alone: a majority that confirms this has that, too
                lease.renew();
            } else {
                lease.ensureHeld();
            }
            unsure[lane] = false;
            remember(lanes.get(lane).operationTime());
        }

        /** Later reads will see at least what there was at this time. */
        void remember(@Nullable BsonTimestamp time) {
            if (time != null) {
                written.accumulateAndGet(time, (a, b) -> a != null && b != null && a.compareTo(b) > 0 ? a : b);
            }
        }

        void close() {
            lanes.forEach(Lane::close);
            lease.close();
        }
    }
}
