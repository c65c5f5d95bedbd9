package io.zanzara.store.rocksdb;

import io.zanzara.store.StoreException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * RocksDB's own code, which its jar brings along: 17 MB that must be a file to be loaded. RocksDB unpacks it into the temporary folder and removes
 * it when the process ends, so each process that is killed leaves one behind. Here it goes as soon as it is loaded, where the system can
 * do that (Windows can't). A library in {@code java.library.path} is taken as it is.
 */
final class NativeLibrary {

    /** A library belongs to the process, not to a store. */
    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private NativeLibrary() {}

    /**
     * Loads it, unless it is loaded already.
     *
     * @throws StoreException if it can't be unpacked or loaded
     */
    static synchronized void load() {
        if (LOADED.get()) {
            return;
        }
        try {
            Path folder = Files.createTempDirectory("zanzara-rocksdb");
            folder.toFile().deleteOnExit(); // after the file in it, which comes later, where neither can go now
            try {
                NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
            } finally {
                delete(folder);
            }
            RocksDB.loadLibrary();
            LOADED.set(true);
        } catch (IOException | RuntimeException | LinkageError failure) {
            throw new StoreException(
                    "The library of the embedded store can't be loaded from the temporary folder "
                            + System.getProperty("java.io.tmpdir") + " (" + failure
                            + "); name one that can be written and executed from with java -Djava.io.tmpdir=FOLDER.",
                    false,
                    failure);
        }
    }

    private static void delete(Path folder) {
        File[] files = folder.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            file.delete();
        }
        folder.toFile().delete();
    }
}
