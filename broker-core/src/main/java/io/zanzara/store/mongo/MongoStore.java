package io.zanzara.store.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ServerType;
import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreVisitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
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
    private static final int[] OLDEST_VERSION = {4, 4};

    private final MongoClient client;
    private final boolean ownsClient;
    private final MongoDatabase database;
    private final Duration leaseTerm;
    private final LongSupplier nanoClock;
    private final String description;
    private final MongoFailure failures;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable Opened opened;

    /**
     * Uses a client that somebody else configured and closes.
     *
     * @param client how to reach the server
     * @param database where the collections are or will be
     */
    public MongoStore(MongoClient client, String database) {
        this(client, false, database, Lease.TERM, System::nanoTime);
    }

    MongoStore(MongoClient client, boolean ownsClient, String database, Duration leaseTerm, LongSupplier nanoClock) {
        this.client = client;
        this.ownsClient = ownsClient;
        this.database = client.getDatabase(database);
        this.leaseTerm = leaseTerm;
        this.nanoClock = nanoClock;
        this.description = "MongoDB at " + hosts(client) + ", database " + database;
        this.failures = new MongoFailure(description);
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
                MongoClients.create(settings(parsed)),
                true,
                database == null ? DEFAULT_DATABASE : database,
                Lease.TERM,
                System::nanoTime);
    }

    static MongoClientSettings settings(ConnectionString uri) {
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

    private static String hosts(MongoClient client) {
        ClusterSettings settings = client.getClusterDescription().getClusterSettings();
        String srv = settings.getSrvHost();
        return srv != null
                ? srv
                : settings.getHosts().stream().map(ServerAddress::toString).collect(Collectors.joining(","));
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
                throw new StoreException(description + " is open already.");
            }
            return failures.translatingAtStart(this::take);
        } finally {
            writing.unlock();
        }
    }

    private long take() {
        requireVersion();
        boolean replicated = isReplicated();
        Tables tables = Tables.of(database, replicated);
        Meta meta = new Meta(tables.meta(), description);
        meta.requireKnownSchema();
        Opened taken = Opened.of(tables, new Lease(tables.meta(), leaseTerm, nanoClock), client);
        try {
            taken.lease.acquire();
            meta.writeSchema();
            long bootEpoch = meta.raiseBootEpoch();
            taken.recover();
            taken.lease.ensureHeld();
            opened = taken;
            return bootEpoch;
        } finally {
            if (opened == null) {
                taken.close();
            }
        }
    }

    private void requireVersion() {
        BsonDocument info = database.withTimeout(REACHABLE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .runCommand(
                        new BsonDocument("buildInfo", new BsonInt32(1)), ReadPreference.primary(), BsonDocument.class);
        BsonArray version = info.getArray("versionArray");
        int major = version.get(0).asNumber().intValue();
        int minor = version.get(1).asNumber().intValue();
        if (major < OLDEST_VERSION[0] || major == OLDEST_VERSION[0] && minor < OLDEST_VERSION[1]) {
            throw new StoreException(
                    description + " is of version " + major + "." + minor + "; Zanzara needs 4.4 or newer.");
        }
    }

    private boolean isReplicated() {
        boolean standalone = client.getClusterDescription().getServerDescriptions().stream()
                .anyMatch(server -> server.getType() == ServerType.STANDALONE);
        if (standalone) {
            LOG.warn(
                    "{} is a standalone server: it may apply a write that was given up after a later one, and what it"
                            + " has confirmed is on one disk only; a replica set, be it of one node, closes the first gap",
                    description);
        }
        return !standalone;
    }

    @Override
    public void load(StoreVisitor visitor) {
        read(tables -> {
            tables.sessions().find().forEach(visitor::session);
            tables.subscriptions().find().forEach(row -> visitor.subscription(row.client(), row.subscription()));
            tables.incoming().find(Plans.WITHOUT_RECORDS).forEach(visitor::incoming);
            tables.retained().find().forEach(visitor::retained);
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
            store.lease.ensureHeld();
            store.lanes.get(lane).write(batch);
            store.lease.ensureHeld();
            return true;
        });
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        return read(tables -> {
            List<QueueRecord> records = new ArrayList<>();
            if (from > through) {
                return records;
            }
            FindIterable<Append> queue = tables.packets()
                    .find(Ids.queue(client, from, through))
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
        return read(tables -> from > through ? 0L : tables.packets().countDocuments(Ids.queue(client, from, through)));
    }

    private <T> T read(Function<Tables, T> reading) {
        return shared("reading", store -> reading.apply(store.tables));
    }

    /** Calls go on side by side; {@link #close} waits for them. */
    private <T> T shared(String what, Function<Opened, T> work) {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            Opened store = opened;
            if (store == null) {
                throw new StoreException(description + " is closed.");
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
            if (opened != null) {
                opened.close();
                opened = null;
            }
            if (ownsClient) {
                client.close();
            }
        } finally {
            writing.unlock();
        }
    }

    /** What there is only while the store is open. */
    private record Opened(Tables tables, Lease lease, List<Lane> sessions, List<LaneWriter> lanes) {

        static Opened of(Tables tables, Lease lease, MongoClient client) {
            ClientSessionOptions options =
                    ClientSessionOptions.builder().causallyConsistent(false).build();
            List<Lane> sessions = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                sessions.add(new Lane(tables, client.startSession(options)));
            }
            return new Opened(
                    tables,
                    lease,
                    sessions,
                    sessions.stream().map(LaneWriter::new).toList());
        }

        void recover() {
            new Recovery(sessions.get(0), lanes.get(0)).run();
        }

        void close() {
            sessions.forEach(Lane::close);
            lease.close();
        }
    }
}
