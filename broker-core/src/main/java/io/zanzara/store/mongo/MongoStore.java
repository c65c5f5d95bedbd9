package io.zanzara.store.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lte;

import com.mongodb.ConnectionString;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import io.zanzara.message.ClientId;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps everything in MongoDB 4.4 or newer. Every write is confirmed by a majority and journaled; batches are idempotent, so that one whose
 * outcome is unknown is carried out again.
 */
public final class MongoStore implements Store {

    /** The database that is used where the URI names none. */
    public static final String DEFAULT_DATABASE = "zanzara";

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final int LANES = 2;
    private static final int SCHEMA_VERSION = 1;
    private static final int OLDEST_WIRE_VERSION = 9; // MongoDB 4.4

    private final Supplier<MongoClient> clients;
    private final boolean ownsClient;
    private final String databaseName;
    private final String hosts;
    private @Nullable MongoClient client;
    private @Nullable Collections collections;
    private @Nullable BatchWriter writer;
    private @Nullable Lease lease;

    /**
     * A store over a client that its owner closes.
     *
     * @param hosts where the servers are, for messages
     */
    public MongoStore(MongoClient client, String databaseName, String hosts) {
        this(() -> client, false, databaseName, hosts);
    }

    private MongoStore(Supplier<MongoClient> clients, boolean ownsClient, String databaseName, String hosts) {
        this.clients = clients;
        this.ownsClient = ownsClient;
        this.databaseName = databaseName;
        this.hosts = hosts;
    }

    /**
     * A store over a client of its own.
     *
     * @param uri a MongoDB connection string; its database, or {@link #DEFAULT_DATABASE}, is used
     * @throws IllegalArgumentException if it is none
     */
    public static MongoStore connect(String uri) {
        ConnectionString connection = new ConnectionString(uri);
        String database = connection.getDatabase();
        return new MongoStore(
                () -> MongoClients.create(settings(connection)),
                true,
                database == null ? DEFAULT_DATABASE : database,
                String.join(",", connection.getHosts()));
    }

    private static MongoClientSettings settings(ConnectionString connection) {
        return MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(5, TimeUnit.SECONDS))
                .applyToSocketSettings(
                        socket -> socket.connectTimeout(5, TimeUnit.SECONDS).readTimeout(10, TimeUnit.SECONDS))
                .applyConnectionString(connection)
                .build();
    }

    @Override
    public String description() {
        return "MongoDB store at " + hosts + ", database " + databaseName;
    }

    @Override
    public long open() {
        return asked(() -> {
            MongoClient opened = clients.get();
            client = opened;
            MongoDatabase database = opened.getDatabase(databaseName);
            checkServer(database);
            Collections to = new Collections(database);
            checkSchema(to);
            Lease taken =
                    new Lease(to.meta, ManagementFactory.getRuntimeMXBean().getName() + "/" + System.nanoTime());
            taken.acquire();
            lease = taken;
            collections = to;
            BatchWriter batches = new BatchWriter(to);
            batches.finishPlans();
            writer = batches;
            return raiseBootEpoch(to);
        });
    }

    private void checkServer(MongoDatabase database) {
        BsonDocument hello;
        try {
            hello = database.runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class);
        } catch (MongoTimeoutException e) {
            throw new StoreException(
                    "MongoDB at " + hosts + " is not reachable; start it or set spring.mongodb.uri.", true, e);
        } catch (MongoSecurityException e) {
            throw new StoreException(
                    "MongoDB at " + hosts + " refuses the user; check the credentials in spring.mongodb.uri.",
                    false,
                    e);
        }
        if (hello.getInt32("maxWireVersion").getValue() < OLDEST_WIRE_VERSION) {
            throw new StoreException("MongoDB at " + hosts + " is older than 4.4; use a newer server.");
        }
        if (!hello.containsKey("setName") && !hello.containsKey("msg")) {
            LOG.warn(
                    "MongoDB at {} is a standalone server: a write that is interrupted is repeated by the broker alone,"
                            + " and there is no second copy; a replica set (one node is enough) is stronger",
                    hosts);
        }
    }

    private void checkSchema(Collections to) {
        BsonDocument schema = to.meta.find(eq("schema")).first();
        if (schema == null) {
            to.meta.replaceOne(
                    eq("schema"),
                    new BsonDocument("version", new BsonInt32(SCHEMA_VERSION)),
                    new com.mongodb.client.model.ReplaceOptions().upsert(true));
        } else if (schema.getInt32("version").getValue() > SCHEMA_VERSION) {
            throw new StoreException("MongoDB database " + databaseName + " has schema version "
                    + schema.getInt32("version").getValue() + ", this broker knows up to " + SCHEMA_VERSION
                    + "; use the newer broker or another database.");
        }
    }

    private static long raiseBootEpoch(Collections to) {
        BsonDocument boot = to.meta.findOneAndUpdate(
                eq("boot"),
                Updates.inc("epoch", 1L),
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
        return Objects.requireNonNull(boot).getInt64("epoch").getValue();
    }

    @Override
    public void load(StoreVisitor visitor) {
        asked(() -> {
            Collections from = opened();
            from.sessions.find().forEach(document -> visitor.session(Documents.sessionRecord(document)));
            from.subscriptions
                    .find()
                    .forEach(document -> visitor.subscription(
                            new ClientId(document.getString("client").getValue()), Documents.subscription(document)));
            from.incoming.find().forEach(document -> visitor.incoming(Documents.incomingRecord(document)));
            from.retained.find().forEach(document -> visitor.retained(Documents.retainedRecord(document)));
            return null;
        });
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        asked(() -> {
            opened();
            Lease held = Objects.requireNonNull(lease);
            held.require();
            Objects.requireNonNull(writer).write(batch);
            // a broker that was frozen meanwhile must not acknowledge what another may have overtaken
            held.require();
            return null;
        });
    }

    @Override
    public void probe() {
        asked(() -> {
            opened().meta.find(eq("schema")).first();
            Objects.requireNonNull(lease).require();
            return null;
        });
    }

    @Override
    public List<QueueRecord> readQueue(ClientId owner, long from, long through, int maxRecords, int maxBytes) {
        return asked(() -> {
            List<QueueRecord> page = new ArrayList<>();
            int bytes = 0;
            for (RawBsonDocument document : opened().packets
                    .find(range(owner, from, through))
                    .sort(Sorts.ascending("_id"))
                    .limit(maxRecords)
                    .batchSize(maxRecords)) {
                QueueRecord record = Documents.queueRecord(document);
                page.add(record);
                bytes += record.publication().payload().length;
                if (bytes >= maxBytes) {
                    break;
                }
            }
            return page;
        });
    }

    @Override
    public long countQueue(ClientId owner, long from, long through) {
        return asked(() -> opened().packets.countDocuments(range(owner, from, through)));
    }

    private static Bson range(ClientId owner, long from, long through) {
        return and(gte("_id", Documents.packetId(owner, from)), lte("_id", Documents.packetId(owner, through)));
    }

    private Collections opened() {
        Collections open = collections;
        if (open == null) {
            throw new StoreException("the MongoDB store is not open");
        }
        return open;
    }

    /** Runs a call and says of its failure whether a repetition may help. */
    private <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (MongoException e) {
            throw new StoreException("MongoDB at " + hosts + ": " + e.getMessage(), isRetryable(e), e);
        } catch (IllegalStateException e) {
            throw new StoreException("the MongoDB store is closed", false, e);
        }
    }

    private static boolean isRetryable(MongoException e) {
        if (e instanceof MongoBulkWriteException bulk) {
            return bulk.getWriteErrors().isEmpty(); // the write concern was not met: the outcome is unknown
        }
        boolean away = e instanceof MongoNotPrimaryException || e instanceof MongoNodeIsRecoveringException;
        boolean refused = e instanceof MongoServerException && !(e instanceof MongoCommandException);
        return away
                || e.hasErrorLabel("RetryableWriteError")
                || e.hasErrorLabel("TransientTransactionError")
                || (e instanceof MongoCommandException command && isTransient(command.getErrorCode()))
                || (!refused && !(e instanceof MongoCommandException));
    }

    /** Interruptions and failures of a step-down, by their codes in the server's error_codes.yml. */
    private static boolean isTransient(int code) {
        return switch (code) {
            case 6, 7, 50, 63, 64, 89, 91, 112, 133, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436 -> true;
            default -> false;
        };
    }

    @Override
    public void close() {
        Lease held = lease;
        if (held != null) {
            held.close();
            lease = null;
        }
        collections = null;
        MongoClient used = client;
        if (used != null && ownsClient) {
            used.close();
        }
        client = null;
    }
}
