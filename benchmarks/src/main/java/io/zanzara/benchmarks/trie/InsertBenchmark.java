package io.zanzara.benchmarks.trie;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import io.zanzara.routing.Subscriber;
import io.zanzara.routing.TopicTrie;
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

/**
 * Subscribes one client more to a tree that holds many, and unsubscribes it again: to a topic of its own on the first level, to one eight levels
 * deep, or to the topic of all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class InsertBenchmark {

    @Param({"flat", "deep", "one"})
    private String form = "";

    @Param({"1000", "100000"})
    private int subscriptions;

    private final TopicTrie trie = new TopicTrie();
    private Subscription[] absent = new Subscription[0];
    private Listener[] newcomers = new Listener[0];
    private int next;

    @Setup(Level.Trial)
    public void subscribe() {
        for (int i = 0; i < subscriptions; i++) {
            trie.put(subscription(i), new Listener(new ClientId("client" + i)));
        }
        int many = 4_096;
        absent = new Subscription[many];
        newcomers = new Listener[many];
        for (int i = 0; i < many; i++) {
            absent[i] = subscription(subscriptions + i);
            newcomers[i] = new Listener(new ClientId("newcomer" + i));
        }
    }

    private Subscription subscription(int number) {
        String filter = switch (form) {
            case "flat" -> "device" + number;
            case "deep" ->
                "region/" + number % 10 + "/site/" + number / 10 % 100 + "/device/" + number + "/sensor/temperature";
            default -> "news";
        };
        return Subscription.of(TopicFilter.parse(filter), Qos.AT_LEAST_ONCE);
    }

    @Benchmark
    public boolean insertAndRemove() {
        next = (next + 1) % absent.length;
        boolean inserted = trie.put(absent[next], newcomers[next]);
        return inserted & trie.remove(absent[next].filter(), newcomers[next].client());
    }

    private record Listener(ClientId client) implements Subscriber {
        @Override
        public boolean isPersistent() {
            return true;
        }
    }
}
