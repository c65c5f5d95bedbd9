package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** One script that talks to the broker with a client that others wrote, in one version; it says first how many checks it has, then how each went. */
record ScriptedRound(String name, ConsoleProcess process) implements AutoCloseable {

    private static final Duration FETCH = Duration.ofMinutes(6);
    private static final Duration ROUND = Duration.ofMinutes(5);
    private static final Path SCRIPTS = Path.of("src", "test", "resources", "clients");
    private static final String PLAN = "^1\\.\\.(\\d+)$";
    private static final String RESULT = "(not )?ok .*";
    private static final String OK = "ok ";
    private static final String NOT_OK = "not ok ";

    /** Where the clients are, by name; what is not there is said. Python is wherever CI builds this project. */
    static Map<String, String> clients(String... wanted) {
        Map<String, String> found = new HashMap<>();
        try (ConsoleProcess fetch = ConsoleProcess.start("clients-for-tests", List.of("../bin/clients-for-tests"))) {
            fetch.awaitExit(FETCH);
            for (String line : fetch.lines()) {
                if (line.matches("(python|node|mosquitto)=.*")) {
                    found.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
                }
            }
            for (String name : wanted) {
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

    static String script(String name) {
        return SCRIPTS.resolve(name).toString();
    }

    static ScriptedRound start(String client, String version, List<String> interpreter, int port) {
        List<String> command = new ArrayList<>(interpreter);
        command.addAll(List.of("127.0.0.1", String.valueOf(port), version));
        String name = client + " " + version;
        return new ScriptedRound(name, ConsoleProcess.start(name, command));
    }

    /** Waits for its end; returns one test for each check, and one that there are as many as it said. */
    Stream<DynamicTest> checks() {
        int exitCode = process.awaitExit(ROUND);
        int planned = Integer.parseInt(process.awaitMatch(PLAN).group(1));
        List<String> results = process.lines(RESULT);
        DynamicTest complete = dynamicTest("says of each of its checks how it went", () -> {
            assertThat(exitCode).as(process.tail()).isZero();
            assertThat(results).as(process.tail()).hasSize(planned);
        });
        return Stream.concat(results.stream().map(ScriptedRound::check), Stream.of(complete));
    }

    private static DynamicTest check(String result) {
        boolean passed = result.startsWith(OK);
        String name = result.substring((passed ? OK : NOT_OK).length()).replaceFirst(":.*", "");
        return dynamicTest(name, () -> assertThat(passed).as(result).isTrue());
    }

    @Override
    public void close() {
        process.close();
    }
}
