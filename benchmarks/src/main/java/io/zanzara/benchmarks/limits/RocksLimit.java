package io.zanzara.benchmarks.limits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Writes records of 200 bytes in batches of 500, each on the disk before the next: what a broker on RocksDB can have at most. */
public final class RocksLimit {

    private static final int BATCH = 500;
    private static final int VALUE_BYTES = 200;
    private static final int LOGS_TO_RECYCLE = 2;

    private RocksLimit() {}

    /**
     * Returns how many records a second were written.
     *
     * @param folder that is made for it
     * @throws IOException if RocksDB refuses
     */
    public static double measure(Path folder, double seconds) throws IOException {
        RocksDB.loadLibrary();
        byte[] value = new byte[VALUE_BYTES];
        new SplittableRandom(1).nextBytes(value);
        try (Options options = new Options().setCreateIfMissing(true).setRecycleLogFileNum(LOGS_TO_RECYCLE);
                RocksDB rocks = RocksDB.open(options, folder.toString());
                WriteOptions synced = new WriteOptions().setSync(true);
                WriteBatch batch = new WriteBatch()) {
            long startedAt = System.nanoTime();
            long end = startedAt + (long) (seconds * 1e9);
            long written = 0;
            while (System.nanoTime() < end) {
                batch.clear();
                for (int i = 0; i < BATCH; i++) {
                    batch.put(key(i % 10, written++), value);
                }
                rocks.write(synced, batch);
            }
            return written / ((System.nanoTime() - startedAt) / 1e9);
        } catch (RocksDBException e) {
            throw new IOException("RocksDB refused: " + e.getMessage(), e);
        }
    }

    private static byte[] key(int client, long sequence) {
        return ByteBuffer.allocate(16).putLong(client).putLong(sequence).array();
    }
}
