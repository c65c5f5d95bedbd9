package io.zanzara.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionsTest {

    @Test
    void nothingAskedForIsEverything() {
        Options options = Options.of(List.of());

        assertThat(options.cycles()).isEqualTo(100);
        assertThat(options.combinations()).hasSize(8);
        assertThat(options.combinations()).extracting(Options.Combination::name).doesNotHaveDuplicates();
    }

    @Test
    void eachOptionNarrows() {
        Options options = Options.of(
                List.of("--store", "mongodb", "--qos", "2", "--protocol", "3.1.1", "--cycles", "7", "--seed", "-42"));

        assertThat(options.combinations())
                .extracting(Options.Combination::name)
                .containsExactly("mongodb, QoS 2, MQTT 3.1.1");
        assertThat(options.cycles()).isEqualTo(7);
        assertThat(options.seed()).isEqualTo(-42);
    }

    @Test
    void togetherIsOneRoundForEachStore() {
        assertThat(Options.of(List.of("--together", "--qos", "1")).combinations())
                .extracting(combination -> combination.kinds().size())
                .containsExactly(2, 2);
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        for (List<String> wrong : List.of(
                List.of("--cycles", "0"),
                List.of("--cycles", "many"),
                List.of("--qos", "0"),
                List.of("--protocol", "4"),
                List.of("--store", "memory"),
                List.of("--seed"),
                List.of("--speed", "9"))) {
            assertThatThrownBy(() -> Options.of(wrong))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.get(0));
        }
    }
}
