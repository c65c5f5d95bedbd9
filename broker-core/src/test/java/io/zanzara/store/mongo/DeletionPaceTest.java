package io.zanzara.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DeletionPaceTest {

    private static final List<Integer> RANGES =
            IntStream.range(0, 2_500).boxed().toList();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final List<Integer> deleted = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private long now;
    private long nanosPerRange = TimeUnit.MICROSECONDS.toNanos(100);
    private final DeletionPace pace = new DeletionPace(() -> now);

    private void answer(List<Integer> part) {
        sizes.add(part.size());
        long took = part.size() * nanosPerRange;
        now += Math.min(took, PATIENCE_NANOS);
        if (took > PATIENCE_NANOS) {
            throw new IllegalStateException("no answer in time");
        }
        deleted.addAll(part);
    }

    @Test
    void quickOnesGoInFewCommands() {
        pace.run(RANGES, this::answer);
        assertThat(sizes).containsExactly(1_000, 1_000, 500);
        assertThat(deleted).isEqualTo(RANGES);
    }

    @Test
    void slowOnesAreSentInCommandsThatTheServerAnswersInTime() {
        nanosPerRange = TimeUnit.MILLISECONDS.toNanos(230);
        assertThatThrownBy(() -> pace.run(RANGES, this::answer)).hasMessage("no answer in time");
        assertThat(deleted).isEmpty();
        pace.run(RANGES, this::answer);
        assertThat(deleted).isEqualTo(RANGES);
        assertThat(sizes.subList(1, sizes.size())).allMatch(size -> size <= 4);
    }

    @Test
    void evenAServerThatTakesSecondsForEachOneGetsOn() {
        nanosPerRange = TimeUnit.SECONDS.toNanos(4);
        assertThatThrownBy(() -> pace.run(RANGES, this::answer)).hasMessage("no answer in time");
        pace.run(RANGES, this::answer);
        assertThat(deleted).isEqualTo(RANGES);
    }

    @Test
    void theyGrowAgainWhenTheServerIsQuickAgain() {
        nanosPerRange = TimeUnit.SECONDS.toNanos(4);
        pace.run(RANGES.subList(0, 1), this::answer);
        nanosPerRange = TimeUnit.MICROSECONDS.toNanos(100);
        pace.run(RANGES, this::answer);
        assertThat(sizes.get(sizes.size() - 2)).isEqualTo(1_000);
    }
}
