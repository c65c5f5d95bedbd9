package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static io.zanzara.contract.Samples.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.QueueSize;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteQueue;
import io.zanzara.store.StoreOperation.DeleteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A session's queue: order, bounds, what is refused, what is left by deletions. */
interface QueueContract extends StoreFixture {

    @Test
    default void everyFieldOfAQueuedMessageComesBack() {
        try (OpenStore store = OpenStore.of(this)) {
            List<QueueRecord> records = List.of(
                    new QueueRecord(
                            store.sequence(1),
                            Samples.fullPublication(Long.MAX_VALUE),
                            Qos.EXACTLY_ONCE,
                            true,
                            new int[] {1, 128, 268_435_455}),
                    new QueueRecord(
                            store.sequence(2),
                            Samples.emptyValuesPublication(1),
                            Qos.AT_LEAST_ONCE,
                            false,
                            QueueRecord.NO_IDENTIFIERS),
                    Samples.queued(store.sequence(3), Samples.publication(3)));
            for (QueueRecord record : records) {
                store.commit(new Append(CLIENT, record));
            }
            List<String> expected = records.stream().map(Lines::of).toList();
            assertThat(store.queue(CLIENT)).isEqualTo(expected);
            store.restart();
            assertThat(store.queue(CLIENT)).isEqualTo(expected);
        }
    }

    @Test
    default void payloadsOfNoneAndOfOneMegabyteComeBack() {
        byte[] large = new byte[1 << 20];
        new SplittableRandom(1).nextBytes(large);
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new Append(CLIENT, Samples.queued(store.sequence(1), Samples.publication(1, new byte[0]))),
                    new Append(CLIENT, Samples.queued(store.sequence(2), Samples.publication(2, large))));
            store.restart();
            List<QueueRecord> records = store.read(CLIENT, 0, Long.MAX_VALUE);
            assertThat(records).hasSize(2);
            assertThat(records.get(0).publication().payload()).isEmpty();
            assertThat(records.get(1).publication().payload()).isEqualTo(large);
        }
    }

    @Test
    default void aQueueIsReadInTheOrderOfItsNumbersAcrossBootEpochs() {
        try (OpenStore store = OpenStore.of(this)) {
            List<Long> expected = new ArrayList<>();
            for (int boot = 0; boot < 3; boot++) {
                long a = store.sequence(255);
                long b = store.sequence(256);
                long c = store.sequence(70_000);
                store.commit(append(CLIENT, b), append(CLIENT, a));
                store.commit(append(CLIENT, c));
                expected.addAll(List.of(a, b, c));
                store.restart();
            }
            assertThat(store.sequences(CLIENT)).isEqualTo(expected);
        }
    }

    @Test
    default void readingKeepsToBothBoundsAndToTheNumberOfRecords() {
        try (OpenStore store = OpenStore.of(this)) {
            for (int n = 1; n <= 5; n++) {
                store.commit(append(CLIENT, store.sequence(n)));
            }
            assertThat(store.read(CLIENT, store.sequence(2), store.sequence(4)))
                    .extracting(QueueRecord::sequence)
                    .containsExactly(store.sequence(2), store.sequence(3), store.sequence(4));
            assertThat(store.store().readQueue(CLIENT, store.sequence(2), Long.MAX_VALUE, 2, Integer.MAX_VALUE))
                    .extracting(QueueRecord::sequence)
                    .containsExactly(store.sequence(2), store.sequence(3));
            assertThat(store.read(CLIENT, store.sequence(6), Long.MAX_VALUE)).isEmpty();
            assertThat(store.read(CLIENT, store.sequence(4), store.sequence(3))).isEmpty();
            assertThat(store.store().countQueue(CLIENT, store.sequence(2), store.sequence(4)))
                    .isEqualTo(3);
            assertThat(store.store().countQueue(CLIENT, 0, Long.MAX_VALUE)).isEqualTo(5);
            assertThat(store.store().countQueue(CLIENT, store.sequence(4), store.sequence(3)))
                    .isZero();
        }
    }

    @Test
    default void readingStopsAfterTheRecordThatExceedsTheBytes() {
        try (OpenStore store = OpenStore.of(this)) {
            for (int n = 1; n <= 4; n++) {
                store.commit(
                        new Append(CLIENT, Samples.queued(store.sequence(n), Samples.publication(n, new byte[100]))));
            }
            assertThat(store.store().readQueue(CLIENT, 0, Long.MAX_VALUE, 100, 1))
                    .hasSize(1);
            assertThat(store.store().readQueue(CLIENT, 0, Long.MAX_VALUE, 100, 150))
                    .hasSize(2);
            assertThat(store.store().readQueue(CLIENT, 0, Long.MAX_VALUE, 100, 350))
                    .hasSize(4);
        }
    }

    @Test
    default void aQueueIsMeasuredInMessagesAndBytes() {
        int more = 1_500; // than a page of whoever measures by reading
        try (OpenStore store = OpenStore.of(this)) {
            List<StoreOperation> batch = new ArrayList<>();
            long bytes = 0;
            for (int n = 0; n < more; n++) {
                QueueRecord record = Samples.queued(store.sequence(n), Samples.publication(n, new byte[n]));
                bytes += n + QueueRecord.OVERHEAD;
                batch.add(new Append(CLIENT, record));
            }
            store.commit(batch);
            store.commit(append(Samples.OTHER, store.sequence(1)));
            assertThat(store.store().measureQueue(CLIENT, 0, Long.MAX_VALUE)).isEqualTo(new QueueSize(more, bytes));
            assertThat(store.store().measureQueue(CLIENT, store.sequence(10), store.sequence(12)))
                    .isEqualTo(new QueueSize(3, 10 + 11 + 12 + 3 * QueueRecord.OVERHEAD));
            assertThat(store.store().measureQueue(CLIENT, store.sequence(4), store.sequence(3)))
                    .isEqualTo(QueueSize.EMPTY);
            assertThat(store.store().measureQueue(new ClientId("nobody"), 0, Long.MAX_VALUE))
                    .isEqualTo(QueueSize.EMPTY);
            store.commit(new DeleteQueue(CLIENT, store.sequence(more - 1)));
            store.restart();
            assertThat(store.store().measureQueue(CLIENT, 0, Long.MAX_VALUE))
                    .isEqualTo(new QueueSize(1, more - 1 + QueueRecord.OVERHEAD));
        }
    }

    @Test
    default void aRangeIsDeletedWhereverItLies() {
        try (OpenStore store = OpenStore.of(this)) {
            List<StoreOperation> batch = new ArrayList<>();
            for (int n = 0; n < 60; n++) {
                batch.add(Samples.append(CLIENT, store.sequence(n)));
            }
            batch.add(new DeleteRange(CLIENT, store.sequence(10), store.sequence(12)));
            store.commit(batch);
            store.commit(
                    new DeleteRange(CLIENT, store.sequence(20), store.sequence(59)),
                    Samples.append(CLIENT, store.sequence(60)));
            store.commit(new DeleteRange(CLIENT, store.sequence(11), store.sequence(11)));
            store.commit(new DeleteRange(new ClientId("nobody"), 0, Long.MAX_VALUE - 1));
            List<Long> expected = new ArrayList<>();
            for (int n : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19, 60}) {
                expected.add(store.sequence(n));
            }
            assertThat(store.sequences(CLIENT)).isEqualTo(expected);
            store.restart();
            assertThat(store.sequences(CLIENT)).isEqualTo(expected);
        }
    }

    @Test
    default void pagesJoinWithoutGapOrOverlap() {
        try (OpenStore store = OpenStore.of(this)) {
            List<StoreOperation> batch = new ArrayList<>();
            List<Long> expected = new ArrayList<>();
            for (int n = 0; n < 1_000; n++) {
                batch.add(append(CLIENT, store.sequence(n * 3)));
                expected.add(store.sequence(n * 3));
            }
            store.commit(batch);
            List<Long> read = new ArrayList<>();
            long from = 0;
            List<QueueRecord> page = store.store().readQueue(CLIENT, from, Long.MAX_VALUE, 64, 10_000);
            while (!page.isEmpty()) {
                page.forEach(record -> read.add(record.sequence()));
                from = read.get(read.size() - 1) + 1;
                page = store.store().readQueue(CLIENT, from, Long.MAX_VALUE, 64, 10_000);
            }
            assertThat(read).isEqualTo(expected);
        }
    }

    @Test
    default void queuesOfClientsWithLikeNamesNeverMix() {
        List<ClientId> clients = List.of(
                new ClientId("a"),
                new ClientId("aa"),
                new ClientId("a/"),
                new ClientId("a/b"),
                new ClientId("A"),
                new ClientId("a\u0001"),
                new ClientId("b"),
                new ClientId("\u00e4"),
                new ClientId("\uD83E\uDD9F"),
                new ClientId("a.b$c"),
                new ClientId("$share/g/a"),
                new ClientId("$share/g/a/#"),
                new ClientId("x".repeat(300)),
                new ClientId("x".repeat(301)));
        try (OpenStore store = OpenStore.of(this)) {
            for (int i = 0; i < clients.size(); i++) {
                store.commit(
                        append(clients.get(i), store.sequence(1), 100 + i),
                        append(clients.get(i), store.sequence(2), 200 + i));
            }
            for (int i = 0; i < clients.size(); i++) {
                assertThat(store.read(clients.get(i), 0, Long.MAX_VALUE))
                        .as(clients.get(i).value())
                        .extracting(record -> record.publication().messageId())
                        .containsExactly(100L + i, 200L + i);
            }
            store.commit(new DeleteQueue(clients.get(0), Long.MAX_VALUE));
            assertThat(store.sequences(clients.get(0))).isEmpty();
            for (ClientId client : clients.subList(1, clients.size())) {
                assertThat(store.store().countQueue(client, 0, Long.MAX_VALUE))
                        .as(client.value())
                        .isEqualTo(2);
            }
        }
    }

    @Test
    default void theSameMessageUnderTheSameNumberIsStoredOnce() {
        try (OpenStore store = OpenStore.of(this)) {
            Append append = append(CLIENT, store.sequence(1));
            store.commit(append, append);
            store.commit(append(CLIENT, store.sequence(2)));
            store.commit(append);
            store.restart();
            store.commit(append);
            assertThat(store.sequences(CLIENT)).hasSize(2);
        }
    }

    @Test
    default void anotherMessageUnderATakenNumberIsRefused() {
        try (OpenStore store = OpenStore.of(this)) {
            long sequence = store.sequence(1);
            store.commit(append(CLIENT, sequence, 7));
            store.commit(append(CLIENT, store.sequence(2), 8));
            List<String> before = store.queue(CLIENT);
            assertRefused(store, append(CLIENT, sequence, 9));
            store.restart();
            assertRefused(store, append(CLIENT, sequence, 9));
            assertThat(store.queue(CLIENT)).isEqualTo(before);
        }
    }

    @Test
    default void deletionTakesAPrefixOfOneQueue() {
        try (OpenStore store = OpenStore.of(this)) {
            for (int n = 1; n <= 4; n++) {
                store.commit(append(CLIENT, store.sequence(n)), append(Samples.OTHER, store.sequence(n)));
            }
            Long[] left = {store.sequence(3), store.sequence(4)};
            DeleteQueue deletion = new DeleteQueue(CLIENT, left[0]);
            store.commit(deletion);
            store.commit(deletion);
            assertThat(store.sequences(CLIENT)).containsExactly(left);
            assertThat(store.sequences(Samples.OTHER)).hasSize(4);
            store.restart();
            assertThat(store.sequences(CLIENT)).containsExactly(left);
            store.commit(new DeleteQueue(CLIENT, store.sequence(0)));
            assertThat(store.sequences(CLIENT)).isEmpty();
        }
    }

    @Test
    default void operationsOfOneBatchTakeEffectInOrder() {
        try (OpenStore store = OpenStore.of(this)) {
            List<StoreOperation> batch = List.of(
                    append(CLIENT, store.sequence(1)),
                    append(CLIENT, store.sequence(2)),
                    new DeleteQueue(CLIENT, store.sequence(2)),
                    append(CLIENT, store.sequence(3)),
                    new DeleteQueue(CLIENT, store.sequence(3)),
                    append(CLIENT, store.sequence(4)));
            store.commit(batch);
            assertThat(store.sequences(CLIENT)).containsExactly(store.sequence(3), store.sequence(4));
            store.commit(batch);
            assertThat(store.sequences(CLIENT)).containsExactly(store.sequence(3), store.sequence(4));
        }
    }

    @Test
    default void whoReadsWhileAnotherWritesSeesABeginning() throws Exception {
        try (OpenStore store = OpenStore.of(this)) {
            int batches = 100;
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < batches; n++) {
                    store.commit(append(CLIENT, store.sequence(2 * n)), append(CLIENT, store.sequence(2 * n + 1)));
                }
            });
            while (!writing.isDone()) {
                List<Long> read = store.sequences(CLIENT);
                for (int n = 0; n < read.size(); n++) {
                    assertThat(read.get(n)).isEqualTo(store.sequence(n));
                }
            }
            writing.get();
            assertThat(store.sequences(CLIENT)).hasSize(2 * batches);
        }
    }

    private static void assertRefused(OpenStore store, Append append) {
        assertThatThrownBy(() -> store.commit(append))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        refusal -> assertThat(refusal.isRetryable()).isFalse())
                .hasMessageContaining(append.client().value());
    }
}
