package io.zanzara.store.rocksdb;

import io.zanzara.message.ClientId;
import io.zanzara.message.Topic;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import io.zanzara.store.record.RecordCodec;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The embedded store: RocksDB in one directory.
 *
 * <p>A batch of operations is one synced write of RocksDB, so it is there as a whole or not at all, after a crash too; releases need no plan
 * and no repair. A failed write is not visible; only when the database is opened again may it turn out to have happened, as a whole.
 *
 * <p>A client's queue is one range of keys. Whoever reads it names the first number he wants: a scan from there does not see the graves of what
 * was consumed, of which there may be half a million. Appending looks up whether its number is taken only where it could be, see
 * {@link QueueEdges}: for the first number of a queue in this process, for one not above the highest added, and for one of an earlier boot
 * epoch. What is appended in order costs no read.
 *
 * <p>After an I/O error RocksDB refuses writes and serves reads. From some errors it recovers by itself, from others, such as a failed sync or
 * a disk that was full, only by being opened again; {@link #commit} does that when a second attempt has failed as well and the disk has room
 * for what opening writes.
 */
public final class RocksStore implements Store {

    private static final long FORMAT = 1;
    private static final byte[] FORMAT_KEY = Keys.bytes("format");
    private static final byte[] BOOT_EPOCH_KEY = Keys.bytes("bootEpoch");
    private static final int FAILURES_BEFORE_REOPENING = 2;
    private static final long ROOM_TO_REOPEN = 4 << 20;

    private final Path directory;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Object committing = new Object();
    private boolean open;
    private @Nullable Database database;
    private QueueEdges edges = new QueueEdges(0);
    private int failures;

    /** @param directory where the store is or will be; created if need be */
    public RocksStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public String description() {
        return "embedded store in " + directory;
    }

    @Override
    public long open() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            if (open) {
                throw new StoreException("The embedded store in " + directory + " is open already.");
            }
            createDirectory();
            NativeLibrary.load();
            refuseLogsThatLostSomething();
            long bootEpoch = openDatabase();
            edges = new QueueEdges(bootEpoch);
            failures = 0;
            open = true;
            return bootEpoch;
        } finally {
            writing.unlock();
        }
    }

    private void createDirectory() {
        try {
            Files.createDirectories(directory);
        } catch (IOException impossible) {
            throw new StoreException(
                    "The directory " + directory + " of the embedded store cannot be created (" + impossible
                            + "); choose another zanzara.store.embedded.path.",
                    false,
                    impossible);
        }
        if (!Files.isWritable(directory)) {
            throw new StoreException("The directory " + directory
                    + " of the embedded store is not writable; change its permissions or choose another"
                    + " zanzara.store.embedded.path.");
        }
    }

    private void refuseLogsThatLostSomething() {
        try {
            LogCheck.Damage damage = LogCheck.suspicion(directory);
            if (damage != null && Database.lastSequence(directory) < damage.lastSequence()) {
                throw RocksFailure.damagedLog(directory, damage);
            }
        } catch (IOException | RocksDBException failure) {
            // opening fails of the same, and has the sentence for it
        }
    }

    private long openDatabase() {
        Database opened = null;
        try {
            opened = Database.open(directory);
            long bootEpoch = begin(opened);
            database = opened;
            return bootEpoch;
        } catch (RocksDBException failure) {
            throw RocksFailure.atStart(directory, failure);
        } finally {
            if (opened != null && database == null) {
                opened.close();
            }
        }
    }

    private long begin(Database opened) throws RocksDBException {
        long format = readMeta(opened, FORMAT_KEY, 0);
        if (format > FORMAT) {
            throw new StoreException("The embedded store in " + directory + " has format " + format
                    + ", this Zanzara knows only " + FORMAT + "; run the newer version that wrote it.");
        }
        if (format < FORMAT) {
            writeMeta(opened, FORMAT_KEY, FORMAT);
        }
        long bootEpoch = readMeta(opened, BOOT_EPOCH_KEY, 0) + 1;
        writeMeta(opened, BOOT_EPOCH_KEY, bootEpoch);
        return bootEpoch;
    }

    private static long readMeta(Database opened, byte[] key, long absent) throws RocksDBException {
        byte[] value = opened.get(Table.META, key);
        return value == null ? absent : ByteBuffer.wrap(value).getLong();
    }

    private static void writeMeta(Database opened, byte[] key, long value) throws RocksDBException {
        opened.put(
                Table.META, key, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    @Override
    public void load(StoreVisitor visitor) {
        byte[] first = {};
        read(from -> {
            from.scan(Table.SESSIONS, first, null, row -> {
                visitor.session(RecordCodec.session(Keys.client(row.key()), row.value()));
                return true;
            });
            from.scan(Table.SUBSCRIPTIONS, first, null, row -> {
                byte[] key = row.key();
                visitor.subscription(Keys.client(key), RecordCodec.subscription(Keys.filter(key), row.value()));
                return true;
            });
            from.scan(Table.INCOMING, first, null, row -> {
                byte[] key = row.key();
                visitor.incoming(RecordCodec.incoming(Keys.client(key), Keys.packetIdentifier(key), row.value()));
                return true;
            });
            from.scan(Table.RETAINED, first, null, row -> {
                Topic topic = new Topic(new String(row.key(), StandardCharsets.UTF_8));
                visitor.retained(RecordCodec.retained(topic, row.value()));
                return true;
            });
        });
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void commit(int lane, List<StoreOperation> batch) {
        synchronized (committing) {
            if (failures >= FAILURES_BEFORE_REOPENING && hasRoomToReopen()) {
                reopen();
            }
            Lock reading = lock.readLock();
            reading.lock();
            try (BatchWriter writer = new BatchWriter(requireDatabase(), edges)) {
                for (StoreOperation operation : batch) {
                    writer.add(operation);
                }
                writer.write();
                failures = 0;
            } catch (RocksDBException failure) {
                failures++;
                throw RocksFailure.atWork(directory, "writing", failure);
            } finally {
                reading.unlock();
            }
        }
    }

    /** Opening turns the write-ahead log into tables; a database that was closed on a full disk could not even be read any more. */
    private boolean hasRoomToReopen() {
        File[] logs = directory.toFile().listFiles(file -> file.getName().endsWith(".log"));
        long bytes = logs == null
                ? Long.MAX_VALUE - ROOM_TO_REOPEN
                : Stream.of(logs).mapToLong(File::length).sum();
        return directory.toFile().getUsableSpace() > bytes + ROOM_TO_REOPEN;
    }

    private void reopen() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            if (!open) {
                return; // the caller finds out
            }
            closeDatabase();
            database = Database.open(directory);
            failures = 0;
        } catch (RocksDBException failure) {
            throw RocksFailure.atWork(directory, "being opened again", failure);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public List<QueueRecord> readQueue(ClientId client, long from, long through, int maxRecords, int maxBytes) {
        List<QueueRecord> records = new ArrayList<>();
        scanQueue(client, from, through, new RowVisitor() {
            private long bytes;

            @Override
            public boolean visit(RocksIterator row) {
                QueueRecord record = RecordCodec.queueRecord(Keys.sequence(row.key()), row.value());
                records.add(record);
                bytes += record.publication().payload().length;
                return records.size() < maxRecords && bytes <= maxBytes;
            }
        });
        return records;
    }

    @Override
    public long countQueue(ClientId client, long from, long through) {
        long[] count = {0};
        scanQueue(client, from, through, row -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    private void scanQueue(ClientId client, long from, long through, RowVisitor visitor) {
        byte[] prefix = Keys.prefix(client);
        read(in -> {
            if (from <= through) {
                // As unsigned numbers, in which keys are ordered, even the largest long has a successor.
                in.scan(Table.PACKETS, Keys.queued(prefix, from), Keys.queued(prefix, through + 1), visitor);
            }
        });
    }

    /** Returns how often the write-ahead log has been synced to the disk since the store was opened. */
    public long syncs() {
        long[] syncs = {0};
        read(from -> syncs[0] = from.syncs());
        return syncs[0];
    }

    /**
     * Backs the open store up while it goes on: everything committed before the call is in the copy, later batches are in it as a whole or not at
     * all. A broker starts on the copy as on the store itself. On the store's own disk the tables take no room until the store drops them.
     *
     * @param target a directory that does not exist; its parent is created if need be
     * @throws StoreException with one sentence that says what is wrong and what to do; no half-made copy is left under that name
     */
    public void backUp(Path target) {
        if (Files.exists(target)) {
            throw new StoreException("A backup needs a new directory, and " + target + " is there already.");
        }
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
        } catch (IOException impossible) {
            throw new StoreException(
                    "The directory of the backup " + target + " cannot be created (" + impossible + ").",
                    false,
                    impossible);
        }
        Lock shared = lock.readLock();
        shared.lock();
        try {
            requireDatabase().checkpoint(target);
        } catch (RocksDBException failure) {
            throw RocksFailure.atBackUp(directory, target, failure);
        } finally {
            shared.unlock();
        }
    }

    private void read(Reading reading) {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            reading.from(requireDatabase());
        } catch (RocksDBException failure) {
            throw RocksFailure.atWork(directory, "reading", failure);
        } finally {
            shared.unlock();
        }
    }

    private Database requireDatabase() {
        if (!open) {
            throw new StoreException("The embedded store in " + directory + " is closed.");
        }
        if (database == null) {
            throw new StoreException(
                    "The embedded store in " + directory + " is not back from an error yet.", true, null);
        }
        return database;
    }

    /** Waits for calls under way. */
    @Override
    public void close() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            open = false;
            closeDatabase();
        } finally {
            writing.unlock();
        }
    }

    private void closeDatabase() {
        if (database != null) {
            database.close();
            database = null;
        }
    }

    @FunctionalInterface
    private interface Reading {
        void from(Database database) throws RocksDBException;
    }
}
