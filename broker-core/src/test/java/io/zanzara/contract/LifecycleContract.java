package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSession;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.StoreVisitor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opening, closing, loading. */
interface LifecycleContract extends StoreFixture {

    @Test
    default void aNewStoreIsEmptyAndSaysWhatItIs() {
        try (OpenStore store = OpenStore.of(this)) {
            assertThat(store.epoch()).isPositive();
            assertThat(store.loaded()).isEmpty();
            assertThat(store.queue(CLIENT)).isEmpty();
            assertThat(store.store().countQueue(CLIENT, 0, Long.MAX_VALUE)).isZero();
            assertThat(store.store().lanes()).isPositive();
            assertThat(store.store().description()).isNotBlank();
        }
    }

    @Test
    default void theBootEpochRisesAtEveryStart() {
        try (OpenStore store = OpenStore.of(this)) {
            for (int i = 0; i < 3; i++) {
                long before = store.epoch();
                store.restart();
                assertThat(store.epoch()).isGreaterThan(before);
            }
        }
    }

    @Test
    default void aRestartKeepsEverything() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutSession(Samples.session(CLIENT, 1, 1, Samples.will(2))),
                    new PutSubscription(CLIENT, Samples.subscription("a/+")),
                    new PutIncoming(Samples.incoming(CLIENT, 65_535, 3)),
                    new PutRetained(Samples.retained("kept", 4)),
                    new PutRetained(Samples.tombstone("gone", 5)),
                    Samples.append(CLIENT, store.sequence(6)));
            List<String> loaded = store.loaded();
            List<String> queue = store.queue(CLIENT);
            assertThat(loaded).hasSize(5);
            assertThat(queue).hasSize(1);

            store.restart();
            store.restart();

            assertThat(store.loaded()).isEqualTo(loaded);
            assertThat(store.queue(CLIENT)).isEqualTo(queue);
        }
    }

    @Test
    default void sessionsAreLoadedFirstThenSubscriptionsIncomingAndRetained() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutRetained(Samples.retained("a", 1)),
                    new PutIncoming(Samples.incoming(CLIENT, 1, 1)),
                    new PutSubscription(CLIENT, Samples.subscription("a")),
                    new PutSession(Samples.session(CLIENT, 1)));
            List<String> kinds = new ArrayList<>();
            store.store().load(new StoreVisitor() {
                @Override
                public void session(SessionRecord record) {
                    kinds.add("session");
                }

                @Override
                public void subscription(ClientId client, Subscription subscription) {
                    kinds.add("subscription");
                }

                @Override
                public void incoming(IncomingRecord record) {
                    kinds.add("incoming");
                }

                @Override
                public void retained(RetainedRecord record) {
                    kinds.add("retained");
                }
            });
            assertThat(kinds).containsExactly("session", "subscription", "incoming", "retained");
        }
    }

    @Test
    default void anEmptyBatchChangesNothing() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(List.of());
            assertThat(store.loaded()).isEmpty();
        }
    }

    @Test
    default void aClosedStoreRefusesEveryCallAndMayBeClosedAgain() {
        OpenStore open = OpenStore.of(this);
        Store store = open.store();
        open.close();
        assertThatThrownBy(() -> open.commit(List.of(Samples.append(CLIENT, 1))))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(open::loaded).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> open.queue(CLIENT)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.countQueue(CLIENT, 0, 1)).isInstanceOf(StoreException.class);
        store.close();
    }
}
