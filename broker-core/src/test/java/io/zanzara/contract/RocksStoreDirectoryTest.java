package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static io.zanzara.contract.Samples.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.store.QueueRecord;
import io.zanzara.store.Sequence;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteQueue;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Only for RocksDB: it alone owns a directory, which can be locked, torn, damaged or too new, and syncs that can be counted. */
final class RocksStoreDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void aSecondBrokerOnTheSameDirectoryIsRefused() {
        try (RocksStore first = opened();
                RocksStore second = new RocksStore(directory())) {
            assertThatThrownBy(second::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessage("The embedded store in " + directory()
                            + " is in use by another process; stop that one or choose another"
                            + " zanzara.store.embedded.path.");
            first.commit(0, List.of(append(CLIENT, Sequence.first(1))));
        }
        try (RocksStore third = opened()) {
            assertThat(third.countQueue(CLIENT, 0, Long.MAX_VALUE)).isOne();
        }
    }

    /** Its log is looked at before its lock is, and grows meanwhile. */
    @Test
    void aSecondBrokerIsRefusedForThatReasonAlsoUnderLoad() throws InterruptedException {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicLong commits = new AtomicLong();
        try (RocksStore first = opened()) {
            Thread load = new Thread(() -> {
                while (!enough.get()) {
                    first.commit(0, List.of(append(CLIENT, Sequence.first(1) + commits.getAndIncrement())));
                }
            });
            load.start();
            for (int n = 0; n < 30; n++) {
                assertRefused("is in use by another process");
            }
            enough.set(true);
            load.join();
            assertThat(first.countQueue(CLIENT, 0, Long.MAX_VALUE)).isEqualTo(commits.get());
        }
    }

    @Test
    void aStoreOfANewerFormatIsRefusedAndLeftAsItIs() throws RocksDBException {
        opened().close();
        writeMeta("format", 2);
        try (RocksStore store = new RocksStore(directory())) {
            assertThatThrownBy(store::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("has format 2")
                    .hasMessageContaining("run the newer version");
        }
        writeMeta("format", 1);
        try (RocksStore store = new RocksStore(directory())) {
            assertThat(store.open()).isEqualTo(2);
        }
    }

    @Test
    void aStoreWithATableOfANewerVersionIsRefused() throws RocksDBException {
        opened().close();
        try (Raw raw = Raw.open(directory())) {
            byte[] name = "novelty".getBytes(StandardCharsets.UTF_8);
            raw.handles.add(raw.rocks.createColumnFamily(new ColumnFamilyDescriptor(name)));
        }
        assertRefused("newer Zanzara");
    }

    @Test
    void everyCommitIsSynced() {
        try (RocksStore store = opened()) {
            for (int n = 0; n < 20; n++) {
                long before = store.syncs();
                store.commit(0, List.of(append(CLIENT, Sequence.first(1) + n)));
                assertThat(store.syncs()).isGreaterThan(before);
            }
        }
    }

    @Test
    void openingRaisesTheBootEpochWithASync() {
        try (RocksStore store = opened()) {
            assertThat(store.syncs()).isPositive();
        }
    }

    @Test
    void ofATornLastWriteEverythingBeforeItIsThere() throws IOException {
        List<Long> written = new ArrayList<>();
        try (RocksStore store = opened()) {
            for (int n = 0; n < 10; n++) {
                long sequence = Sequence.first(1) + n;
                store.commit(0, List.of(append(CLIENT, sequence), append(Samples.OTHER, sequence)));
                written.add(sequence);
            }
        }
        tear(7);
        try (RocksStore store = opened()) {
            assertThat(sequences(store)).isEqualTo(written.subList(0, 9));
            assertThat(store.countQueue(Samples.OTHER, 0, Long.MAX_VALUE)).isEqualTo(9);
            store.commit(0, List.of(append(CLIENT, written.get(9))));
        }
        try (RocksStore store = opened()) {
            assertThat(sequences(store)).isEqualTo(written);
        }
    }

    @Test
    void aLogTornAnywhereLeavesABeginning() throws IOException {
        List<Long> written = new ArrayList<>();
        try (RocksStore store = opened()) {
            for (int n = 0; n < 40; n++) {
                written.add(Sequence.first(1) + n);
                store.commit(0, List.of(append(CLIENT, written.get(n))));
            }
        }
        tear(1_000);
        try (RocksStore store = opened()) {
            List<Long> left = sequences(store);
            assertThat(left).isNotEmpty().hasSizeLessThan(40).isEqualTo(written.subList(0, left.size()));
        }
    }

    @Test
    void aPlaceWhereNoDirectoryCanBeIsRefusedInASentence() throws IOException {
        Files.writeString(parent.resolve("file"), "in the way");
        try (RocksStore store = new RocksStore(parent.resolve("file").resolve("store"))) {
            assertThatThrownBy(store::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be created")
                    .hasMessageContaining("choose another zanzara.store.embedded.path");
        }
    }

    /** Nobody may write there, not even root. */
    @Test
    void aDirectoryThatCanNotBeWrittenToIsRefusedInASentence() {
        try (RocksStore store = new RocksStore(Path.of("/proc"))) {
            assertThatThrownBy(store::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("The ")
                    .hasMessageContaining("/proc")
                    .hasMessageContaining("choose another zanzara.store.embedded.path");
        }
    }

    @Test
    void aDamagedStoreIsRefusedInASentence() throws IOException {
        opened().close();
        Files.writeString(newest("MANIFEST-"), "no manifest any more");
        assertRefused("is damaged");
    }

    @Test
    void aConsumedQueueIsReadFromItsHeadAndLeavesNothingBehind() {
        try (RocksStore store = opened()) {
            List<StoreOperation> batch = IntStream.range(0, 20_000)
                    .<StoreOperation>mapToObj(n -> append(CLIENT, Sequence.first(1) + n))
                    .toList();
            store.commit(0, batch);
            for (int head = 10; head <= 20_000; head += head % 1_000 == 0 ? 500 : 10) {
                store.commit(0, List.of(new DeleteQueue(CLIENT, Sequence.first(1) + head)));
                assertThat(store.countQueue(CLIENT, 0, Long.MAX_VALUE)).isEqualTo(20_000 - head);
            }
        }
    }

    private RocksStore opened() {
        RocksStore store = new RocksStore(directory());
        store.open();
        return store;
    }

    private Path directory() {
        return parent.resolve("store");
    }

    private void assertRefused(String words) {
        try (RocksStore store = new RocksStore(directory())) {
            assertThatThrownBy(store::open).isInstanceOf(StoreException.class).hasMessageContaining(words);
        }
    }

    private static List<Long> sequences(RocksStore store) {
        return store.readQueue(CLIENT, 0, Long.MAX_VALUE, 1_000, Integer.MAX_VALUE).stream()
                .map(QueueRecord::sequence)
                .toList();
    }

    private void tear(int bytes) throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(newest(".log").toFile(), "rw")) {
            log.setLength(log.length() - bytes);
        }
    }

    private Path newest(String part) throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow();
        }
    }

    private void writeMeta(String key, long value) throws RocksDBException {
        try (Raw raw = Raw.open(directory())) {
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
            raw.rocks.put(raw.handle("meta"), key.getBytes(StandardCharsets.UTF_8), bytes);
        }
    }

    /** The database without the store around it. */
    private record Raw(RocksDB rocks, List<ColumnFamilyHandle> handles) implements AutoCloseable {

        static Raw open(Path directory) throws RocksDBException {
            try (Options options = new Options()) {
                List<ColumnFamilyDescriptor> families =
                        RocksDB.listColumnFamilies(options, directory.toString()).stream()
                                .map(ColumnFamilyDescriptor::new)
                                .toList();
                List<ColumnFamilyHandle> handles = new ArrayList<>();
                return new Raw(RocksDB.open(directory.toString(), families, handles), handles);
            }
        }

        ColumnFamilyHandle handle(String name) throws RocksDBException {
            for (ColumnFamilyHandle handle : handles) {
                if (new String(handle.getName(), StandardCharsets.UTF_8).equals(name)) {
                    return handle;
                }
            }
            throw new IllegalArgumentException("no column family " + name);
        }

        @Override
        public void close() {
            handles.forEach(ColumnFamilyHandle::close);
            rocks.close();
        }
    }
}
