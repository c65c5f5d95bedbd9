package io.zanzara.store.mongo;

import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** A real mongod with data of its own, which a test may kill, freeze and start again. It ends with the JVM at the latest. */
public final class MongodProcess implements AutoCloseable {

    private static final String REPLICA_SET = "rs0";
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

    private final Path binary;
    private final boolean replicated;
    private final Path directory;
    private final int port;
    private final Thread atExit = new Thread(this::close);
    private @Nullable Process process;

    private MongodProcess(Path binary, boolean replicated) throws IOException {
        this.binary = binary;
        this.replicated = replicated;
        directory = Files.createTempDirectory("zanzara-mongod");
        port = freePort();
    }

    /** Starts a replica set of one node on a free port. */
    public static MongodProcess start(Path binary) {
        return start(binary, true);
    }

    /** Starts a server that is no replica set. */
    public static MongodProcess startStandalone(Path binary) {
        return start(binary, false);
    }

    private static MongodProcess start(Path binary, boolean replicated) {
        try {
            MongodProcess mongod = new MongodProcess(binary, replicated);
            Runtime.getRuntime().addShutdownHook(mongod.atExit);
            mongod.restart();
            return mongod;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns the connection string, without a database. */
    public String uri() {
        return "mongodb://127.0.0.1:" + port + "/" + (replicated ? "?replicaSet=" + REPLICA_SET : "");
    }

    /** Returns the connection string of a database. */
    public String uri(String database) {
        return TestMongo.withDatabase(uri(), database);
    }

    /** Starts it, on what data there is, and waits until it takes writes. */
    public void restart() {
        launch();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.hosts(List.of(new ServerAddress("127.0.0.1", port)))
                        .serverSelectionTimeout(2, TimeUnit.SECONDS))
                .build();
        try (MongoClient client = MongoClients.create(settings)) {
            await().atMost(STARTS_WITHIN)
                    .ignoreExceptionsMatching(MongoException.class::isInstance)
                    .until(() -> isWritable(client));
        }
    }

    /** Starts it without waiting. */
    public void launch() {
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "--dbpath",
                directory.toString(),
                "--port",
                String.valueOf(port),
                "--bind_ip",
                "127.0.0.1",
                "--nounixsocket",
                "--wiredTigerCacheSizeGB",
                "0.25",
                "--setParameter",
                "diagnosticDataCollectionEnabled=false"));
        if (replicated) {
            command.addAll(List.of("--replSet", REPLICA_SET, "--oplogSize", "64"));
        }
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean isWritable(MongoClient client) throws IOException {
        if (!running().isAlive()) {
            throw new AssertionError("mongod did not start:\n" + Files.readString(log()));
        }
        Document hello = client.getDatabase("admin").runCommand(new Document("hello", 1));
        if (replicated && !hello.containsKey("setName")) {
            Document self = new Document("_id", 0).append("host", "127.0.0.1:" + port);
            Document config = new Document("_id", REPLICA_SET).append("members", List.of(self));
            client.getDatabase("admin").runCommand(new Document("replSetInitiate", config));
        }
        return hello.getBoolean("isWritablePrimary", false);
    }

    private Path log() {
        return directory.resolve("mongod.log");
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("mongod is not running");
        }
        return running;
    }

    /** Ends it at once, as a power failure would (SIGKILL). */
    public void kill() {
        Process running = running();
        running.destroyForcibly();
        await().until(() -> !running.isAlive());
    }

    /** Makes it stop answering without closing a connection (SIGSTOP). */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on (SIGCONT). */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder(
                            "kill", "-" + name, String.valueOf(running().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " failed");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            running.onExit().join();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        if (Thread.currentThread() != atExit) {
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }
}
