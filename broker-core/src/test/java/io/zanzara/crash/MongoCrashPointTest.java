package io.zanzara.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.zanzara.mongod.Mongod;
import io.zanzara.store.Store;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The broker dies at each write of the scenario to MongoDB in turn, which is in the middle of a batch as well. A short round takes one write out
 * of many; {@code -Dzanzara.crash.stride=1} takes all.
 */
class MongoCrashPointTest {

    private static final int STRIDE = Integer.getInteger("zanzara.crash.stride", 37);
    private static final int FEWEST = 100;

    private static Mongod mongod;

    @BeforeAll
    static void start() {
        mongod = Mongod.start();
    }

    @AfterAll
    static void end() {
        mongod.close();
    }

    @ParameterizedTest
    @CsvSource({"5, LOST, 0", "4, ANSWER_LOST, 3", "5, LATE, 7", "4, LATE, 23"})
    void losesNothingInTheMiddleOfABatch(int level, WireProxy.Fate fate, int first) throws IOException {
        int point = first % STRIDE;
        boolean died;
        do {
            died = died(level, fate, point);
            point += STRIDE;
        } while (died);
        assertThat(point).isGreaterThan(FEWEST);
    }

    private static boolean died(int level, WireProxy.Fate fate, int point) throws IOException {
        String uri = mongod.freshUri();
        try (WireProxy proxy = new WireProxy(mongod.port(), point, fate)) {
            Iterator<String> uris = List.of(uri, throughProxy(uri, proxy)).iterator();
            Supplier<Store> stores = () -> MongoStore.connect(uris.hasNext() ? uris.next() : uri);
            CrashPoints crash = new CrashPoints(
                    stores, new Packets(level), Integer.MAX_VALUE, DyingStore.Moment.BEFORE, proxy::hasCut);
            try {
                return crash.run(new CrashPoints.Afterwards() {
                    @Override
                    public void dead() {
                        endLease(uri);
                    }

                    @Override
                    public void startedAgain() {
                        proxy.deliverLate();
                    }
                });
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "write %d (%s) was %s: %s".formatted(point, proxy.command(), fate, e.getMessage()), e);
            }
        }
    }

    private static String throughProxy(String uri, WireProxy proxy) {
        return "mongodb://127.0.0.1:" + proxy.port() + "/" + new ConnectionString(uri).getDatabase()
                + "?directConnection=true&serverSelectionTimeoutMS=1000";
    }

    /** A killed broker's lease runs out by itself, which other tests wait for. */
    private static void endLease(String uri) {
        try (MongoClient client = MongoClients.create(uri)) {
            client.getDatabase(String.valueOf(new ConnectionString(uri).getDatabase()))
                    .getCollection("meta")
                    .deleteOne(new Document("_id", "lease"));
        }
    }
}
