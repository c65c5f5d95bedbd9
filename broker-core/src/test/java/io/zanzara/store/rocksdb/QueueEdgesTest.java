package io.zanzara.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.store.Sequence;
import org.junit.jupiter.api.Test;

final class QueueEdgesTest {

    private static final ClientId CLIENT = new ClientId("c");
    private static final long FIRST = Sequence.first(7);

    private final QueueEdges edges = new QueueEdges(7);

    @Test
    void onlyNumbersOfThisBootEpochAboveAllAddedAreFresh() {
        assertThat(edges.isFresh(CLIENT, FIRST)).isFalse();
        edges.added(CLIENT, FIRST + 5);
        assertThat(edges.isFresh(CLIENT, FIRST + 5)).isFalse();
        assertThat(edges.isFresh(CLIENT, FIRST + 4)).isFalse();
        assertThat(edges.isFresh(CLIENT, FIRST + 6)).isTrue();
        edges.added(CLIENT, FIRST + 2);
        assertThat(edges.isFresh(CLIENT, FIRST + 5)).isFalse();
    }

    @Test
    void aNumberOfAnEarlierBootEpochIsNeverFresh() {
        edges.added(CLIENT, Sequence.first(5));
        assertThat(edges.isFresh(CLIENT, Sequence.first(6))).isFalse();
        assertThat(edges.isFresh(CLIENT, FIRST)).isTrue();
    }

    @Test
    void aDeletionSaysNothingOfWhatIsAboveIt() {
        edges.deleted(CLIENT, FIRST + 5);
        assertThat(edges.isFresh(CLIENT, FIRST + 6)).isFalse();
    }

    @Test
    void whatIsAddedBelowADeletionMakesItForgotten() {
        edges.deleted(CLIENT, FIRST + 5);
        assertThat(edges.deletedBelow(CLIENT)).isEqualTo(FIRST + 5);
        edges.added(CLIENT, FIRST + 5);
        assertThat(edges.deletedBelow(CLIENT)).isEqualTo(FIRST + 5);
        edges.added(CLIENT, FIRST + 4);
        assertThat(edges.deletedBelow(CLIENT)).isZero();
    }

    @Test
    void theQueuesThatWereWrittenToLastAreRemembered() {
        for (int i = 0; i < 20_000; i++) {
            edges.added(CLIENT, FIRST + i);
            edges.added(new ClientId("other" + i), FIRST);
        }
        assertThat(edges.isFresh(CLIENT, FIRST + 20_000)).isTrue();
        assertThat(edges.isFresh(new ClientId("other0"), FIRST + 1)).isFalse();
    }
}
