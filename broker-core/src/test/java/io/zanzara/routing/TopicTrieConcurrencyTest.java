package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTrieConcurrencyTest {

    private static final int WRITERS = 3;
    private static final int STEPS = 20_000;
    private static final ClientId PUBLISHER = new ClientId("publisher");
    private static final List<String> FILTERS = List.of("a/b/c", "a/b/#", "a/+/c", "a/b", "#", "x/y/z");
    private static final Topic TOPIC = new Topic("a/b/c");

    private final TopicTrie trie = new TopicTrie();
    private final AtomicInteger writing = new AtomicInteger(WRITERS);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void losesNothing(long seed) throws Exception {
        trie.put(Subscription.of(TopicFilter.parse("a/+/c"), Qos.AT_LEAST_ONCE), NamedSubscriber.of("constant"));
        trie.put(Subscription.of(TopicFilter.parse("a/b/c"), Qos.AT_LEAST_ONCE), NamedSubscriber.of("mover"));

        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Set<String>>> written = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                written.add(threads.submit(() -> write(number, new SplittableRandom(seed * WRITERS + number))));
            }
            Callable<Integer> read = this::read;
            List<Future<Integer>> reads = List.of(threads.submit(read), threads.submit(read));
            threads.submit(this::move).get();
            for (Future<Set<String>> writer : written) {
                for (String entry : writer.get()) {
                    int space = entry.indexOf(' ');
                    TopicFilter filter = TopicFilter.parse(entry.substring(0, space));
                    assertThat(trie.remove(filter, new ClientId(entry.substring(space + 1))))
                            .as(entry)
                            .isTrue();
                }
            }
            for (Future<Integer> reader : reads) {
                assertThat(reader.get()).isPositive();
            }
            assertThat(trie.size()).as("constant and mover").isEqualTo(2);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Grows and prunes the same branches as the other writers, for clients of its own; returns what it left there. */
    private Set<String> write(int writer, SplittableRandom random) {
        try {
            Set<String> there = new HashSet<>();
            for (int step = 0; step < STEPS; step++) {
                String filter = FILTERS.get(random.nextInt(FILTERS.size()));
                String client = writer + "-" + random.nextInt(4);
                if (random.nextBoolean()) {
                    boolean added = trie.put(
                            Subscription.of(TopicFilter.parse(filter), Qos.AT_MOST_ONCE), NamedSubscriber.of(client));
                    assertThat(added).isEqualTo(there.add(filter + " " + client));
                } else {
                    boolean removed = trie.remove(TopicFilter.parse(filter), new ClientId(client));
                    assertThat(removed).isEqualTo(there.remove(filter + " " + client));
                }
            }
            return there;
        } finally {
            writing.decrementAndGet();
        }
    }

    /** Goes from one filter to another, the new one first: always one or two match. */
    private void move() {
        ClientId mover = new ClientId("mover");
        TopicFilter here = TopicFilter.parse("a/b/c");
        TopicFilter there = TopicFilter.parse("a/#");
        while (writing.get() > 0 || here.hasWildcard()) {
            trie.put(Subscription.of(there, Qos.AT_LEAST_ONCE), new NamedSubscriber(mover));
            trie.remove(here, mover);
            TopicFilter left = here;
            here = there;
            there = left;
        }
    }

    private int read() {
        int reads = 0;
        do {
            Set<String> found = new HashSet<>();
            trie.match(
                    TOPIC,
                    PUBLISHER,
                    match -> assertThat(found.add(match.subscriber().client().value()))
                            .as("called back once")
                            .isTrue());
            assertThat(found).contains("constant", "mover");
            reads++;
        } while (writing.get() > 0);
        return reads;
    }
}
