package io.zanzara.contract;

import static io.zanzara.contract.Samples.retained;
import static io.zanzara.contract.Samples.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.Publication;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.StoreOperation.PurgeRetained;
import io.zanzara.store.StoreOperation.PutRetained;
import org.junit.jupiter.api.Test;

/** Retained messages: versions and tombstones. */
interface RetainedContract extends StoreFixture {

    @Test
    default void everyFieldOfARetainedMessageComesBack() {
        try (OpenStore store = OpenStore.of(this)) {
            Publication full = Samples.fullPublication(1);
            RetainedRecord message = new RetainedRecord(full.topic(), Long.MAX_VALUE, full);
            RetainedRecord deleted = tombstone("/" + "\u00e4".repeat(200), 1);
            store.commit(new PutRetained(message), new PutRetained(deleted));
            store.restart();
            assertThat(store.loaded()).containsExactlyInAnyOrder(Lines.of(message), Lines.of(deleted));
        }
    }

    @Test
    default void higherVersionsReplaceLowerOnesNeverTheOtherWayRound() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutRetained(retained("a", 5)), new PutRetained(retained("a/b", 1)));
            store.commit(new PutRetained(retained("a", 3)));
            assertThat(store.loaded())
                    .containsExactlyInAnyOrder(Lines.of(retained("a", 5)), Lines.of(retained("a/b", 1)));
            store.commit(
                    new PutRetained(retained("a", 7)),
                    new PutRetained(retained("a", 6)),
                    new PutRetained(retained("a/b", 2)));
            assertThat(store.loaded())
                    .containsExactlyInAnyOrder(Lines.of(retained("a", 7)), Lines.of(retained("a/b", 2)));
        }
    }

    @Test
    default void aDeletionIsAVersionLikeAnyOther() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutRetained(retained("a", 5)));
            store.commit(new PutRetained(tombstone("a", 4)));
            assertThat(store.loaded()).containsExactly(Lines.of(retained("a", 5)));
            store.commit(new PutRetained(tombstone("a", 6)));
            store.commit(new PutRetained(retained("a", 5)));
            assertThat(store.loaded()).containsExactly(Lines.of(tombstone("a", 6)));
            store.commit(new PutRetained(retained("a", 7)));
            assertThat(store.loaded()).containsExactly(Lines.of(retained("a", 7)));
        }
    }

    @Test
    default void onlyATombstoneOfExactlyThisVersionIsPurged() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutRetained(tombstone("a", 5)),
                    new PutRetained(retained("b", 5)),
                    new PutRetained(tombstone("c", 5)),
                    new PutRetained(tombstone("d", 5)));
            store.commit(
                    new PurgeRetained(tombstone("a", 5)),
                    new PurgeRetained(tombstone("b", 5)),
                    new PurgeRetained(tombstone("c", 4)),
                    new PurgeRetained(tombstone("c", 6)),
                    new PurgeRetained(tombstone("nowhere", 5)));
            store.commit(new PurgeRetained(tombstone("a", 5)));
            assertThat(store.loaded())
                    .containsExactlyInAnyOrder(
                            Lines.of(retained("b", 5)), Lines.of(tombstone("c", 5)), Lines.of(tombstone("d", 5)));
        }
    }

    @Test
    default void aTombstoneMayComeAndGoInOneBatch() {
        try (OpenStore store = OpenStore.of(this)) {
            for (int i = 0; i < 2; i++) {
                store.commit(
                        new PutRetained(retained("a", 4)),
                        new PutRetained(tombstone("a", 5)),
                        new PutRetained(retained("a", 4)),
                        new PurgeRetained(tombstone("a", 5)));
                assertThat(store.loaded()).isEmpty();
            }
        }
    }
}
