package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/broker} archives the broker's classes at its first run, and uses the archive from then on; so it does with the library that it unpacks. */
final class BrokerScriptIT {

    private static final String READY = "Zanzara is up and running";
    private static final String PREPARING = "broker: preparing .*";
    private static final String ARCHIVED = ".*io\\.zanzara\\.service\\.BrokerApplication source: shared objects file.*";

    @TempDir
    Path folder;

    @Test
    void preparesOnce() throws IOException {
        Path jar = folder.resolve("broker-service.jar");
        Files.createSymbolicLink(
                jar, Path.of("../broker-service/target/broker-service.jar").toRealPath());

        try (ConsoleProcess first = run(jar)) {
            first.awaitMatch(READY);
            assertThat(first.lines(PREPARING)).hasSize(1);
            assertThat(first.lines(ARCHIVED)).hasSize(1);
            first.terminate();
        }
        try (ConsoleProcess second = run(jar)) {
            second.awaitMatch(READY);
            assertThat(second.lines(PREPARING)).isEmpty();
            assertThat(second.lines(ARCHIVED)).hasSize(1);
            Path maps = Path.of("/proc/" + second.pid() + "/maps");
            if (Files.exists(maps)) { // on Linux, and only there the library is unpacked
                assertThat(Files.readString(maps)).containsPattern("/unpacked/[^/]+/native/librocksdbjni");
            }
            second.terminate();
        }
    }

    private ConsoleProcess run(Path jar) {
        List<String> command = List.of(
                "env",
                "ZANZARA_JAR=" + jar,
                "JDK_JAVA_OPTIONS=-Xlog:class+load",
                Path.of("../bin/broker").toAbsolutePath().normalize().toString(),
                "--zanzara.mqtt.port=0",
                "--management.server.port=" + Ports.free());
        return ConsoleProcess.start("bin/broker", command, folder);
    }
}
