package io.zanzara.mongod;

import static org.awaitility.Awaitility.await;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.BufferedReader;
import java.io.File;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * A real mongod, as a replica set of one node if not said otherwise, in a process of its own that a test may kill, freeze and start again. It and
 * its data go with the JVM at the latest.
 */
public final class Mongod implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String SET = "rs0";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path folder;
    private final int port;
    private final boolean replicated;
    private final Thread atExit = new Thread(this::end);
    private Process process;

    private Mongod(boolean replicated) throws IOException {
        this.replicated = replicated;
        this.folder = Files.createTempDirectory("zanzara-mongod");
        this.port = freePort();
        this.process = launched();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts one of the test's own. */
    public static Mongod start() {
        return start(true);
    }

    /** Returns the port it listens on, on loopback. */
    public int port() {
        return port;
    }

    /** Starts one that is no replica set. */
    public static Mongod startStandalone() {
        return start(false);
    }

    private static Mongod start(boolean replicated) {
        Mongod started = launched(replicated);
        if (replicated) {
            initiate(List.of(started), new Document("electionTimeoutMillis", 1_000));
        }
        started.awaitPrimary();
        return started;
    }

    /** Starts one that its set will initiate. */
    static Mongod startMember() {
        return launched(true);
    }

    private static Mongod launched(boolean replicated) {
        try {
            return new Mongod(replicated);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launched() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                binary(),
                "--dbpath",
                folder.toString(),
                "--port",
                String.valueOf(port),
                "--bind_ip",
                "127.0.0.1",
                "--nounixsocket",
                "--wiredTigerCacheSizeGB",
                "0.25",
                "--setParameter",
                "enableTestCommands=1")); // commands that make others fail
        if (replicated) {
            command.addAll(List.of("--replSet", SET, "--oplogSize", "64"));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mongod.log").toFile()))
                .start();
    }

    /** The one named, or the one that the project's script finds, which lies in this directory or in one above. */
    private static String binary() throws IOException {
        String named = System.getProperty("ZANZARA_MONGOD", System.getenv("ZANZARA_MONGOD"));
        if (named != null && !named.isEmpty()) {
            return named;
        }
        File here = new File("").getAbsoluteFile();
        while (here != null && !new File(here, "bin/mongod-for-tests").canExecute()) {
            here = here.getParentFile();
        }
        if (here == null) {
            throw new IOException("bin/mongod-for-tests is not above the working directory");
        }
        Process find = new ProcessBuilder(new File(here, "bin/mongod-for-tests").getPath())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = find.inputReader()) {
            String path = lines.readLine();
            if (path == null) {
                throw new IOException("bin/mongod-for-tests found no mongod");
            }
            return path;
        }
    }

    /** Makes a replica set of them. */
    static void initiate(List<Mongod> members, Document settings) {
        List<Document> documents = new ArrayList<>();
        for (Mongod member : members) {
            documents.add(new Document("_id", documents.size()).append("host", member.address()));
        }
        Document config = new Document("_id", SET).append("members", documents).append("settings", settings);
        members.get(0).admin(new Document("replSetInitiate", config));
    }

    /** Runs a command on its database admin, on this node, as soon as it answers. */
    public Document admin(Bson command) {
        try (MongoClient client = MongoClients.create(direct())) {
            return client.getDatabase("admin").runCommand(command);
        }
    }

    /** Returns its host and port. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    private void awaitPrimary() {
        try (MongoClient client = MongoClients.create(direct())) {
            await().atMost(PATIENCE).until(() -> isPrimary(client));
        }
    }

    private String direct() {
        return "mongodb://127.0.0.1:" + port + "/?directConnection=true&serverSelectionTimeoutMS=30000";
    }

    /** Whether it takes writes; false also if it doesn't answer. */
    boolean isPrimary() {
        if (!process.isAlive()) {
            return false;
        }
        try (MongoClient client = MongoClients.create(direct())) {
            return isPrimary(client);
        }
    }

    private static boolean isPrimary(MongoClient client) {
        try {
            return client.getDatabase("admin")
                    .runCommand(new Document("hello", 1))
                    .getBoolean("isWritablePrimary");
        } catch (MongoException e) {
            return false;
        }
    }

    /** Returns a URI with a database that nobody has used. */
    public String freshUri() {
        return "mongodb://127.0.0.1:" + port + "/test" + DATABASES.incrementAndGet()
                + (replicated ? "?replicaSet=" + SET : "");
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again on the same data; returns when it takes writes. */
    public void restart() {
        launch();
        awaitPrimary();
    }

    /** Starts it again if it was killed. */
    public void ensureRunning() {
        if (!process.isAlive()) {
            restart();
        }
    }

    /** Starts it again without waiting. */
    public void launch() {
        try {
            process = launched();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGSTOP: it is there and answers nothing. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
