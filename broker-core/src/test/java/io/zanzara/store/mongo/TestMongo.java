package io.zanzara.store.mongo;

import io.zanzara.mongod.Mongod;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.types.ObjectId;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mongodb.MongoDBContainer;

/**
 * A real MongoDB for all tests that do it no harm: the one that {@code ZANZARA_TEST_MONGODB_URI} names, else a mongod started here, else one in
 * Docker. Where there is none of these a test fails; it is never skipped. Tests that kill or freeze it start a {@link Mongod} of their own.
 */
public final class TestMongo {

    private static final String RUN = new ObjectId().toHexString();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestMongo() {}

    /** Returns a connection string with a database that nobody has used. */
    public static String freshUri() {
        return withDatabase(Shared.URI, "zanzara_" + RUN + "_" + DATABASES.incrementAndGet());
    }

    static String withDatabase(String uri, String database) {
        int hosts = uri.indexOf("://") + 3;
        int slash = uri.indexOf('/', hosts);
        int options = uri.indexOf('?', hosts);
        int end = slash >= 0 ? slash : options >= 0 ? options : uri.length();
        return uri.substring(0, end) + "/" + database + (options >= 0 ? uri.substring(options) : "");
    }

    /** Started when first asked for; ends with the JVM. */
    private static final class Shared {

        static final String URI = start();

        private static String start() {
            String given = System.getenv("ZANZARA_TEST_MONGODB_URI");
            if (given != null && !given.isEmpty()) {
                return given;
            }
            try {
                return Mongod.start().freshUri();
            } catch (UncheckedIOException noBinary) {
                if (DockerClientFactory.instance().isDockerAvailable()) {
                    return inDocker();
                }
                throw new AssertionError(
                        "There is no MongoDB for the tests: set ZANZARA_TEST_MONGODB_URI to a server or"
                                + " ZANZARA_MONGOD to a mongod binary, or start Docker",
                        noBinary);
            }
        }

        @SuppressWarnings("resource") // ends with the JVM
        private static String inDocker() {
            MongoDBContainer container = new MongoDBContainer("mongo:7.0").withReplicaSet();
            container.start();
            return container.getReplicaSetUrl();
        }
    }
}
