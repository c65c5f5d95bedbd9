package io.zanzara.soak;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;

/** A real mongod, a replica set of one node, that lives while brokers are killed. */
final class Mongod implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final int port;
    private final Process process;
    private final MongoClient client;

    private Mongod(int port, Process process) {
        this.port = port;
        this.process = process;
        initiate();
        client = MongoClients.create("mongodb://127.0.0.1:" + port + "/?replicaSet=rs0");
    }

    /** Starts one whose files lie in a folder. */
    static Mongod start(Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("mongod"));
        int port = BrokerProcess.PORTS.free();
        Process process = new ProcessBuilder(
                        binary(),
                        "--dbpath",
                        data.toString(),
                        "--port",
                        String.valueOf(port),
                        "--bind_ip",
                        "127.0.0.1",
                        "--nounixsocket",
                        "--wiredTigerCacheSizeGB",
                        "0.5",
                        "--replSet",
                        "rs0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mongod.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Mongod(port, process);
    }

    /** The one named, or the one that the project's script finds, which lies in this directory or in one above. */
    private static String binary() throws IOException {
        String named = System.getenv("ZANZARA_MONGOD");
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

    private void initiate() {
        Document member = new Document("_id", 0).append("host", "127.0.0.1:" + port);
        Document config = new Document("_id", "rs0").append("members", List.of(member));
        try (MongoClient direct = MongoClients.create("mongodb://127.0.0.1:" + port + "/?directConnection=true")) {
            direct.getDatabase("admin").runCommand(new Document("replSetInitiate", config));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!isPrimary(direct)) {
                if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
                    throw new IllegalStateException("mongod did not become primary");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private static boolean isPrimary(MongoClient direct) {
        try {
            return direct.getDatabase("admin")
                    .runCommand(new Document("hello", 1))
                    .getBoolean("isWritablePrimary");
        } catch (MongoException e) {
            return false;
        }
    }

    String uri(String database) {
        return "mongodb://127.0.0.1:" + port + "/" + database + "?replicaSet=rs0";
    }

    /** Frees a database whose broker is known to be dead: the next one need not wait for its lease to run out. */
    void endLease(String database) {
        client.getDatabase(database).getCollection("meta").deleteOne(new Document("_id", "lease"));
    }

    void drop(String database) {
        client.getDatabase(database).drop();
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
        process.onExit().join();
    }
}
