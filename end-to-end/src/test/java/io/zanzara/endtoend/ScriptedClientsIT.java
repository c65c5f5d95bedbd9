package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote in other languages, in both versions: scripts that talk to the packaged broker, all at the same
 * time. Each says first how many checks it has, then how each went; each check is a test here. A client that can't be had on
 * this machine is named in a line of output, and has no tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptedClientsIT {

    private static final Duration FETCH = Duration.ofMinutes(6);
    private static final Duration ROUND = Duration.ofMinutes(5);
    private static final Path SCRIPTS = Path.of("src", "test", "resources", "clients");
    private static final String PLAN = "^1\\.\\.(\\d+)$";
    private static final String RESULT = "(not )?ok .*";
    private static final String OK = "ok ";
    private static final String NOT_OK = "not ok ";

    /** One script, one version. */
    private record Round(String name, ConsoleProcess process) {}

    private final List<Round> rounds = new ArrayList<>();
    private Consoles consoles;

    @BeforeAll
    void startAll(@TempDir Path folder) {
        consoles = new Consoles(Backend.EMBEDDED.fresh(folder));
        consoles.broker("--zanzara.events.log=false");
        Map<String, String> clients = clients();
        for (String version : List.of("3.1.1", "5")) {
            if (clients.containsKey("python")) {
                String path = "PYTHONPATH=" + clients.get("python");
                start("paho-python", version, List.of("env", path, "python3", script("paho_round.py")));
            }
            if (clients.containsKey("node")) {
                start("mqtt.js", version, List.of("node", script("mqttjs_round.mjs"), clients.get("node")));
            }
            if (clients.containsKey("mosquitto")) {
                start(
                        "mosquitto tools",
                        version,
                        List.of("bash", script("mosquitto_round.sh"), clients.get("mosquitto")));
            }
        }
    }

    /** Where the clients are, by name; what is not there is said. Python is wherever CI builds this project. */
    private static Map<String, String> clients() {
        Map<String, String> found = new HashMap<>();
        try (ConsoleProcess fetch = ConsoleProcess.start("clients-for-tests", List.of("../bin/clients-for-tests"))) {
            fetch.awaitExit(FETCH);
            for (String line : fetch.lines()) {
                if (line.matches("(python|node|mosquitto)=.*")) {
                    found.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
                }
            }
            for (String name : List.of("python", "node", "mosquitto")) {
                if (!found.containsKey(name)) {
                    assertThat(name.equals("python") && System.getenv("CI") != null)
                            .as("CI without Python's client: " + fetch.tail())
                            .isFalse();
                    System.out.println("Not tried, as it can't be had here: " + name + " (" + fetch.tail() + ")");
                }
            }
        }
        return found;
    }

    private static String script(String name) {
        return SCRIPTS.resolve(name).toString();
    }

    private void start(String client, String version, List<String> interpreter) {
        List<String> command = new ArrayList<>(interpreter);
        command.addAll(List.of("127.0.0.1", String.valueOf(consoles.port()), version));
        String name = client + " " + version;
        rounds.add(new Round(name, ConsoleProcess.start(name, command)));
    }

    @AfterAll
    void endAll() {
        rounds.forEach(round -> round.process().close());
        consoles.close();
    }

    @TestFactory
    Stream<DynamicContainer> everyRound() {
        return rounds.stream().map(round -> dynamicContainer(round.name(), checks(round)));
    }

    private static Stream<DynamicTest> checks(Round round) {
        int exitCode = round.process().awaitExit(ROUND);
        int planned = Integer.parseInt(round.process().awaitMatch(PLAN).group(1));
        List<String> results = round.process().lines(RESULT);
        DynamicTest complete = dynamicTest("says of each of its checks how it went", () -> {
            assertThat(exitCode).as(round.process().tail()).isZero();
            assertThat(results).as(round.process().tail()).hasSize(planned);
        });
        return Stream.concat(results.stream().map(ScriptedClientsIT::check), Stream.of(complete));
    }

    private static DynamicTest check(String result) {
        boolean passed = result.startsWith(OK);
        String name = result.substring((passed ? OK : NOT_OK).length()).replaceFirst(":.*", "");
        return dynamicTest(name, () -> assertThat(passed).as(result).isTrue());
    }
}
