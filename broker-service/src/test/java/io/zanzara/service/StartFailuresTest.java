package io.zanzara.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each start that fails says so in one sentence: what is wrong, and what to do. */
final class StartFailuresTest {

    @TempDir
    Path folder;

    private static String sentence(String... options) {
        Throwable failure = catchThrowable(() -> RunningService.start(options).close());
        assertThat(failure).as("the service must not start").isNotNull();
        String sentence = StartFailures.describe(failure);
        assertThat(sentence).isNotNull().endsWith(".").doesNotContain("\n");
        return String.valueOf(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zanzara.mqtt.port=70000 | zanzara.mqtt.port is '70000' but must be from 0 to 65535.",
                "zanzara.mqtt.port=abc | zanzara.mqtt.port is 'abc' but must be a whole number.",
                "zanzara.mqtt.event-loops=-1 | zanzara.mqtt.event-loops is '-1' but must be from 0 to 1024.",
                "zanzara.mqtt.prot=1 | zanzara.mqtt.prot is not a setting of the broker.",
                "zanzara.store.type=paper | zanzara.store.type is 'paper' but must be one of embedded, mongodb, memory.",
                "zanzara.events.log=maybe | zanzara.events.log is 'maybe' but must be true or false.",
                "zanzara.limits.max-packet-size=1KG | zanzara.limits.max-packet-size is '1KG' but must be a size such as 512KB or 1MB.",
                "zanzara.limits.max-packet-size=100B | zanzara.limits.max-packet-size is '100B' but must be from 128B to 268435460B.",
                "zanzara.limits.connect-timeout=soon | zanzara.limits.connect-timeout is 'soon' but must be a duration such as 10s, 5m or 1h.",
                "zanzara.limits.connect-timeout=1500ms | zanzara.limits.connect-timeout is '1500ms' but must be whole seconds from 1s to 3600s.",
                "zanzara.limits.queue-policy=x | zanzara.limits.queue-policy is 'x' but must be one of refuse, drop-oldest, drop-newest.",
                "zanzara.limits.max-queue-messages=-1 | zanzara.limits.max-queue-messages is '-1' but must be 0 or more.",
                "zanzara.limits.maximum-qos=3 | zanzara.limits.maximum-qos is '3' but must be from 0 to 2.",
                "zanzara.limits.retain-available=maybe | zanzara.limits.retain-available is 'maybe' but must be true or false.",
                "zanzara.redirect.server-reference=möwe:1883 | zanzara.redirect.server-reference is 'möwe:1883' but must be like broker.example.org:1883.",
                "zanzara.response-information-prefix=a/# | zanzara.response-information-prefix is 'a/#' but must be the beginning of a topic, without + and #, such as responses/.",
                "zanzara.limits.memory-budget=1KB | zanzara.limits.memory-budget is '1024B' but must be 1048576B or more.",
                "management.server.port=abc | management.server.port is 'abc', which is not valid: Failed to convert it to a whole number.",
            })
    void settingThatIsNotAllowed(String option, String expected) {
        assertThat(sentence("--" + option)).isEqualTo(expected);
    }

    /** What is wrong is said, but nothing of a credential. */
    @Test
    void userThatIsNotAllowed() {
        String user = "zanzara.authentication.scram-sha-256.users[0].";
        String good = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
        String must =
                " but must be like SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey, with at least 4096 iterations and"
                        + " the rest in Base64.";
        assertThat(sentence("--" + user + "name=alice")).isEqualTo(user + "credential is ''" + must);
        assertThat(sentence("--" + user + "name=alice", "--" + user + "credential=secret"))
                .isEqualTo(user + "credential is '(hidden)'" + must);
        assertThat(sentence("--" + user + "credential=" + good))
                .isEqualTo(user
                        + "name is '' but must be a name without control characters, private characters and the like.");
        String second = user.replace('0', '1');
        assertThat(sentence(
                        "--" + user + "name=alice",
                        "--" + user + "credential=" + good,
                        "--" + second + "name=alice",
                        "--" + second + "credential=" + good))
                .isEqualTo(second + "name is 'alice' but must be another than those before it.");
    }

    @Test
    void mqttPortTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            assertThat(sentence("--zanzara.mqtt.port=" + taken.getLocalPort()))
                    .startsWith("Can't listen on localhost:" + taken.getLocalPort());
        }
    }

    @Test
    void managementPortTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(sentence("--management.server.port=" + taken.getLocalPort()))
                    .contains(String.valueOf(taken.getLocalPort()))
                    .contains("management.server.port");
        }
    }

    @Test
    void embeddedStoreIsNotAFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        assertThat(sentence("--zanzara.store.embedded.path=" + file))
                .contains(file.toString())
                .contains("zanzara.store.embedded.path");
    }

    @Test
    void embeddedStoreIsInUse() {
        String option = "--zanzara.store.embedded.path=" + folder.resolve("data");
        try (RunningService running = RunningService.start(option)) {
            assertThat(running.get("health").body()).contains(folder.toString());
            assertThat(sentence(option)).contains(folder.toString()).contains("use");
        }
    }

    @Test
    void mongodbUriIsNone() {
        assertThat(sentence("--zanzara.store.type=mongodb", "--spring.mongodb.uri=mongdb://x"))
                .startsWith("spring.mongodb.uri is not valid: ");
    }
}
