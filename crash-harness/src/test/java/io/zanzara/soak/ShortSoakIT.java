package io.zanzara.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short round: the packaged broker, each store, both QoS and both versions at the same time. {@code ./soak} is the long one. */
final class ShortSoakIT {

    @ParameterizedTest
    @ValueSource(strings = {Options.EMBEDDED, Options.MONGODB})
    void nothingIsLostDoubledOrReordered(String store) throws Exception {
        Path jar = Path.of("..", "broker-service", "target", "broker-service.jar");
        Soak soak = new Soak(Path.of("target", "soak-" + store), jar);

        assertThat(soak.run(Options.of(List.of("--store", store, "--together", "--cycles", "2"))))
                .isTrue();
    }
}
