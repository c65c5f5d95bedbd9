package io.zanzara.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCheckTest {

    private final StreamCheck check = new StreamCheck(64);

    private void receive(long... sequences) {
        for (long each : sequences) {
            check.received(each, false);
        }
    }

    @Test
    void aStreamInOrderHasNoFault() {
        receive(0, 1, 2, 3);
        assertThat(Faults.of(check, 4)).isEqualTo(Faults.NONE);
        assertThat(Faults.of(check, 4).areNone()).isTrue();
    }

    @Test
    void whatIsPassedOverIsMissing() {
        receive(0, 3);
        assertThat(Faults.of(check, 4)).isEqualTo(new Faults(2, 0, 0, 0, 0));
    }

    @Test
    void whatHasNotComeAtTheEndIsMissing() {
        receive(0, 1);
        assertThat(Faults.of(check, 5)).isEqualTo(new Faults(3, 0, 0, 0, 0));
    }

    @Test
    void whatComesLaterThanItsSuccessorIsOutOfOrderAndNotMissing() {
        receive(0, 2, 1, 3);
        assertThat(Faults.of(check, 4)).isEqualTo(new Faults(0, 1, 0, 0, 0));
    }

    @Test
    void whatComesTwiceIsADuplicateUnlessItSaysSo() {
        receive(0, 1, 1);
        check.received(0, true);
        assertThat(Faults.of(check, 2)).isEqualTo(new Faults(0, 0, 1, 1, 0));
    }

    @Test
    void aDuplicateOfWhatCameOutOfOrderIsOne() {
        receive(0, 2, 1, 1);
        assertThat(Faults.of(check, 3)).isEqualTo(new Faults(0, 1, 1, 0, 0));
    }

    @Test
    void whatIsAccountedForGrowsWithWhatIsPassedOver() {
        assertThat(check.received(0, false)).isEqualTo(1);
        assertThat(check.received(5, false)).isEqualTo(5);
        assertThat(check.received(3, false)).isZero();
        assertThat(check.received(5, false)).isZero();
    }

    @Test
    void onlyPowersOfTwoAreRemembered() {
        assertThatIllegalArgumentException().isThrownBy(() -> new StreamCheck(100));
        assertThatIllegalArgumentException().isThrownBy(() -> new StreamCheck(32));
    }

    /** A line that loses, repeats and delays; what it did is counted by a model that remembers everything. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void findsExactlyWhatABadLineDid(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int sent = 100_000;
        List<Long> line = badLine(random, sent);
        StreamCheck long64 = new StreamCheck(64);
        Set<Long> come = new HashSet<>();
        long highest = -1;
        long duplicates = 0;
        long late = 0;
        for (long each : line) {
            long64.received(each, false);
            if (!come.add(each)) {
                duplicates++;
            } else if (each < highest) {
                late++;
            }
            highest = Math.max(highest, each);
        }
        assertThat(duplicates).isPositive();
        assertThat(late).isPositive();
        assertThat(Faults.of(long64, sent)).isEqualTo(new Faults(sent - come.size(), late, duplicates, 0, 0));
    }

    private static List<Long> badLine(SplittableRandom random, int sent) {
        List<Long> line = new ArrayList<>();
        for (long i = 0; i < sent; i++) {
            int luck = random.nextInt(1_000);
            if (luck >= 5) {
                line.add(i);
            }
            if (luck >= 995) {
                line.add(i);
            }
            if (luck < 20 && line.size() > 20) { // moved back by a few places
                line.add(line.size() - random.nextInt(1, 20), line.remove(line.size() - 1));
            }
        }
        return line;
    }
}
