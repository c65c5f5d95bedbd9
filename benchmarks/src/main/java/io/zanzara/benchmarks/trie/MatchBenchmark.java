package io.zanzara.benchmarks.trie;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.routing.Subscriber;
import io.zanzara.routing.TopicTrie;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Finds the subscribers of one PUBLISH among those of a fleet: each device has a topic of its own and listens to it, one
 * in a hundred watches its site with {@code +}, one in a thousand everything with {@code #}. Each call takes another
 * topic, so that neither a cache nor the branch predictor knows what comes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MatchBenchmark {

    private static final int SITES = 100;
    private static final int TOPICS = 4_096;
    private static final ClientId PUBLISHER = new ClientId("publisher");

    @Param({"1000", "100000"})
    private int devices;

    private final TopicTrie trie = new TopicTrie();
    private final Topic[] topics = new Topic[TOPICS];
    private int next;

    @Setup(Level.Trial)
    public void subscribe() {
        for (int device = 0; device < devices; device++) {
            subscribe("device" + device, topicOf(device));
            if (device % 100 == 0) {
                subscribe("watcher" + device, "site/" + device % SITES + "/+/temperature");
            }
            if (device % 1_000 == 0) {
                subscribe("archive" + device, "site/#");
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = new Topic(topicOf(random.nextInt(devices)));
        }
    }

    private void subscribe(String client, String filter) {
        trie.put(Subscription.of(TopicFilter.parse(filter), Qos.AT_LEAST_ONCE), new Listener(new ClientId(client)));
    }

    private static String topicOf(int device) {
        return "site/" + device % SITES + "/device" + device + "/temperature";
    }

    @Benchmark
    public void match(Blackhole blackhole) {
        next = (next + 1) % TOPICS;
        trie.match(topics[next], PUBLISHER, blackhole::consume);
    }

    private record Listener(ClientId client) implements Subscriber {
        @Override
        public boolean isPersistent() {
            return true;
        }
    }
}
