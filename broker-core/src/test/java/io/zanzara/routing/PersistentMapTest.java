package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMapTest {

    private record Entry(String name, int value) {}

    private record Named(String name) implements PersistentMap.Key<Entry> {
        @Override
        public int hash() {
            return name.hashCode();
        }

        @Override
        public int hashOf(Entry entry) {
            return entry.name.hashCode();
        }

        @Override
        public boolean isOf(Entry entry) {
            return entry.name.equals(name);
        }

        @Override
        public int compareTo(Entry entry) {
            return name.compareTo(entry.name);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int keys = 1 << random.nextInt(1, 13);
        PersistentMap<Entry> map = PersistentMap.empty();
        Map<String, Integer> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String key = key(random.nextInt(keys));
            if (random.nextInt(5) < 3) {
                map = with(map, key, step);
                model.put(key, step);
            } else {
                map = map.without(new Named(key));
                model.remove(key);
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(get(map, key)).isEqualTo(model.get(key));
        }
        assertThat(contents(map)).isEqualTo(model);
        for (int i = 0; i < keys; i++) {
            assertThat(get(map, key(i))).isEqualTo(model.get(key(i)));
        }
    }

    @Test
    void keepsOneShapeWhateverWasRemoved() {
        PersistentMap<Entry> straight = PersistentMap.empty();
        PersistentMap<Entry> detour = PersistentMap.empty();
        for (int i = 0; i < 1_000; i++) {
            detour = with(detour, key(i), i);
        }
        for (int i = 0; i < 1_000; i++) {
            if (i % 10 == 0) {
                straight = with(straight, key(i), i);
            } else {
                detour = detour.without(new Named(key(i)));
            }
        }
        assertThat(order(detour)).hasSize(100).isEqualTo(order(straight));
        for (int i = 0; i < 1_000; i += 10) {
            detour = detour.without(new Named(key(i)));
        }
        assertThat(detour).isSameAs(PersistentMap.empty());
    }

    @Test
    void leavesTheMapItCameFromAlone() {
        PersistentMap<Entry> one = with(PersistentMap.empty(), "a", 1);
        PersistentMap<Entry> two = with(with(one, "b", 2), "a", 3);

        assertThat(contents(one)).isEqualTo(Map.of("a", 1));
        assertThat(contents(two)).isEqualTo(Map.of("a", 3, "b", 2));
        assertThat(contents(two.without(new Named("a")))).isEqualTo(Map.of("b", 2));
        assertThat(two.without(new Named("c"))).isSameAs(two);
    }

    private static PersistentMap<Entry> with(PersistentMap<Entry> map, String key, int value) {
        return map.with(new Named(key), new Entry(key, value));
    }

    private static @Nullable Integer get(PersistentMap<Entry> map, String key) {
        Entry entry = map.get(new Named(key));
        return entry == null ? null : entry.value;
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

    private static Map<String, Integer> contents(PersistentMap<Entry> map) {
        Map<String, Integer> contents = new HashMap<>();
        map.forEach(entry -> assertThat(contents.put(entry.name, entry.value)).isNull());
        return contents;
    }

    private static List<String> order(PersistentMap<Entry> map) {
        List<String> order = new ArrayList<>();
        map.forEach(entry -> order.add(entry.name));
        return order;
    }
}
