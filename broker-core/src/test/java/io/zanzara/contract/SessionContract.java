package io.zanzara.contract;

import static io.zanzara.contract.Samples.CLIENT;
import static io.zanzara.contract.Samples.OTHER;
import static io.zanzara.contract.Samples.append;
import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import io.zanzara.message.Will;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.DeleteSubscription;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutSession;
import io.zanzara.store.StoreOperation.PutSubscription;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Session records and subscriptions: incarnations, and what the end of a session takes with it. */
interface SessionContract extends StoreFixture {

    @Test
    default void everyFieldOfASessionComesBack() {
        List<SessionRecord> records = List.of(
                new SessionRecord(
                        new ClientId("\u00fcber/\uD83E\uDD9F"),
                        1L << 40,
                        3_600,
                        1_790_000_000_123L,
                        (1L << 40) + 5,
                        Long.MAX_VALUE,
                        new long[] {(1L << 40) + 7, (1L << 40) + 7, (1L << 40) + 9, (1L << 41)},
                        new Will(Samples.fullPublication(77), 0xFFFF_FFFFL, 0),
                        "Zo\u00eb",
                        4),
                new SessionRecord(
                        CLIENT,
                        0,
                        0,
                        SessionRecord.CONNECTED,
                        0,
                        0,
                        SessionRecord.NO_RANGES,
                        new Will(Samples.emptyValuesPublication(1), 0, -1),
                        "",
                        3),
                Samples.session(Samples.GROUP, Long.MAX_VALUE));
        try (OpenStore store = OpenStore.of(this)) {
            records.forEach(record -> store.commit(new PutSession(record)));
            String[] expected = records.stream().map(Lines::of).toArray(String[]::new);
            assertThat(store.loaded()).containsExactlyInAnyOrder(expected);
            store.restart();
            assertThat(store.loaded()).containsExactlyInAnyOrder(expected);
        }
    }

    @Test
    default void aSessionRecordReplacesOneOfTheSameOrAnOlderIncarnation() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutSession(Samples.session(CLIENT, 5, 5, null)));
            store.commit(new PutSession(Samples.session(CLIENT, 5, 6, null)));
            assertThat(store.loaded()).containsExactly(Lines.of(Samples.session(CLIENT, 5, 6, null)));
            store.commit(new PutSession(Samples.session(CLIENT, 9, 9, null)));
            assertThat(store.loaded()).containsExactly(Lines.of(Samples.session(CLIENT, 9, 9, null)));
        }
    }

    @Test
    default void aSessionRecordOfAnOlderIncarnationIsIgnored() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutSession(Samples.session(CLIENT, 9)));
            store.commit(new PutSession(Samples.session(CLIENT, 5)));
            store.commit(
                    new PutSession(Samples.session(OTHER, 9)),
                    new PutSession(Samples.session(OTHER, 5)),
                    new PutSession(Samples.session(OTHER, 7)));
            assertThat(store.loaded())
                    .containsExactly(Lines.of(Samples.session(OTHER, 9)), Lines.of(Samples.session(CLIENT, 9)));
        }
    }

    @Test
    default void everyFieldOfASubscriptionComesBack() {
        List<Subscription> subscriptions = List.of(
                new Subscription(
                        TopicFilter.parse("$share/grupp\u00eb/a/+/#"),
                        Qos.EXACTLY_ONCE,
                        false,
                        true,
                        RetainHandling.DO_NOT_SEND,
                        268_435_455),
                new Subscription(
                        TopicFilter.parse("/\uD83E\uDD9F/+"),
                        Qos.AT_MOST_ONCE,
                        true,
                        false,
                        RetainHandling.SEND_IF_NEW,
                        1),
                Samples.subscription("#"),
                Samples.subscription("a/+/#"),
                Samples.subscription("$share/other/a/+/#"));
        try (OpenStore store = OpenStore.of(this)) {
            subscriptions.forEach(subscription -> store.commit(new PutSubscription(CLIENT, subscription)));
            String[] expected = subscriptions.stream()
                    .map(subscription -> Lines.of(CLIENT, subscription))
                    .toArray(String[]::new);
            store.restart();
            assertThat(store.loaded()).containsExactlyInAnyOrder(expected);
        }
    }

    @Test
    default void subscribingAgainReplacesTheOneRow() {
        Subscription again =
                new Subscription(TopicFilter.parse("a"), Qos.EXACTLY_ONCE, true, true, RetainHandling.SEND_IF_NEW, 9);
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(new PutSubscription(CLIENT, Samples.subscription("a")));
            store.commit(new PutSubscription(CLIENT, Samples.subscription("a")));
            assertThat(store.loaded()).hasSize(1);
            store.commit(new PutSubscription(CLIENT, again));
            assertThat(store.loaded()).containsExactly(Lines.of(CLIENT, again));
        }
    }

    @Test
    default void aSubscriptionIsRemovedByClientAndWholeFilter() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutSubscription(CLIENT, Samples.subscription("a")),
                    new PutSubscription(CLIENT, Samples.subscription("a/b")),
                    new PutSubscription(CLIENT, Samples.subscription("$share/g/a")),
                    new PutSubscription(OTHER, Samples.subscription("a")));
            DeleteSubscription deletion = new DeleteSubscription(CLIENT, TopicFilter.parse("a"));
            store.commit(deletion);
            store.commit(deletion);
            assertThat(store.loaded())
                    .containsExactlyInAnyOrder(
                            Lines.of(CLIENT, Samples.subscription("a/b")),
                            Lines.of(CLIENT, Samples.subscription("$share/g/a")),
                            Lines.of(OTHER, Samples.subscription("a")));
        }
    }

    @Test
    default void theEndOfASessionTakesAllOfItAndNothingOfItsNeighbours() {
        ClientId longer = new ClientId(CLIENT.value() + "/1");
        try (OpenStore store = OpenStore.of(this)) {
            for (ClientId client : List.of(CLIENT, longer, OTHER)) {
                store.commit(
                        new PutSession(Samples.session(client, 1)),
                        new PutSubscription(client, Samples.subscription("a")),
                        new PutSubscription(client, Samples.subscription("b")),
                        new PutIncoming(Samples.incoming(client, 1, 11)),
                        new PutIncoming(Samples.incoming(client, 65_535, 12)),
                        append(client, store.sequence(1)),
                        append(client, store.sequence(2)));
            }
            DeleteSession deletion = new DeleteSession(CLIENT, 1, store.sequence(3));
            store.commit(deletion);
            store.commit(deletion);
            store.restart();
            assertThat(store.loaded()).hasSize(10).noneMatch(line -> line.contains(" " + CLIENT.value() + " "));
            assertThat(store.queue(CLIENT)).isEmpty();
            assertThat(store.queue(longer)).hasSize(2);
            assertThat(store.queue(OTHER)).hasSize(2);
        }
    }

    @Test
    default void theEndOfASessionWithoutARecordTakesWhatThereIs() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutSubscription(CLIENT, Samples.subscription("a")),
                    new PutIncoming(Samples.incoming(CLIENT, 1, 11)),
                    append(CLIENT, store.sequence(1)));
            store.commit(new DeleteSession(CLIENT, 1, store.sequence(2)));
            assertThat(store.loaded()).isEmpty();
            assertThat(store.queue(CLIENT)).isEmpty();
        }
    }

    @Test
    default void theEndOfASessionTakesWhatTheSameBatchWrote() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutSession(Samples.session(CLIENT, 1)),
                    new PutSubscription(CLIENT, Samples.subscription("a")),
                    new PutIncoming(Samples.incoming(CLIENT, 1, 11)),
                    append(CLIENT, store.sequence(1)),
                    new DeleteSession(CLIENT, 1, store.sequence(2)));
            assertThat(store.loaded()).isEmpty();
            assertThat(store.queue(CLIENT)).isEmpty();
        }
    }

    @Test
    default void aSessionMayEndAndItsSuccessorBeginInOneBatch() {
        try (OpenStore store = OpenStore.of(this)) {
            store.commit(
                    new PutSession(Samples.session(CLIENT, 1)),
                    new PutSubscription(CLIENT, Samples.subscription("old")),
                    new PutIncoming(Samples.incoming(CLIENT, 1, 11)),
                    append(CLIENT, store.sequence(1)));
            List<StoreOperation> batch = List.of(
                    new DeleteSession(CLIENT, 1, store.sequence(2)),
                    new PutSession(Samples.session(CLIENT, store.sequence(2))),
                    new PutSubscription(CLIENT, Samples.subscription("new")),
                    new PutIncoming(Samples.incoming(CLIENT, 2, 22)),
                    append(CLIENT, store.sequence(2)));
            store.commit(batch);
            assertSuccessorIsWhole(store, store.sequence(2));
            store.commit(batch);
            assertSuccessorIsWhole(store, store.sequence(2));
        }
    }

    @Test
    default void aLateEndOfASessionLeavesItsSuccessorUntouched() {
        try (OpenStore store = OpenStore.of(this)) {
            long began = store.sequence(2);
            store.commit(append(CLIENT, store.sequence(1)));
            store.commit(
                    new PutSession(Samples.session(CLIENT, began)),
                    new PutSubscription(CLIENT, Samples.subscription("new")),
                    new PutIncoming(Samples.incoming(CLIENT, 2, 22)),
                    append(CLIENT, began));
            store.commit(new DeleteSession(CLIENT, 1, began));
            assertSuccessorIsWhole(store, began);
            store.restart();
            store.commit(new DeleteSession(CLIENT, 1, began));
            assertSuccessorIsWhole(store, began);
        }
    }

    @Test
    default void aBatchOfWhichABeginningHappenedMayBeRepeatedWhole() {
        try (OpenStore store = OpenStore.of(this)) {
            List<StoreOperation> batch = List.of(
                    new PutSession(Samples.session(CLIENT, 1)),
                    new PutSubscription(CLIENT, Samples.subscription("a")),
                    append(CLIENT, store.sequence(1)),
                    new DeleteSubscription(CLIENT, TopicFilter.parse("a")),
                    new PutSession(Samples.session(CLIENT, 1, store.sequence(1), null)),
                    new PutSubscription(CLIENT, Samples.subscription("b")));
            List<String> expected = Stream.of(
                            Lines.of(Samples.session(CLIENT, 1, store.sequence(1), null)),
                            Lines.of(CLIENT, Samples.subscription("b")))
                    .toList();
            for (int happened = 0; happened <= batch.size(); happened++) {
                store.commit(batch.subList(0, happened));
                store.commit(append(OTHER, store.sequence(happened)));
                store.commit(batch);
                assertThat(store.loaded()).isEqualTo(expected);
                assertThat(store.sequences(CLIENT)).containsExactly(store.sequence(1));
            }
        }
    }

    private static void assertSuccessorIsWhole(OpenStore store, long began) {
        assertThat(store.loaded())
                .containsExactlyInAnyOrder(
                        Lines.of(Samples.session(CLIENT, began)),
                        Lines.of(CLIENT, Samples.subscription("new")),
                        Lines.of(Samples.incoming(CLIENT, 2, 22)));
        assertThat(store.sequences(CLIENT)).containsExactly(began);
    }
}
