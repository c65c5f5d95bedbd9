package io.zanzara.routing;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Topics, filters and clients from a seed, of so few levels that they meet often; some have the same hash. */
final class RandomTopics {

    private static final List<String> LEVELS = List.of("a", "b", "", "Aa", "BB", "$a", "a b");
    private static final int MOST_LEVELS = 4;

    private final SplittableRandom random;

    RandomTopics(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    Topic topic() {
        String name = String.join("/", levels());
        return new Topic(name.isEmpty() ? "/" : name);
    }

    TopicFilter filter() {
        List<String> levels = levels();
        for (int i = 0; i < levels.size(); i++) {
            if (below(4) == 0) {
                levels.set(i, "+");
            }
        }
        if (below(4) == 0) {
            levels.set(levels.size() - 1, "#");
        }
        String filter = String.join("/", levels);
        return TopicFilter.parse(filter.isEmpty() ? "/" : filter);
    }

    ClientId client() {
        return new ClientId(List.of("AaAa", "BBBB", "AaBB", "BBAa", "c", "d").get(below(6)));
    }

    Subscription subscription() {
        return new Subscription(
                filter(), Qos.of(below(3)), below(3) == 0, below(2) == 0, RetainHandling.SEND, below(3) * below(1_000));
    }

    private List<String> levels() {
        List<String> levels = new ArrayList<>();
        do {
            levels.add(LEVELS.get(below(LEVELS.size())));
        } while (levels.size() < MOST_LEVELS && below(3) != 0);
        return levels;
    }
}
