package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OptionsTest {

    @Test
    void nothingAskedForIsTenMillionOnTheEmbeddedStore() {
        Options options = Options.of(List.of());

        assertThat(options.packets()).isEqualTo(10_000_000);
        assertThat(options.store()).isEqualTo("embedded");
        assertThat(options.replay()).isNull();
    }

    @Test
    void eachOptionIsRead() {
        assertThat(Options.of(List.of("--packets", "7", "--seed", "-4", "--store", "memory", "--replay", "a/b")))
                .isEqualTo(new Options(7, -4, "memory", Path.of("a/b")));
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        for (List<String> wrong : List.of(
                List.of("--packets", "0"),
                List.of("--packets", "many"),
                List.of("--store", "mongodb"),
                List.of("--seed"),
                List.of("--cycles", "9"))) {
            assertThatThrownBy(() -> Options.of(wrong))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.get(0));
        }
    }
}
