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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** A real mongod, as a replica set of one node, in a process of its own that a test may kill, freeze and start again. */
public final class Mongod implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable Mongod shared;

    private final Path folder;
    private final int port;
    private Process process;

    private Mongod(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = launch();
        initiate();
    }

    /** Returns the one that tests share which do it no harm. */
    public static synchronized Mongod shared() {
        Mongod running = shared;
        if (running == null) {
            running = start();
            shared = running;
        }
        return running;
    }

    /** Starts one of the test's own. */
    public static Mongod start() {
        try {
            Mongod started = new Mongod(Files.createTempDirectory(Path.of("target"), "mongod"), freePort());
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
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
                        "0.25")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mongod.log").toFile()))
                .start();
    }

    private static String binary() throws IOException {
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

    private void initiate() {
        try (MongoClient client = MongoClients.create(
                "mongodb://127.0.0.1:" + port + "/?directConnection=true&serverSelectionTimeoutMS=30000")) {
            Document member = new Document("_id", 0).append("host", "127.0.0.1:" + port);
            Document config = new Document("_id", "rs0").append("members", List.of(member));
            client.getDatabase("admin").runCommand(new Document("replSetInitiate", config));
            await().atMost(PATIENCE).until(() -> isPrimary(client));
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
        return "mongodb://127.0.0.1:" + port + "/test" + DATABASES.incrementAndGet() + "?replicaSet=rs0";
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again on the same data; returns when it takes writes. */
    public void restart() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (MongoClient client = MongoClients.create(
                "mongodb://127.0.0.1:" + port + "/?directConnection=true&serverSelectionTimeoutMS=30000")) {
            await().atMost(PATIENCE).until(() -> isPrimary(client));
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
        process.destroyForcibly().onExit().join();
    }
}
