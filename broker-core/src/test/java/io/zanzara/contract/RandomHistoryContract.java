package io.zanzara.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.store.StoreOperation;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories with restarts and repeated batches, compared with {@link NaiveStore}. The seed in a test's name replays it. */
interface RandomHistoryContract extends StoreFixture {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    default void aRandomHistoryLeavesWhatANaiveStoreHolds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NaiveStore expected = new NaiveStore();
        RandomHistory history = new RandomHistory(random, expected);
        try (OpenStore store = OpenStore.of(this)) {
            for (int i = 0; i < 200; i++) {
                List<StoreOperation> batch = history.batch(store.epoch());
                int happened = random.nextInt(4) == 0 ? random.nextInt(batch.size() + 1) : 0;
                store.commit(batch.subList(0, happened)); // as if the first attempt had failed there
                store.commit(batch);
                if (random.nextInt(4) == 0) {
                    store.commit(batch);
                }
                if (random.nextInt(15) == 0) {
                    store.restart();
                }
                if (random.nextInt(5) == 0) {
                    assertSame(store, expected);
                }
            }
            store.restart();
            assertSame(store, expected);
        }
    }

    static void assertSame(OpenStore store, NaiveStore expected) {
        assertThat(store.loaded()).isEqualTo(expected.loaded());
        for (ClientId client : RandomHistory.CLIENTS) {
            List<String> queue = expected.queue(client).stream().map(Lines::of).toList();
            long floor = expected.floor(client);
            assertThat(store.queue(client, floor)).as(client.value()).isEqualTo(queue);
            assertThat(store.store().countQueue(client, floor, Long.MAX_VALUE)).isEqualTo(queue.size());
        }
    }
}
