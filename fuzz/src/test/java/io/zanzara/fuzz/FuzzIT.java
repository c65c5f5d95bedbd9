package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The short run on the packaged broker. {@code ./soak fuzz} is the long one. */
final class FuzzIT {

    private static final String PACKETS = "100000";

    @Test
    void nothingIsFoundWithAFixedSeed() throws Exception {
        run(1, "embedded");
    }

    @Test
    void nothingIsFoundWithAnotherSeedEachTime() throws Exception {
        run(ThreadLocalRandom.current().nextInt(1_000_000), "memory");
    }

    private static void run(long seed, String store) throws Exception {
        Path jar = Path.of("..", "broker-service", "target", "broker-service.jar");
        Fuzz fuzz = new Fuzz(Path.of("target", "run-" + store), jar);

        assertThat(fuzz.run(
                        Options.of(List.of("--packets", PACKETS, "--seed", String.valueOf(seed), "--store", store))))
                .as("store " + store + ", seed " + seed)
                .isTrue();
    }
}
