package io.zanzara.benchmarks.comparison;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;

/** A mongod, a replica set of one node, for all brokers that need one; each has a database of its own. */
final class Mongod implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int port;
    private final Process process;

    private Mongod(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** Starts one whose files lie in a folder. */
    static Mongod start(String binary, Path folder) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        int port = BrokerProcess.freePort();
        List<String> command = List.of(
                binary,
                "--dbpath",
                data.toString(),
                "--port",
                String.valueOf(port),
                "--bind_ip",
                "127.0.0.1",
                "--nounixsocket",
                "--replSet",
                "rs0");
        Mongod mongod = new Mongod(port, BrokerProcess.launch(command, folder.resolve("log")));
        mongod.initiate();
        return mongod;
    }

    private void initiate() throws IOException {
        Document member = new Document("_id", 0).append("host", "127.0.0.1:" + port);
        Document config = new Document("_id", "rs0").append("members", List.of(member));
        try (MongoClient direct = MongoClients.create("mongodb://127.0.0.1:" + port + "/?directConnection=true")) {
            direct.getDatabase("admin").runCommand(new Document("replSetInitiate", config));
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (!Boolean.TRUE.equals(direct.getDatabase("admin")
                    .runCommand(new Document("hello", 1))
                    .getBoolean("isWritablePrimary"))) {
                if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
                    throw new IOException("mongod did not become primary");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        } catch (MongoException e) {
            throw new IOException("mongod did not start: " + e.getMessage(), e);
        }
    }

    String uri(String database) {
        return "mongodb://127.0.0.1:" + port + "/" + database + "?replicaSet=rs0";
    }

    void drop(String database) {
        try (MongoClient client = MongoClients.create(uri("admin"))) {
            client.getDatabase(database).drop();
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        BrokerProcess.stop(process);
    }
}
