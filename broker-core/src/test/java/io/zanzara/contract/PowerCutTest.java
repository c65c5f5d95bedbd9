package io.zanzara.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.store.Store;
import io.zanzara.store.rocksdb.RocksStore;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only for RocksDB, whose files show what a power cut leaves: after each batch, all that was committed. */
final class PowerCutTest {

    private static final int BATCHES = 25;

    @TempDir
    Path parent;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void whateverWasCommittedSurvivesAPowerCut(long seed) {
        try (PowerCut store = PowerCut.of(parent.resolve("store"))) {
            cutAfterEachBatch(store, seed);
            assertThat(store.unsynced()).isZero();
        }
    }

    @Test
    void aStoreThatNeverSyncsIsFoundOut() {
        try (PowerCut store = PowerCut.ofAStoreThatNeverSyncs(parent.resolve("store"))) {
            assertThatThrownBy(() -> cutAfterEachBatch(store, 11)).isInstanceOf(AssertionError.class);
            assertThat(store.unsynced()).isEqualTo(store.commits()).isPositive();
        }
    }

    private void cutAfterEachBatch(PowerCut store, long seed) {
        NaiveStore expected = new NaiveStore();
        RandomHistory history = new RandomHistory(new SplittableRandom(seed), expected);
        long bootEpoch = store.open();
        for (int n = 0; n < BATCHES; n++) {
            store.commit(0, history.batch(bootEpoch));
            Path survivors = parent.resolve("survivors" + n);
            store.copy(survivors);
            try (OpenStore left = OpenStore.of(new Directory(survivors))) {
                RandomHistoryContract.assertSame(left, expected);
            }
        }
    }

    private record Directory(Path path) implements StoreFixture {

        @Override
        public Store newStore() {
            return new RocksStore(path);
        }

        @Override
        public Store reopened(Store closed) {
            return new RocksStore(path);
        }
    }
}
