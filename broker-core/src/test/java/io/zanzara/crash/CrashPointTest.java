package io.zanzara.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.rocksdb.RocksStore;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The broker dies before and after each batch in turn, on stores whose batches are atomic. On the disk a short round takes one batch out of many;
 * {@code -Dzanzara.crash.stride=1} takes all.
 */
class CrashPointTest {

    private static final int FEWEST = 40;
    private static final int STRIDE = Integer.getInteger("zanzara.crash.stride", 5);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"4, BEFORE", "5, AFTER"})
    @Spec(
            v5 = {"MQTT-4.3.3-10", "MQTT-4.4.0-1", "MQTT-4.5.0-1"},
            v311 = {"MQTT-4.3.3-2", "MQTT-4.4.0-1", "MQTT-4.5.0-1"})
    void losesNothingInMemoryThatSurvives(int level, DyingStore.Moment moment) throws IOException {
        everyPoint(level, moment, 1, point -> {
            MemoryStore store = new MemoryStore();
            return () -> store;
        });
    }

    @ParameterizedTest
    @CsvSource({"5, BEFORE", "4, AFTER"})
    @Spec(
            v5 = {"MQTT-4.3.3-10", "MQTT-4.4.0-1", "MQTT-4.5.0-1"},
            v311 = {"MQTT-4.3.3-2", "MQTT-4.4.0-1", "MQTT-4.5.0-1"})
    void losesNothingOnTheEmbeddedStore(int level, DyingStore.Moment moment) throws IOException {
        everyPoint(level, moment, STRIDE, point -> () -> new RocksStore(folder.resolve(level + "-" + point)));
    }

    private static void everyPoint(int level, DyingStore.Moment moment, int stride, IntFunction<Supplier<Store>> stores)
            throws IOException {
        int point = 0;
        boolean died;
        do {
            try {
                died = new CrashPoints(stores.apply(point), new Packets(level), point, moment, () -> false)
                        .run(CrashPoints.Afterwards.NOTHING);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("died " + moment + " batch " + point + ": " + e.getMessage(), e);
            }
            point += stride;
        } while (died);
        assertThat(point).isGreaterThan(FEWEST);
    }
}
