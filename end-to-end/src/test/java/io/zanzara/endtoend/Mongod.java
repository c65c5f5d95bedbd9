package io.zanzara.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real mongod, a replica set of one node. Most tests share one, each with a database of its own. */
final class Mongod implements AutoCloseable {

    private static final Duration FETCH = Duration.ofMinutes(5);
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable Mongod shared;

    private final int port;
    private final ConsoleProcess process;

    private Mongod(int port, Path folder) {
        this.port = port;
        this.process = ConsoleProcess.start(
                "mongod",
                List.of(
                        binary(),
                        "--dbpath",
                        folder.toString(),
                        "--port",
                        String.valueOf(port),
                        "--bind_ip",
                        "127.0.0.1",
                        "--replSet",
                        "rs0",
                        "--wiredTigerCacheSizeGB",
                        "0.25"));
        process.awaitMatch("Waiting for connections");
        MongoShell.initiate("mongodb://127.0.0.1:" + port + "/?directConnection=true", "127.0.0.1:" + port);
    }

    static synchronized Mongod shared() {
        Mongod running = shared;
        if (running == null) {
            running = start();
            Runtime.getRuntime().addShutdownHook(new Thread(running::close));
            shared = running;
        }
        return running;
    }

    /** One that a test may halt. */
    static Mongod start() {
        try {
            return new Mongod(Ports.free(), Files.createTempDirectory(Path.of("target"), "mongod"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that the environment names, or the one that the project fetches. */
    private static String binary() {
        String named = System.getenv("ZANZARA_MONGOD");
        if (named != null && !named.isEmpty()) {
            return named;
        }
        try (ConsoleProcess fetch = ConsoleProcess.start("mongod-for-tests", List.of("../bin/mongod-for-tests"))) {
            int code = fetch.awaitExit(FETCH);
            List<String> lines = fetch.lines();
            if (code != 0 || lines.isEmpty()) {
                throw new IllegalStateException("no mongod to test with: " + fetch.tail());
            }
            return lines.get(lines.size() - 1);
        }
    }

    /** A URI with a database that nobody has used. */
    String freshDatabase() {
        return "mongodb://127.0.0.1:" + port + "/test" + DATABASES.incrementAndGet() + "?replicaSet=rs0";
    }

    /** From now on it accepts connections, as the system does that for it, and answers nothing. */
    void halt() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        try (ConsoleProcess kill =
                ConsoleProcess.start("kill", List.of("kill", "-" + name, String.valueOf(process.pid())))) {
            if (kill.awaitExit(Duration.ofSeconds(10)) != 0) {
                throw new IllegalStateException("kill: " + kill.tail());
            }
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
