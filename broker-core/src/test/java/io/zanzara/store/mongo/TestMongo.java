package io.zanzara.store.mongo;

import com.mongodb.ConnectionString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mongodb.MongoDBContainer;

/**
 * A real MongoDB for tests, one for the whole JVM: the one that {@code ZANZARA_TEST_MONGODB_URI} names, else a mongod started here, else one in
 * Docker. Where there is none of these a test fails; it is never skipped.
 */
public final class TestMongo {

    private static final String SCRIPT = "bin/mongod-for-tests";
    private static final String RUN = new ObjectId().toHexString();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestMongo() {}

    /** Returns the name of a database that nobody has used. */
    public static String freshDatabase() {
        return "zanzara_" + RUN + "_" + DATABASES.incrementAndGet();
    }

    /** Returns a connection string with a database that nobody has used. */
    public static String freshUri() {
        return uri(freshDatabase());
    }

    /** Returns the connection string of a database of the shared server. */
    public static String uri(String database) {
        return withDatabase(Shared.URI, database);
    }

    static String withDatabase(String uri, String database) {
        int hosts = uri.indexOf("://") + 3;
        int slash = uri.indexOf('/', hosts);
        int options = uri.indexOf('?', hosts);
        int end = slash >= 0 ? slash : options >= 0 ? options : uri.length();
        return uri.substring(0, end) + "/" + database + (options >= 0 ? uri.substring(options) : "");
    }

    /** Starts a mongod of the test's own, a replica set of one node, to be closed by the test. */
    public static MongodProcess startOwn() {
        return MongodProcess.start(requiredBinary());
    }

    /** Starts a mongod of the test's own that is no replica set. */
    public static MongodProcess startOwnStandalone() {
        return MongodProcess.startStandalone(requiredBinary());
    }

    private static Path requiredBinary() {
        Path binary = binary();
        if (binary == null) {
            throw new AssertionError("This test needs a mongod it may kill; see what " + SCRIPT + " says");
        }
        return binary;
    }

    private static @Nullable Path binary() {
        String named = System.getProperty("ZANZARA_MONGOD", System.getenv("ZANZARA_MONGOD"));
        return named == null || named.isEmpty() ? found() : Path.of(named);
    }

    /** Runs the script, which lies in this directory or one above. */
    private static @Nullable Path found() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.isExecutable(directory.resolve(SCRIPT))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            return null;
        }
        try {
            Process script = new ProcessBuilder(directory.resolve(SCRIPT).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return script.waitFor() == 0 ? Path.of(printed) : null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Started when first asked for. */
    private static final class Shared {

        static final String URI = start();

        private static String start() {
            String given = System.getenv("ZANZARA_TEST_MONGODB_URI");
            if (given != null && !given.isEmpty()) {
                return new ConnectionString(given).getConnectionString();
            }
            Path binary = binary();
            if (binary != null) {
                return MongodProcess.start(binary).uri();
            }
            if (DockerClientFactory.instance().isDockerAvailable()) {
                return inDocker();
            }
            throw new AssertionError("There is no MongoDB for the tests: set ZANZARA_TEST_MONGODB_URI to a server or"
                    + " ZANZARA_MONGOD to a mongod binary, or start Docker");
        }

        @SuppressWarnings("resource") // ends with the JVM
        private static String inDocker() {
            MongoDBContainer container = new MongoDBContainer("mongo:7.0").withReplicaSet();
            container.start();
            return container.getConnectionString() + "/?directConnection=true";
        }
    }
}
