package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the README's section "Make it safe in five minutes", as they stand there but for the ports: one that is free for the clients,
 * and any for health and metrics. Where Mosquitto's clients can't be had, {@link MosquittoStandIn} takes their command lines.
 */
final class SafeInFiveMinutesIT {

    private static final Duration FETCH = Duration.ofMinutes(6);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String BROKER = "java -jar ../broker-service/target/broker-service.jar\n";

    @TempDir
    Path folder;

    private final int port = Ports.free();
    private final List<ConsoleProcess> started = new ArrayList<>();
    private List<String> blocks;

    @BeforeEach
    void read() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        int begin = readme.indexOf("## Make it safe in five minutes");
        String section =
                readme.substring(begin, readme.indexOf("\n## ", begin + 1)).replace("8883", String.valueOf(port));
        blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(section)
                .results()
                .map(MatchResult::group)
                .map(block -> block.substring("```sh\n".length(), block.length() - "```".length()))
                .toList();
        Files.createSymbolicLink(
                folder.resolve("broker-service"), Path.of("../broker-service").toRealPath());
    }

    @AfterEach
    void end() {
        started.forEach(ConsoleProcess::close);
    }

    private ConsoleProcess run(String name, Path where, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".sh"), "set -e\n" + clients() + script);
        ConsoleProcess process = ConsoleProcess.start(name, List.of("bash", file.toString()), where);
        started.add(process);
        return process;
    }

    private static void succeeds(ConsoleProcess process) {
        assertThat(process.awaitExit(PATIENCE)).as(process.tail()).isZero();
    }

    @Test
    void theCommandsLeadToABrokerThatLetsInWhomItShouldAndNobodyElse() throws Exception {
        assertThat(blocks).hasSize(3);
        Path safe = folder.resolve("safe");
        succeeds(run("certificates", folder, blocks.get(0)));
        assertThat(blocks.get(1)).endsWith(BROKER);
        makeUsersAndRules(safe);
        ConsoleProcess broker = run("broker", safe, "exec " + BROKER.strip() + " --management.server.port=0\n");
        broker.awaitMatch("up and running at port " + port + " \\(tls: TLS\\)");

        ConsoleProcess told = run("clients", safe, blocks.get(2));
        succeeds(told);
        assertThat(told.lines()).as(told.tail()).contains("open");

        String pub = "mosquitto_pub --cafile ca.crt -h localhost -p " + port + " -V 5 -q 1 -t home/door -m open -d ";
        refused(safe, "wrong-password", pub + "-u alice -P secret-of-bob", "(bad_user_name_or_password|0x86)", broker);
        refused(safe, "no-name", pub, "0x86", broker);
        refused(
                safe,
                "not-allowed",
                pub + "-u bob -P secret-of-bob",
                "refused \\S+, user bob.*publish home/door \\(0x87\\)",
                broker);
        assertThat(run("no-tls", safe, pub.replace("--cafile ca.crt ", "") + "-u alice -P secret-of-alice")
                        .awaitExit(PATIENCE))
                .isNotZero();
        assertThat(broker.lines()).noneMatch(line -> line.contains("secret-of"));
    }

    /** The client may say it in its own words, or with its exit code; the broker says it in a line. */
    private void refused(Path safe, String name, String command, String line, ConsoleProcess broker)
            throws IOException {
        run(name, safe, command + " || true").awaitExit(PATIENCE);
        broker.awaitMatch(line);
    }

    /** The second block but for its last line, which would not end; the passwords come on standard input, as from a person. */
    private void makeUsersAndRules(Path safe) throws Exception {
        String script = blocks.get(1).substring(0, blocks.get(1).length() - BROKER.length());
        Path file = Files.writeString(folder.resolve("users.sh"), "set -e\n" + script);
        Path output = folder.resolve("users.out");
        Process process = new ProcessBuilder("bash", file.toString())
                .directory(safe.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (BufferedWriter in = process.outputWriter(UTF_8)) {
            in.write("secret-of-alice\nsecret-of-bob\n");
        }
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    /** Lines that put the clients on the PATH. */
    private String clients() throws IOException {
        if (!Files.exists(folder.resolve("clients"))) {
            Files.writeString(folder.resolve("clients"), found());
        }
        return Files.readString(folder.resolve("clients"));
    }

    private String found() throws IOException {
        try (ConsoleProcess fetch = ConsoleProcess.start("clients-for-tests", List.of("../bin/clients-for-tests"))) {
            fetch.awaitExit(FETCH);
            for (String line : fetch.lines("mosquitto=.*")) {
                String unpacked = line.substring("mosquitto=".length());
                return unpacked.isEmpty()
                        ? ""
                        : "export PATH=\"" + unpacked + "/usr/bin:$PATH\"\nexport LD_LIBRARY_PATH=\"$(echo " + unpacked
                                + "/usr/lib/*-linux-gnu)\"\n";
            }
        }
        System.out.println("Mosquitto's clients can't be had here; a Java client takes their command lines.");
        return "export PATH=\"" + MosquittoStandIn.write(folder.resolve("bin")) + ":$PATH\"\n";
    }
}
