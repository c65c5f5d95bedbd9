package io.zanzara.contract;

import io.zanzara.store.ForwardingStore;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.rocksdb.WriteOptions;

/**
 * An embedded store on a disk that forgets what was not synced. A kill of the process does not show that: the operating system writes what it
 * holds all the same. So this remembers, whenever RocksDB's own count of syncs has risen, what the write-ahead logs hold; after a power cut they
 * hold that and no more. Tables and manifest are taken as they are: RocksDB syncs them before it relies on them.
 */
public final class PowerCut implements ForwardingStore {

    private final Path directory;
    private final boolean syncing;
    private final RocksStore inner;
    private final Map<String, byte[]> synced = new HashMap<>();
    private long syncs;
    private long commits;
    private long unsynced;
    private boolean cut;

    private PowerCut(Path directory, boolean syncing) {
        this.directory = directory;
        this.syncing = syncing;
        this.inner = new RocksStore(directory);
    }

    @Override
    public Store inner() {
        return inner;
    }

    /** The store as it is. */
    public static PowerCut of(Path directory) {
        return new PowerCut(directory, true);
    }

    /** The store with its syncs turned off behind its back: what a test must find out. */
    public static PowerCut ofAStoreThatNeverSyncs(Path directory) {
        return new PowerCut(directory, false);
    }

    @Override
    public synchronized long open() {
        long bootEpoch = inner.open();
        if (!syncing) {
            ((WriteOptions) field(field(inner, "database"), "synced")).setSync(false);
        }
        remember();
        return bootEpoch;
    }

    private static Object field(Object owner, String name) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return Objects.requireNonNull(field.get(owner));
        } catch (ReflectiveOperationException renamed) {
            throw new AssertionError(owner.getClass() + " has no " + name + " any more", renamed);
        }
    }

    @Override
    public synchronized void commit(int lane, List<StoreOperation> batch) {
        if (cut) {
            throw new StoreException("the power is cut", true, null);
        }
        inner.commit(lane, batch);
        commits++;
        if (!remember()) {
            unsynced++;
        }
    }

    /** Returns whether anything was synced since the last time. */
    private boolean remember() {
        long now = inner.syncs();
        if (now == syncs) {
            return false;
        }
        syncs = now;
        synced.clear();
        for (Path log : files(true)) {
            synced.put(name(log), read(log));
        }
        return true;
    }

    /** Leaves in {@code survivors} what the disk has kept. From now on nothing is committed. */
    public synchronized void cut(Path survivors) {
        cut = true;
        copy(survivors);
    }

    /** Leaves in {@code survivors} what the disk would have kept if the power had been cut now. */
    public synchronized void copy(Path survivors) {
        try {
            Files.createDirectories(survivors);
            for (Path file : files(false)) {
                Files.write(survivors.resolve(name(file)), read(file));
            }
            for (Map.Entry<String, byte[]> log : synced.entrySet()) {
                Files.write(survivors.resolve(log.getKey()), log.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files(boolean logs) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> name(file).endsWith(".log") == logs).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public synchronized long commits() {
        return commits;
    }

    /** Returns how many batches were answered without a sync. */
    public synchronized long unsynced() {
        return unsynced;
    }
}
