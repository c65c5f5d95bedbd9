package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.conformance.Spec;
import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.QueueRecord;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTrieTest {

    private static final ClientId PUBLISHER = new ClientId("publisher");

    private final TopicTrie trie = new TopicTrie();

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "a/b,       a/b,       true",
        "a/b,       a,         false",
        "a,         a/b,       false",
        "a/#,       a,         true",
        "a/#,       a/,        true",
        "a/#,       a/b/c,     true",
        "a/#,       ab,        false",
        "#,         a,         true",
        "#,         /,         true",
        "+,         a,         true",
        "+,         /,         false",
        "+/+,       /,         true",
        "+/+,       a/b,       true",
        "+/+,       a,         false",
        "/+,        /a,        true",
        "/,         /,         true",
        "a//b,      a//b,      true",
        "a/+/b,     a//b,      true",
        "a/+,       a/,        true",
        "a/+,       a,         false",
        "+/b/#,     a/b,       true",
        "$SYS/#,    $SYS,      true",
        "$SYS/#,    $SYS/x,    true",
        "$SYS/+,    $SYS/x,    true",
        "#,         $SYS/x,    false",
        "+/x,       $SYS/x,    false",
        "+,         $SYS,      false",
        "+/#,       $SYS/x,    false",
        "a/#,       a/$b,      true",
        "a/+,       a/$b,      true",
    })
    @Spec(
            v5 = {"MQTT-3.3.2-3", "MQTT-4.7.1-2", "MQTT-4.7.2-1"},
            v311 = {"MQTT-3.3.2-3", "MQTT-4.7.1-3", "MQTT-4.7.2-1"})
    void matchesAsTheStandardSays(String filter, String topic, boolean matches) {
        assertThat(TopicFilter.parse(filter).matches(new Topic(topic))).isEqualTo(matches);

        trie.put(subscription(filter), NamedSubscriber.of("client"));

        assertThat(matching(topic)).hasSize(matches ? 1 : 0);
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.3.4-2", "MQTT-3.3.4-3", "MQTT-3.3.4-4"},
            v311 = {"MQTT-3.3.5-1"})
    void mergesOverlappingSubscriptions() {
        NamedSubscriber client = NamedSubscriber.of("client");
        trie.put(
                new Subscription(TopicFilter.parse("a/b"), Qos.AT_MOST_ONCE, false, true, RetainHandling.SEND, 7),
                client);
        trie.put(
                new Subscription(TopicFilter.parse("a/+"), Qos.EXACTLY_ONCE, false, false, RetainHandling.SEND, 8),
                client);
        trie.put(
                new Subscription(TopicFilter.parse("#"), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND, 7),
                client);
        trie.put(subscription("+/b"), client);
        trie.put(subscription("+/b"), NamedSubscriber.of("another"));

        List<Match> matches = matching("a/b");

        assertThat(matches)
                .extracting(match -> match.subscriber().client().value())
                .containsExactlyInAnyOrder("client", "another");
        Match merged = matches.get(matches.get(0).subscriber().equals(client) ? 0 : 1);
        assertThat(merged.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(merged.retainAsPublished()).isTrue();
        assertThat(merged.subscriptionIdentifiers()).containsExactlyInAnyOrder(7, 7, 8);
        assertThat(matching("c")).singleElement().satisfies(match -> {
            assertThat(match.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
            assertThat(match.retainAsPublished()).isFalse();
        });
    }

    @Test
    void aRouteLeadsUntilAnySubscriptionChanges() {
        trie.put(subscription("a"), NamedSubscriber.of("client"));
        TopicTrie.Route route = trie.route(new Topic("a"));
        assertThat(route.leads(new Topic("a"))).isTrue();
        assertThat(route.leads(new Topic("b"))).isFalse();

        trie.put(subscription("+"), NamedSubscriber.of("another"));
        assertThat(route.leads(new Topic("a"))).isFalse();

        TopicTrie.Route next = trie.route(new Topic("a"));
        assertThat(next.leads(new Topic("a"))).isTrue();
        trie.remove(TopicFilter.parse("+"), new ClientId("another"));
        assertThat(next.leads(new Topic("a"))).isFalse();
    }

    @Test
    void sharesOneArrayForNoIdentifiers() {
        trie.put(subscription("a"), NamedSubscriber.of("client"));
        assertThat(matching("a").get(0).subscriptionIdentifiers()).isSameAs(QueueRecord.NO_IDENTIFIERS);

        trie.put(subscription("#"), NamedSubscriber.of("client"));
        assertThat(matching("a").get(0).subscriptionIdentifiers()).isSameAs(QueueRecord.NO_IDENTIFIERS);
    }

    @Test
    void findsTheSameMatchAgainWithoutCopying() {
        trie.put(subscription("a"), NamedSubscriber.of("client"));
        trie.put(subscription("#"), NamedSubscriber.of("another"));

        List<Match> matches = matching("a");

        assertThat(matching("a"))
                .usingElementComparator((one, other) -> one == other ? 0 : 1)
                .isEqualTo(matches);
    }

    @Test
    @Spec(v5 = {"MQTT-3.8.3-3"})
    void leavesOutItsOwnWhereNoLocal() {
        trie.put(noLocal("a", 1), new NamedSubscriber(PUBLISHER));
        trie.put(noLocal("a", 2), NamedSubscriber.of("another"));
        assertThat(matching("a"))
                .extracting(match -> match.subscriber().client().value())
                .containsExactly("another");

        trie.put(noLocal("+", 3), new NamedSubscriber(PUBLISHER));
        assertThat(matching("a"))
                .extracting(match -> match.subscriber().client().value())
                .containsExactly("another");
    }

    @Test
    void keepsTheOtherSubscriptionsOfANoLocalClient() {
        trie.put(noLocal("a", 1), new NamedSubscriber(PUBLISHER));
        trie.put(
                new Subscription(TopicFilter.parse("#"), Qos.AT_MOST_ONCE, false, false, RetainHandling.SEND, 2),
                new NamedSubscriber(PUBLISHER));

        assertThat(matching("a")).singleElement().satisfies(match -> {
            assertThat(match.qos()).isEqualTo(Qos.AT_MOST_ONCE);
            assertThat(match.subscriptionIdentifiers()).containsExactly(2);
        });
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.8.4-3"},
            v311 = {"MQTT-3.8.4-3"})
    void replacesASubscription() {
        assertThat(trie.put(noLocal("a", 1), NamedSubscriber.of("client"))).isTrue();
        NamedSubscriber successor = NamedSubscriber.of("client");
        assertThat(trie.put(Subscription.of(TopicFilter.parse("a"), Qos.AT_MOST_ONCE), successor))
                .isFalse();

        assertThat(trie.size()).isEqualTo(1);
        assertThat(matching("a")).singleElement().satisfies(match -> {
            assertThat(match.subscriber()).isSameAs(successor);
            assertThat(match.qos()).isEqualTo(Qos.AT_MOST_ONCE);
            assertThat(match.subscriptionIdentifiers()).isEmpty();
        });
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.10.4-1"},
            v311 = {"MQTT-3.10.4-1"})
    void removesOnlyWhatIsThere() {
        trie.put(subscription("a/b"), NamedSubscriber.of("client"));

        assertThat(trie.remove(TopicFilter.parse("a/b"), new ClientId("another")))
                .isFalse();
        assertThat(trie.remove(TopicFilter.parse("a"), new ClientId("client"))).isFalse();
        assertThat(trie.remove(TopicFilter.parse("a/b/c"), new ClientId("client")))
                .isFalse();
        assertThat(trie.remove(TopicFilter.parse("a/+"), new ClientId("client")))
                .isFalse();
        assertThat(matching("a/b")).hasSize(1);

        assertThat(trie.remove(TopicFilter.parse("a/b"), new ClientId("client")))
                .isTrue();
        assertThat(trie.size()).isZero();
        assertThat(matching("a/b")).isEmpty();
    }

    @Test
    void looksAtTheUnsharedPartOfASharedFilter() {
        TopicFilter shared = TopicFilter.parse("$share/group/a/+");
        NamedSubscriber group = new NamedSubscriber(ClientId.ofGroup("group", shared));

        trie.put(Subscription.of(shared, Qos.AT_LEAST_ONCE), group);

        assertThat(matching("a/b"))
                .singleElement()
                .satisfies(match -> assertThat(match.subscriber()).isSameAs(group));
        assertThat(trie.remove(shared, group.client())).isTrue();
    }

    @Test
    void aRouteThatIsKeptHoldsNoSubscriberThatItDoesNotLeadTo() {
        trie.put(subscription("a"), NamedSubscriber.of("client"));
        WeakReference<Subscriber> gone = putForAWhile("b");
        TopicTrie.Route kept = trie.route(new Topic("a"));
        trie.remove(TopicFilter.parse("b"), new ClientId("gone"));

        await().until(() -> {
            System.gc();
            return gone.get() == null;
        });
        assertThat(kept.leads(new Topic("a"))).isFalse();
    }

    private WeakReference<Subscriber> putForAWhile(String filter) {
        Subscriber gone = NamedSubscriber.of("gone");
        trie.put(subscription(filter), gone);
        return new WeakReference<>(gone);
    }

    @Test
    void takesTheLongestTopics() {
        String longest = "/".repeat(65_535);
        trie.put(subscription(longest), NamedSubscriber.of("exact"));
        trie.put(subscription("+/".repeat(32_000) + "#"), NamedSubscriber.of("wild"));

        assertThat(matching(longest)).hasSize(2);
        assertThat(matching(longest.substring(1))).hasSize(1);
        assertThat(trie.remove(TopicFilter.parse(longest), new ClientId("exact")))
                .isTrue();
        assertThat(matching(longest)).hasSize(1);
    }

    @Test
    void takesManySubscribersOfOneTopicAndManyTopics() {
        int many = 100_000;
        for (int i = 0; i < many; i++) {
            assertThat(trie.put(subscription("one"), NamedSubscriber.of("client-" + i)))
                    .isTrue();
            assertThat(trie.put(subscription("topic-" + i), NamedSubscriber.of("client-" + i)))
                    .isTrue();
        }
        trie.put(subscription("#"), NamedSubscriber.of("client-7"));

        assertThat(trie.size()).isEqualTo(2 * many + 1);
        assertThat(matching("one")).hasSize(many);
        assertThat(matching("topic-99999")).hasSize(2);
        for (int i = 0; i < many; i++) {
            assertThat(trie.remove(TopicFilter.parse("one"), new ClientId("client-" + i)))
                    .isTrue();
        }
        assertThat(matching("one")).hasSize(1);
    }

    private List<Match> matching(String topic) {
        List<Match> matches = new ArrayList<>();
        trie.match(new Topic(topic), PUBLISHER, matches::add);
        return matches;
    }

    private static Subscription subscription(String filter) {
        return Subscription.of(TopicFilter.parse(filter), Qos.AT_LEAST_ONCE);
    }

    private static Subscription noLocal(String filter, int identifier) {
        return new Subscription(
                TopicFilter.parse(filter), Qos.EXACTLY_ONCE, true, false, RetainHandling.SEND, identifier);
    }
}
