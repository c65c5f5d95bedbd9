package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trie against a list that is searched from end to end. */
class TopicTrieModelTest {

    private record Row(ClientId client, Subscription subscription) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void findsWhatASearchFinds(long seed) {
        RandomTopics random = new RandomTopics(seed);
        TopicTrie trie = new TopicTrie();
        List<Row> rows = new ArrayList<>();
        int fill = 1 + random.below(4); // in some runs the trie stays nearly empty, in others it grows
        for (int step = 0; step < 4_000; step++) {
            Subscription subscription = random.subscription();
            ClientId client = random.client();
            if (random.below(5) < fill) {
                assertThat(trie.put(subscription, new NamedSubscriber(client)))
                        .isEqualTo(!remove(rows, subscription.filter(), client));
                rows.add(new Row(client, subscription));
            } else {
                assertThat(trie.remove(subscription.filter(), client))
                        .isEqualTo(remove(rows, subscription.filter(), client));
            }
            Topic topic = random.topic();
            ClientId publisher = random.client();
            assertThat(found(trie, topic, publisher)).isEqualTo(expected(rows, topic, publisher));
            assertThat(trie.size()).isEqualTo(rows.size());
        }
        for (Row row : rows) {
            assertThat(trie.remove(row.subscription().filter(), row.client())).isTrue();
        }
        assertThat(trie.size()).isZero();
    }

    private static boolean remove(List<Row> rows, TopicFilter filter, ClientId client) {
        return rows.removeIf(row ->
                row.client().equals(client) && row.subscription().filter().equals(filter));
    }

    private static Map<ClientId, String> found(TopicTrie trie, Topic topic, ClientId publisher) {
        Map<ClientId, String> found = new TreeMap<>();
        trie.match(topic, publisher, match -> {
            int[] identifiers = match.subscriptionIdentifiers().clone();
            Arrays.sort(identifiers);
            String text = match.qos() + " " + match.retainAsPublished() + " " + Arrays.toString(identifiers);
            assertThat(found.put(match.subscriber().client(), text))
                    .as("called back once")
                    .isNull();
        });
        return found;
    }

    private static Map<ClientId, String> expected(List<Row> rows, Topic topic, ClientId publisher) {
        Map<ClientId, List<Subscription>> matching = new TreeMap<>();
        for (Row row : rows) {
            boolean own = row.subscription().noLocal() && row.client().equals(publisher);
            if (!own && row.subscription().filter().matches(topic)) {
                matching.computeIfAbsent(row.client(), client -> new ArrayList<>())
                        .add(row.subscription());
            }
        }
        Map<ClientId, String> expected = new TreeMap<>();
        matching.forEach((client, subscriptions) -> expected.put(
                client,
                subscriptions.stream()
                                .map(Subscription::qos)
                                .max(Enum::compareTo)
                                .orElseThrow()
                        + " " + subscriptions.stream().anyMatch(Subscription::retainAsPublished)
                        + " "
                        + Arrays.toString(subscriptions.stream()
                                .mapToInt(Subscription::identifier)
                                .filter(identifier -> identifier != 0)
                                .sorted()
                                .toArray())));
        return expected;
    }
}
