package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.store.IncomingRecord;
import io.zanzara.store.StoreOperation.DeleteIncoming;
import io.zanzara.store.StoreOperation.PutIncoming;
import org.junit.jupiter.api.Test;

/** QoS 2 messages between PUBLISH and PUBREL. */
interface IncomingContract extends StoreFixture {

    @Test
    default void everyFieldOfAnIncomingMessageComesBack() {
        try (OpenStore store = OpenStore.of(this)) {
            IncomingRecord full = new IncomingRecord(CLIENT, 65_535, Samples.fullPublication(1L << 41));
            IncomingRecord plain = Samples.incoming(CLIENT, 1, 2);
            IncomingRecord empty = new IncomingRecord(Samples.OTHER, 256, Samples.emptyValuesPublication(3));
            store.commit(new PutIncoming(full), new PutIncoming(plain), new PutIncoming(empty));
            store.restart();
            assertThat(store.loaded()).containsExactlyInAnyOrder(Lines.of(full), Lines.of(plain), Lines.of(empty));
        }
    }

    @Test
    default void aPacketIdentifierHoldsItsLatestMessage() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutIncoming(Samples.incoming(CLIENT, 1, 2)));
            store.commit(new PutIncoming(Samples.incoming(CLIENT, 1, 2)));
            store.commit(new PutIncoming(Samples.incoming(CLIENT, 1, 3)));
            assertThat(store.loaded()).containsExactly(Lines.of(Samples.incoming(CLIENT, 1, 3)));
        }
    }

    @Test
    default void onlyTheNamedMessageIsForgotten() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutIncoming(Samples.incoming(CLIENT, 1, 2)),
                    new PutIncoming(Samples.incoming(CLIENT, 2, 2)),
                    new PutIncoming(Samples.incoming(Samples.OTHER, 1, 2)));
            store.commit(new DeleteIncoming(CLIENT, 1, 1), new DeleteIncoming(CLIENT, 3, 2));
            assertThat(store.loaded()).hasSize(3);
            store.commit(new DeleteIncoming(CLIENT, 1, 2));
            store.commit(new DeleteIncoming(CLIENT, 1, 2));
            assertThat(store.loaded())
                    .containsExactlyInAnyOrder(
                            Lines.of(Samples.incoming(CLIENT, 2, 2)), Lines.of(Samples.incoming(Samples.OTHER, 1, 2)));
        }
    }

    @Test
    default void aMessageMayComeAndGoAndComeInOneBatch() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutIncoming(Samples.incoming(CLIENT, 1, 2)),
                    new DeleteIncoming(CLIENT, 1, 2),
                    new DeleteIncoming(CLIENT, 1, 2),
                    new PutIncoming(Samples.incoming(CLIENT, 1, 3)),
                    new DeleteIncoming(CLIENT, 1, 2));
            assertThat(store.loaded()).containsExactly(Lines.of(Samples.incoming(CLIENT, 1, 3)));
        }
    }
}
