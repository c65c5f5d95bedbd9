package io.zanzara.store.rocksdb;

import io.zanzara.store.StoreException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says in a sentence what RocksDB says in codes, and what to do about it. */
final class RocksFailure {

    private static final String SETTING = "zanzara.store.embedded.path";

    private RocksFailure() {}

    static StoreException atStart(Path directory, RocksDBException failure) {
        String store = "The embedded store in " + directory;
        if (says(failure, "lock")) {
            return new StoreException(
                    store + " is in use by another process; stop that one or choose another " + SETTING + ".",
                    false,
                    failure);
        }
        if (says(failure, "Column families not opened")) {
            return new StoreException(
                    store + " was written by a newer Zanzara (" + failure.getMessage() + "); run that version.",
                    false,
                    failure);
        }
        if (isDamage(failure)) {
            return new StoreException(
                    store + " is damaged (" + failure.getMessage()
                            + "); restore it from a backup, or move it away to start with an empty one.",
                    false,
                    failure);
        }
        return new StoreException(
                store + " cannot be opened (" + failure.getMessage() + "); make its disk writable or choose another "
                        + SETTING + ".",
                isTransient(failure),
                failure);
    }

    static StoreException damagedLog(Path directory, LogCheck.Damage damage) {
        String log = directory.resolve(damage.log().getFileName()).toString();
        return new StoreException("The embedded store in " + directory + " is damaged: " + log
                + " can't be read from byte " + damage.offset()
                + " on, and messages that were acknowledged would be lost; restore it from a backup, or, to go on with"
                + " what came before, cut that file there (truncate -s " + damage.offset() + ' ' + log
                + ") and move logs with higher numbers away.");
    }

    static StoreException atWork(Path directory, String what, RocksDBException failure) {
        String sentence = isDiskFull(failure)
                ? "The disk of the embedded store in " + directory + " is full and " + what
                        + " waits; make room, the broker goes on by itself."
                : "The embedded store in " + directory + " failed " + what + " (" + failure.getMessage() + ").";
        return new StoreException(sentence, isTransient(failure), failure);
    }

    static StoreException atBackUp(Path directory, Path target, RocksDBException failure) {
        return new StoreException(
                "The embedded store in " + directory + " could not be backed up to " + target + " ("
                        + failure.getMessage() + ").",
                isTransient(failure),
                failure);
    }

    private static boolean isDiskFull(RocksDBException failure) {
        Status status = failure.getStatus();
        return status != null && status.getSubCode() == Status.SubCode.NoSpace
                || says(failure, "No space left on device");
    }

    private static boolean isTransient(RocksDBException failure) {
        return !isDamage(failure);
    }

    private static boolean isDamage(RocksDBException failure) {
        Status status = failure.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption;
    }

    private static boolean says(RocksDBException failure, String words) {
        return failure.getMessage() != null && failure.getMessage().contains(words);
    }
}
