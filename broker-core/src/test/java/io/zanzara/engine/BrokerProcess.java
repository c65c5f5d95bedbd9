package io.zanzara.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.event.BrokerEvent.StoreAvailability;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;

/** A broker on the embedded store in a process of its own, which can be killed and given a limit of its own. */
final class BrokerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PORT = "port ";
    private static final String AVAILABLE = "store available: ";
    private static final String RETRIES = "retries ";
    private static final String AWAY = "store away: ";

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private BrokerProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "broker's output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one and waits until it listens. */
    static BrokerProcess start(Path store) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try {
            Process process = new ProcessBuilder(
                            java,
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx128m",
                            "-cp",
                            classPath,
                            BrokerProcess.class.getName(),
                            store.toString())
                    .redirectErrorStream(true)
                    .start();
            BrokerProcess started = new BrokerProcess(process);
            started.awaitLine(PORT);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param arguments the store's directory */
    public static void main(String[] arguments) throws IOException {
        BrokerConfig config = BrokerConfig.of(new RocksStore(new File(arguments[0]).toPath()))
                .withPort(0)
                .withEventListeners(List.of(event -> {
                    if (event instanceof StoreAvailability change) {
                        System.out.println((change.available() ? AVAILABLE : AWAY) + change.detail());
                    }
                }));
        try (Broker broker = Broker.start(config)) {
            System.out.println(PORT + broker.port());
            while (System.in.read() >= 0) { // ends with whoever started it
                System.out.println(RETRIES + broker.counters().storeRetries.sum());
            }
        }
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException killed) {
            lines.add("(output ended: " + killed.getMessage() + ")");
        }
    }

    private String awaitLine(String beginning) {
        try {
            await().atMost(PATIENCE).until(() -> last(beginning).isPresent() || !process.isAlive());
        } catch (ConditionTimeoutException timeout) {
            throw new AssertionError("waited in vain for " + beginning + "; the broker printed " + lines, timeout);
        }
        return last(beginning).orElseThrow(() -> new AssertionError("the broker ended; it printed " + lines));
    }

    private Optional<String> last(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning)).reduce((one, two) -> two);
    }

    int port() {
        return Integer.parseInt(awaitLine(PORT).substring(PORT.length()));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether the broker has said that its store is away and not yet that it is back. */
    boolean isStoreAway() {
        String change = lines.stream()
                .filter(line -> line.startsWith(AVAILABLE) || line.startsWith(AWAY))
                .reduce((one, two) -> two)
                .orElse(AVAILABLE);
        return change.startsWith(AWAY);
    }

    /** Waits until the broker says that its store is away, and returns why. */
    String awaitStoreAway() {
        return awaitLine(AWAY).substring(AWAY.length());
    }

    void awaitStoreAvailable() {
        awaitLine(AVAILABLE);
    }

    /** Waits until the store has failed that often. */
    void awaitRetries(long count) {
        await().atMost(PATIENCE).until(() -> {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return Long.parseLong(awaitLine(RETRIES).substring(RETRIES.length())) >= count;
        });
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Ends it at once (SIGKILL). */
    void kill() {
        process.destroyForcibly();
        await().atMost(PATIENCE).until(() -> !process.isAlive());
    }

    @Override
    public void close() {
        kill();
    }
}
