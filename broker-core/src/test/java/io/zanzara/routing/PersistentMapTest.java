package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMapTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int keys = 1 << random.nextInt(1, 13);
        PersistentMap<String, Integer> map = PersistentMap.empty();
        Map<String, Integer> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String key = key(random.nextInt(keys));
            if (random.nextInt(5) < 3) {
                map = map.with(key, step);
                model.put(key, step);
            } else {
                map = map.without(key);
                model.remove(key);
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
        assertThat(contents(map)).isEqualTo(model);
        for (int i = 0; i < keys; i++) {
            assertThat(map.get(key(i))).isEqualTo(model.get(key(i)));
        }
    }

    @Test
    void keepsOneShapeWhateverWasRemoved() {
        PersistentMap<String, Integer> straight = PersistentMap.empty();
        PersistentMap<String, Integer> detour = PersistentMap.empty();
        for (int i = 0; i < 1_000; i++) {
            detour = detour.with(key(i), i);
        }
        for (int i = 0; i < 1_000; i++) {
            if (i % 10 == 0) {
                straight = straight.with(key(i), i);
            } else {
                detour = detour.without(key(i));
            }
        }
        assertThat(order(detour)).hasSize(100).isEqualTo(order(straight));
        for (int i = 0; i < 1_000; i += 10) {
            detour = detour.without(key(i));
        }
        assertThat(detour).isSameAs(PersistentMap.empty());
    }

    @Test
    void leavesTheMapItCameFromAlone() {
        PersistentMap<String, Integer> one =
                PersistentMap.<String, Integer>empty().with("a", 1);
        PersistentMap<String, Integer> two = one.with("b", 2).with("a", 3);

        assertThat(contents(one)).isEqualTo(Map.of("a", 1));
        assertThat(contents(two)).isEqualTo(Map.of("a", 3, "b", 2));
        assertThat(contents(two.without("a"))).isEqualTo(Map.of("b", 2));
        assertThat(two.without("c")).isSameAs(two);
    }

    /** Every other key has the same hash as many more: made of "Aa" and "BB", which have the same. */
    private static String key(int number) {
        if (number % 2 == 0) {
            return "key-" + number;
        }
        StringBuilder key = new StringBuilder();
        for (int bit = 0; bit < 13; bit++) {
            key.append((number >>> bit & 1) == 0 ? "Aa" : "BB");
        }
        return key.toString();
    }

    private static Map<String, Integer> contents(PersistentMap<String, Integer> map) {
        Map<String, Integer> contents = new HashMap<>();
        map.forEach((key, value) -> assertThat(contents.put(key, value)).isNull());
        return contents;
    }

    private static List<String> order(PersistentMap<String, Integer> map) {
        List<String> order = new ArrayList<>();
        map.forEach((key, value) -> order.add(key));
        return order;
    }
}
