package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static io.zanzara.contract.Samples.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.store.QueueRecord;
import io.zanzara.store.Sequence;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only for RocksDB: what a torn or damaged write-ahead log leaves. What lies before the damage is there, or the start is refused. */
final class DamagedLogTest {

    private static final int BATCHES = 12;
    private static final int HEADERS = 24;
    private static final Pattern WAY_OUT = Pattern.compile("truncate -s (\\d+) (\\S+)\\)");

    @TempDir
    Path parent;

    private final List<Long> written = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private byte[] log = {};

    /** A store as a kill leaves it, with the length of its log after each batch. */
    @BeforeEach
    void write() throws IOException {
        try (RocksStore store = new RocksStore(original())) {
            long first = Sequence.first(store.open());
            for (int n = 0; n < BATCHES; n++) {
                store.commit(0, List.of(append(CLIENT, first + n)));
                written.add(first + n);
                ends.add(Math.toIntExact(Files.size(newestLog(original()))));
            }
            copy(original(), parent.resolve("killed"));
        }
        log = Files.readAllBytes(newestLog(parent.resolve("killed")));
        assertThat(log).hasSize(ends.get(BATCHES - 1));
    }

    /** At each length within the header and the batch's own, and near the end; at each fourth between, where all bytes are alike. */
    @Test
    void ofALogTornWithinItsLastRecordEverythingBeforeItIsThere() throws IOException {
        int begin = end(BATCHES - 2);
        for (int length = begin; length <= log.length; length += isPayload(length - begin) ? 4 : 1) {
            byte[] torn = Arrays.copyOf(log, length);
            assertThat(left(torn)).as("%d of %d bytes", length, log.length).isEqualTo(firstOf(length));
        }
    }

    /** The file may have grown before its contents were written. */
    @Test
    void ofALastRecordThatIsPartlyZerosEverythingBeforeItIsThere() throws IOException {
        for (int length = end(BATCHES - 2); length < log.length; length += 24) {
            byte[] torn = Arrays.copyOf(Arrays.copyOf(log, length), log.length + 4_096);
            assertThat(left(torn)).as("%d of %d bytes", length, log.length).isEqualTo(firstOf(length));
        }
    }

    @Test
    void aLastRecordDamagedAnywhereCostsNothingBeforeIt() throws IOException {
        for (int at = end(BATCHES - 2); at < log.length; at += 11) {
            assertThat(left(damaged(at))).as("byte %d of %d", at, log.length).isEqualTo(firstOf(log.length - 1));
        }
    }

    @Test
    void damageAnywhereBeforeTheLastRecordIsNotPassedOverInSilence() throws IOException {
        for (int at = 0; at < end(BATCHES - 2); at += 17) {
            Path directory = with(damaged(at));
            try (RocksStore store = new RocksStore(directory)) {
                assertThatThrownBy(store::open)
                        .as("byte %d of %d", at, log.length)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("is damaged: " + newestLog(directory));
            }
        }
    }

    @Test
    void theSentenceNamesAWayToGoOnWithWhatCameBefore() throws IOException {
        int inTheSixth = end(5) - 5;
        Path directory = with(damaged(inTheSixth));
        try (RocksStore store = new RocksStore(directory)) {
            assertThatThrownBy(store::open).isInstanceOfSatisfying(StoreException.class, refused -> {
                assertThat(refused.isRetryable()).isFalse();
                assertThat(refused).hasMessageContaining("acknowledged").hasMessageEndingWith(".");
                Matcher way = WAY_OUT.matcher(String.valueOf(refused.getMessage()));
                assertThat(way.find()).as(refused.getMessage()).isTrue();
                cut(Path.of(way.group(2)), Long.parseLong(way.group(1)));
            });
        }
        assertThat(left(directory)).isEqualTo(written.subList(0, 5));
    }

    /** Two logs are needed as long as a table of the older is not written; then RocksDB would go on behind a gap, or drop the newer one. */
    @Test
    void damageAtTheEndOfAnOlderLogIsNotPassedOverInSilence() throws IOException {
        Path killed = parent.resolve("two");
        Path store = parent.resolve("large");
        List<Path> logs = writeTwoLogs(store, killed);
        Path older = killed.resolve(logs.get(0).getFileName());
        flip(older, Files.size(older) - 50);
        try (RocksStore opened = new RocksStore(killed)) {
            assertThatThrownBy(opened::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged: " + older);
        }
    }

    private static List<Path> writeTwoLogs(Path directory, Path killed) throws IOException {
        try (RocksStore store = new RocksStore(directory)) {
            long first = Sequence.first(store.open());
            copy(directory, killed); // with a manifest that knows of one log and no tables
            byte[] payload = new byte[1 << 20];
            new SplittableRandom(1).nextBytes(payload);
            int n = 0;
            while (logs(directory).size() < 2) {
                Append large = new Append(CLIENT, Samples.queued(first + n, Samples.publication(first + n, payload)));
                store.commit(0, List.of(large, new PutSubscription(CLIENT, Samples.subscription("t/" + n))));
                n++;
            }
            store.commit(0, List.of(append(CLIENT, first + n)));
            store.commit(0, List.of(append(CLIENT, first + n + 1)));
            List<Path> logs = logs(directory);
            for (Path log : logs) {
                Files.write(killed.resolve(log.getFileName()), Files.readAllBytes(log));
            }
            return logs;
        }
    }

    private boolean isPayload(int position) {
        return position >= HEADERS && position < log.length - end(BATCHES - 2) - 8;
    }

    private List<Long> firstOf(int length) {
        return LongStream.range(0, ends.stream().filter(end -> end <= length).count())
                .mapToObj(n -> written.get((int) n))
                .toList();
    }

    private int end(int batch) {
        return ends.get(batch);
    }

    private byte[] damaged(int at) {
        byte[] damaged = log.clone();
        damaged[at] ^= 0x5a;
        return damaged;
    }

    private Path original() {
        return parent.resolve("original");
    }

    private List<Long> left(byte[] log) throws IOException {
        return left(with(log));
    }

    private static List<Long> left(Path directory) {
        try (RocksStore store = new RocksStore(directory)) {
            store.open();
            return store.readQueue(CLIENT, 0, Long.MAX_VALUE, 1_000, Integer.MAX_VALUE).stream()
                    .map(QueueRecord::sequence)
                    .toList();
        }
    }

    private Path with(byte[] log) throws IOException {
        Path directory = Files.createTempDirectory(parent, "damaged");
        copy(parent.resolve("killed"), directory);
        Files.write(newestLog(directory), log);
        return directory;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }

    private static Path newestLog(Path directory) throws IOException {
        List<Path> logs = logs(directory);
        return logs.get(logs.size() - 1);
    }

    private static List<Path> logs(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0x5a);
        }
    }

    private static void cut(Path file, long length) {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
