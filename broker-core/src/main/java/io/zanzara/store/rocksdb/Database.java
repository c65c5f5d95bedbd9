package io.zanzara.store.rocksdb;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Slice;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** An open RocksDB with its tables and all native objects that must be freed with it. */
final class Database implements AutoCloseable {

    private static final long MEGABYTE = 1 << 20;
    private static final long BLOCK_CACHE = 32 * MEGABYTE;
    private static final long QUEUE_BUFFER = 32 * MEGABYTE;
    private static final long SMALL_BUFFER = 8 * MEGABYTE;
    private static final long WRITE_AHEAD_LOG = 192 * MEGABYTE;
    private static final int OPEN_FILES = 256;
    private static final int BITS_PER_KEY = 10;

    /** Each read of a memtable looks at all range deletions in it; beyond so many the memtable is flushed. */
    private static final int RANGE_DELETIONS = 2_000;

    /**
     * All up to the first record that does not add up: after a power cut that is the one nobody was told of. Absolute consistency would refuse
     * to start after each power cut, and tolerating only a corrupted tail does so when the tail is garbage of full length; neither allows logs to
     * be recycled. What this mode drops besides, {@link LogCheck} finds.
     */
    private static final WALRecoveryMode RECOVERY = WALRecoveryMode.PointInTimeRecovery;

    private final Deque<AutoCloseable> natives = new ArrayDeque<>();
    private final Map<Table, ColumnFamilyHandle> handles = new EnumMap<>(Table.class);
    private final Statistics statistics;
    private final WriteOptions synced;
    private final RocksDB rocks;

    private Database(Path directory) throws RocksDBException {
        statistics = owned(new Statistics());
        statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
        synced = owned(new WriteOptions()).setSync(true);
        LRUCache cache = owned(new LRUCache(BLOCK_CACHE));
        BloomFilter filter = owned(new BloomFilter(BITS_PER_KEY));
        BlockBasedTableConfig blocks =
                new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter);
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        families.add(new ColumnFamilyDescriptor(
                RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions(blocks, SMALL_BUFFER))); // RocksDB insists on it
        for (Table table : Table.values()) {
            long buffer = table == Table.PACKETS ? QUEUE_BUFFER : SMALL_BUFFER;
            families.add(new ColumnFamilyDescriptor(table.nameOnDisk(), familyOptions(blocks, buffer)));
        }
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        try {
            rocks = RocksDB.open(databaseOptions(), directory.toString(), families, opened);
        } catch (RocksDBException refused) {
            closeNatives();
            throw refused;
        }
        natives.push(rocks);
        opened.forEach(natives::push);
        for (Table table : Table.values()) {
            handles.put(table, opened.get(1 + table.ordinal()));
        }
    }

    static Database open(Path directory) throws RocksDBException {
        return new Database(directory);
    }

    /** Returns the sequence number that opening would reach, without changing anything on the disk. */
    static long lastSequence(Path directory) throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Options options = new Options();
                DBOptions databaseOptions = new DBOptions().setWalRecoveryMode(RECOVERY)) {
            List<ColumnFamilyDescriptor> families = RocksDB.listColumnFamilies(options, directory.toString()).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
            try (RocksDB rocks = RocksDB.openReadOnly(databaseOptions, directory.toString(), families, handles)) {
                handles.forEach(ColumnFamilyHandle::close);
                return rocks.getLatestSequenceNumber();
            }
        }
    }

    private DBOptions databaseOptions() {
        return owned(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setStatistics(statistics)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(OPEN_FILES)
                .setMaxTotalWalSize(WRITE_AHEAD_LOG)
                .setRecycleLogFileNum(2) // a sync of a log that needs no new blocks is one write to the disk, not two
                .setWalRecoveryMode(RECOVERY)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(4)
                .setStatsDumpPeriodSec(0);
    }

    private ColumnFamilyOptions familyOptions(BlockBasedTableConfig blocks, long buffer) {
        return owned(new ColumnFamilyOptions())
                .setTableFormatConfig(blocks)
                .setWriteBufferSize(buffer)
                .setMaxWriteBufferNumber(2)
                .setMemtableMaxRangeDeletions(RANGE_DELETIONS)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION);
    }

    private <T extends AutoCloseable> T owned(T nativeObject) {
        natives.push(nativeObject);
        return nativeObject;
    }

    ColumnFamilyHandle handle(Table table) {
        ColumnFamilyHandle handle = handles.get(table);
        if (handle == null) {
            throw new IllegalStateException("no column family " + table);
        }
        return handle;
    }

    byte @Nullable [] get(Table table, byte[] key) throws RocksDBException {
        return rocks.get(handle(table), key);
    }

    /** Makes a batch durable as one: all of it survives a crash, or nothing. */
    void write(WriteBatch batch) throws RocksDBException {
        rocks.write(synced, batch);
    }

    void put(Table table, byte[] key, byte[] value) throws RocksDBException {
        rocks.put(handle(table), synced, key, value);
    }

    /**
     * Shows {@code visitor} the rows from {@code from} on and before {@code end} (null: all there are), until it has seen enough. The bounds
     * are exact, so that deleted rows outside are not walked; read-ahead is left to RocksDB, which begins it at the third block.
     */
    void scan(Table table, byte[] from, byte @Nullable [] end, RowVisitor visitor) throws RocksDBException {
        try (ReadOptions options = new ReadOptions();
                Slice bound = new Slice(end == null ? new byte[0] : end)) {
            if (end != null) {
                options.setIterateUpperBound(bound);
            }
            try (var rows = rocks.newIterator(handle(table), options)) {
                rows.seek(from);
                while (rows.isValid() && visitor.visit(rows)) {
                    rows.next();
                }
                rows.status();
            }
        }
    }

    /** Makes a consistent copy in a directory that is not there yet, while others write. Tables are shared with it where the disk allows. */
    void checkpoint(Path target) throws RocksDBException {
        try (Checkpoint checkpoint = Checkpoint.create(rocks)) {
            checkpoint.createCheckpoint(target.toString());
        }
    }

    /** Returns how often the write-ahead log was synced since the database was opened. */
    long syncs() {
        return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
    }

    @Override
    public void close() {
        handles.clear();
        closeNatives();
    }

    private void closeNatives() {
        while (!natives.isEmpty()) {
            try {
                natives.pop().close();
            } catch (Exception failed) {
                throw new IllegalStateException("a native object could not be freed", failed);
            }
        }
    }
}
