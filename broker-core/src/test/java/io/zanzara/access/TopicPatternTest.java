package io.zanzara.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pattern covers a filter if it matches every topic that the filter matches: tried against all topics over a small alphabet, by the plain
 * definition of matching. The alphabet has a level that no pattern and no filter names, and topics are longer than both, so there is a topic that
 * tells any two of them apart.
 */
class TopicPatternTest {

    private static final List<String> NAMED = List.of("", "a", "b", "$x", "+", "#", "%c", "%u", "p%c");
    private static final List<String> LEVELS = List.of("", "a", "b", "$x", "pa", "p$x", "other");
    private static final List<String> NAMES = List.of("a", "b", "$x", "+", "#", "a/b", "\u0001", "/");
    private static final int LONGEST = 3;
    private static final int PAIRS = 6_000;

    private static final List<Topic> TOPICS = topics();

    private static List<Topic> topics() {
        List<Topic> all = new ArrayList<>();
        List<String> longer = LEVELS;
        for (int levels = 1; levels <= LONGEST + 1; levels++) {
            longer.stream().filter(text -> !text.isEmpty()).forEach(text -> all.add(new Topic(text)));
            longer = longer.stream()
                    .flatMap(text -> LEVELS.stream().map(level -> text + "/" + level))
                    .toList();
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aPatternCoversWhatItMatchesAllTopicsOf(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int covered = 0;
        for (int i = 0; i < PAIRS; i++) {
            String pattern = filter(random);
            String filter = filter(random);
            String client = NAMES.get(random.nextInt(NAMES.size()));
            String user = random.nextInt(9) == 0 ? null : NAMES.get(random.nextInt(NAMES.size()));
            if (filter.indexOf('%') >= 0) {
                continue;
            }
            boolean expected = covers(substituted(pattern, client, user), filter);
            covered += expected ? 1 : 0;
            assertThat(new TopicPattern(pattern).covers(filter, client, user))
                    .as("seed %d: %s covers %s for client %s, user %s", seed, pattern, filter, client, user)
                    .isEqualTo(expected);
        }
        assertThat(covered).isGreaterThan(100);
    }

    private static String filter(SplittableRandom random) {
        while (true) {
            StringBuilder text = new StringBuilder(NAMED.get(random.nextInt(NAMED.size())));
            for (int more = random.nextInt(LONGEST); more > 0; more--) {
                text.append('/').append(NAMED.get(random.nextInt(NAMED.size())));
            }
            if (TopicFilter.isWellFormed(text.toString())) {
                return text.toString();
            }
        }
    }

    /** Returns the pattern as text, with one that matches no topic of the alphabet where a name is no plain level. */
    private static String substituted(String pattern, String client, @Nullable String user) {
        boolean plain = (isPlain(client) || !pattern.contains("%c")) && (isPlain(user) || !pattern.contains("%u"));
        boolean atTheFront = (pattern.startsWith("%c") && client.startsWith("$"))
                || (pattern.startsWith("%u") && user != null && user.startsWith("$"));
        return !plain || atTheFront ? "nothing" : pattern.replace("%c", client).replace("%u", String.valueOf(user));
    }

    private static boolean isPlain(@Nullable String name) {
        return name != null && !name.matches(".*[+#/\\p{Cntrl}].*");
    }

    private static boolean covers(String pattern, String filter) {
        TopicFilter wide = new TopicFilter(pattern, null);
        TopicFilter narrow = new TopicFilter(filter, null);
        return TOPICS.stream().filter(narrow::matches).allMatch(wide::matches);
    }
}
