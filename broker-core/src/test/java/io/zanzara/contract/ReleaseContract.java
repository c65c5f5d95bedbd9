package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static io.zanzara.contract.Samples.GROUP;
import static io.zanzara.contract.Samples.OTHER;
import static io.zanzara.contract.Samples.append;
import static io.zanzara.contract.Samples.retained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.message.Will;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteQueue;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSession;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Releases: a message leaves the one place where it is kept for all the places where it belongs, once. */
interface ReleaseContract extends StoreFixture {

    @Test
    default void anIncomingMessageIsReleasedOnce() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutIncoming(Samples.incoming(CLIENT, 7, 70)));
            Release release = new Release(
                    new Source.Incoming(CLIENT, 7, 70),
                    List.of(append(CLIENT, store.sequence(1), 70), append(OTHER, store.sequence(1), 70)),
                    retained("a", 70));
            for (int i = 0; i < 2; i++) {
                store.commit(release);
                assertThat(store.loaded()).containsExactly(Lines.of(retained("a", 70)));
                assertThat(store.sequences(CLIENT)).containsExactly(store.sequence(1));
                assertThat(store.sequences(OTHER)).containsExactly(store.sequence(1));
            }
            store.commit(new DeleteQueue(OTHER, store.sequence(2)));
            store.commit(release);
            assertThat(store.sequences(OTHER)).isEmpty();
        }
    }

    @Test
    default void aReleaseIsKeptAcrossARestart() {
        try (OpenStore store = OpenStore.of(this)) {
            long sequence = store.sequence(1);
            store.commit(
                    new PutIncoming(Samples.incoming(CLIENT, 7, 70)),
                    new Release(new Source.Incoming(CLIENT, 7, 70), List.of(append(OTHER, sequence, 70)), null));
            store.restart();
            assertThat(store.loaded()).isEmpty();
            assertThat(store.sequences(OTHER)).containsExactly(sequence);
        }
    }

    @Test
    default void aReleaseWhoseSourceHoldsAnotherMessageDoesNothing() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutIncoming(Samples.incoming(CLIENT, 7, 71)),
                    new PutSession(Samples.session(CLIENT, 1, 1, Samples.will(72))),
                    new PutSession(Samples.session(OTHER, 1)),
                    append(GROUP, store.sequence(5), 73));
            List<String> before = store.loaded();
            List<StoreOperation.Append> copies = List.of(append(OTHER, store.sequence(1), 70));
            List<Source> gone = List.of(
                    new Source.Incoming(CLIENT, 7, 70),
                    new Source.Incoming(CLIENT, 8, 71),
                    new Source.Incoming(OTHER, 7, 71),
                    new Source.StoredWill(CLIENT, 70),
                    new Source.StoredWill(OTHER, 72),
                    new Source.StoredWill(GROUP, 72),
                    new Source.Queued(GROUP, store.sequence(5), 70),
                    new Source.Queued(GROUP, store.sequence(4), 73),
                    new Source.Queued(OTHER, store.sequence(5), 73));
            for (Source source : gone) {
                store.commit(new Release(source, copies, retained("a", 70)));
                assertThat(store.loaded()).as(source.toString()).isEqualTo(before);
                assertThat(store.queue(OTHER)).as(source.toString()).isEmpty();
                assertThat(store.sequences(GROUP)).as(source.toString()).hasSize(1);
            }
        }
    }

    @Test
    default void aWillIsFiredOnceAndTheRestOfItsSessionStays() {
        try (OpenStore store = OpenStore.of(this)) {
            SessionRecord session = new SessionRecord(
                    CLIENT, 5, 60, 1_790_000_000_000L, 6, 9, new long[] {7, 8}, Samples.will(70), "user", 4);
            store.commit(new PutSession(session));
            Release release =
                    new Release(new Source.StoredWill(CLIENT, 70), List.of(append(OTHER, store.sequence(1), 70)), null);
            for (int i = 0; i < 2; i++) {
                store.commit(release);
                assertThat(store.loaded()).containsExactly(Lines.of(session.withoutWill()));
                assertThat(store.sequences(OTHER)).containsExactly(store.sequence(1));
            }
        }
    }

    @Test
    default void theNextConnectionsWillIsAnotherOne() {
        try (OpenStore store = OpenStore.of(this)) {
            Will next = Samples.will(71);
            List<StoreOperation> batch = List.of(
                    new PutSession(Samples.session(CLIENT, 1, 1, Samples.will(70))),
                    new Release(new Source.StoredWill(CLIENT, 70), List.of(append(OTHER, store.sequence(1), 70)), null),
                    new PutSession(Samples.session(CLIENT, 1, 1, next)),
                    new Release(
                            new Source.StoredWill(CLIENT, 70), List.of(append(OTHER, store.sequence(2), 70)), null));
            for (int i = 0; i < 2; i++) {
                store.commit(batch);
                assertThat(store.loaded()).containsExactly(Lines.of(Samples.session(CLIENT, 1, 1, next)));
                assertThat(store.sequences(OTHER)).containsExactly(store.sequence(1));
            }
        }
    }

    @Test
    default void aMemberTakesOverOneMessageOfItsGroup() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    append(GROUP, store.sequence(1)),
                    append(GROUP, store.sequence(2)),
                    append(GROUP, store.sequence(3)));
            Release release = new Release(
                    new Source.Queued(GROUP, store.sequence(2), store.sequence(2)),
                    List.of(append(CLIENT, store.sequence(40), store.sequence(2))),
                    null);
            for (int i = 0; i < 2; i++) {
                store.commit(release);
                assertThat(store.sequences(GROUP)).containsExactly(store.sequence(1), store.sequence(3));
                assertThat(store.sequences(CLIENT)).containsExactly(store.sequence(40));
            }
            long moved = store.sequence(40);
            store.restart();
            store.commit(release);
            assertThat(store.sequences(CLIENT)).containsExactly(moved);
        }
    }

    @Test
    default void aMessageOfTheGroupThatTheSameBatchDeletedIsGone() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(append(GROUP, store.sequence(1)));
            store.commit(
                    new DeleteQueue(GROUP, store.sequence(2)),
                    new Release(
                            new Source.Queued(GROUP, store.sequence(1), store.sequence(1)),
                            List.of(append(CLIENT, store.sequence(1))),
                            null),
                    append(GROUP, store.sequence(2)),
                    new Release(
                            new Source.Queued(GROUP, store.sequence(2), store.sequence(2)),
                            List.of(append(CLIENT, store.sequence(2))),
                            null));
            assertThat(store.queue(GROUP)).isEmpty();
            assertThat(store.sequences(CLIENT)).containsExactly(store.sequence(2));
        }
    }

    @Test
    default void whatASessionKeptIsGoneWithItInTheSameBatch() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutSession(Samples.session(CLIENT, 1, 1, Samples.will(70))),
                    new PutIncoming(Samples.incoming(CLIENT, 1, 71)));
            List<StoreOperation.Append> copies = List.of(append(OTHER, store.sequence(1), 70));
            store.commit(
                    new PutIncoming(Samples.incoming(CLIENT, 2, 72)),
                    new DeleteSession(CLIENT, 1, store.sequence(1)),
                    new Release(new Source.StoredWill(CLIENT, 70), copies, retained("a", 70)),
                    new Release(new Source.Incoming(CLIENT, 1, 71), copies, retained("a", 71)),
                    new Release(new Source.Incoming(CLIENT, 2, 72), copies, retained("a", 72)));
            assertThat(store.loaded()).isEmpty();
            assertThat(store.queue(OTHER)).isEmpty();
        }
    }

    @Test
    default void aReleaseWritesNoRetainedMessageOverANewerOne() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutRetained(retained("a", 80)), new PutIncoming(Samples.incoming(CLIENT, 7, 70)));
            store.commit(new Release(new Source.Incoming(CLIENT, 7, 70), List.of(), retained("a", 70)));
            assertThat(store.loaded()).containsExactly(Lines.of(retained("a", 80)));
        }
    }

    @Test
    default void aReleaseOntoATakenNumberIsRefusedAndItsSourceStays() {
        try (OpenStore store = OpenStore.of(this)) {
            long taken = store.sequence(1);
            store.commit(append(OTHER, taken, 1), new PutIncoming(Samples.incoming(CLIENT, 7, 70)));
            List<String> before = store.queue(OTHER);
            Release release = new Release(new Source.Incoming(CLIENT, 7, 70), List.of(append(OTHER, taken, 70)), null);
            assertThatThrownBy(() -> store.commit(release)).isInstanceOf(StoreException.class);
            assertThat(store.loaded()).containsExactly(Lines.of(Samples.incoming(CLIENT, 7, 70)));
            assertThat(store.queue(OTHER)).isEqualTo(before);
        }
    }
}
