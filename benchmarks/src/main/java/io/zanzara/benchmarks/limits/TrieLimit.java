package io.zanzara.benchmarks.limits;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.routing.Subscriber;
import io.zanzara.routing.TopicTrie;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/** A million subscriptions in the broker's topic tree: how fast they are put in, and how fast the subscribers of a topic are found among them. */
public final class TrieLimit {

    private static final int TOPICS = 4_096;
    private static final ClientId PUBLISHER = new ClientId("publisher");

    /** How subscriptions lie in the tree. */
    public enum Form {
        /** Each on a topic of its own, one level deep. */
        FLAT(i -> "device" + i),
        /** Each on a topic of its own, eight levels deep. */
        DEEP(i -> "region/" + i % 10 + "/site/" + i / 10 % 100 + "/device/" + i + "/sensor/temperature"),
        /** All on one topic. */
        ONE_TOPIC(i -> "news");

        private final IntFunction<String> topic;

        Form(IntFunction<String> topic) {
            this.topic = topic;
        }
    }

    /**
     * What came of it.
     *
     * @param insertsPerSecond subscriptions put in
     * @param matchesPerSecond topics whose subscribers were found; 0 where one topic has all of them
     */
    public record Rates(double insertsPerSecond, double matchesPerSecond) {}

    private TrieLimit() {}

    /** Puts subscriptions into an empty tree and looks for subscribers of topics at random. */
    public static Rates measure(Form form, int subscriptions) {
        Listener[] listeners = new Listener[subscriptions];
        Subscription[] all = new Subscription[subscriptions];
        for (int i = 0; i < subscriptions; i++) {
            listeners[i] = new Listener(new ClientId("client" + i));
            all[i] = Subscription.of(TopicFilter.parse(form.topic.apply(i)), Qos.AT_LEAST_ONCE);
        }
        TopicTrie trie = new TopicTrie();
        long startedAt = System.nanoTime();
        for (int i = 0; i < subscriptions; i++) {
            trie.put(all[i], listeners[i]);
        }
        double inserts = subscriptions / ((System.nanoTime() - startedAt) / 1e9);
        return new Rates(inserts, form == Form.ONE_TOPIC ? 0 : matches(trie, form, subscriptions));
    }

    private static double matches(TopicTrie trie, Form form, int subscriptions) {
        SplittableRandom random = new SplittableRandom(1);
        Topic[] topics = new Topic[TOPICS];
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = new Topic(form.topic.apply(random.nextInt(subscriptions)));
        }
        int matches = Math.max(10_000, subscriptions);
        long[] found = new long[1];
        long startedAt = System.nanoTime();
        for (int i = 0; i < matches; i++) {
            trie.match(topics[i % TOPICS], PUBLISHER, match -> found[0]++);
        }
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        if (found[0] != matches) {
            throw new IllegalStateException("found " + found[0] + " subscribers instead of " + matches);
        }
        return matches / seconds;
    }

    private record Listener(ClientId client) implements Subscriber {
        @Override
        public boolean isPersistent() {
            return true;
        }
    }
}
