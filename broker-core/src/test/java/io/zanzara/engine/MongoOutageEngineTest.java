package io.zanzara.engine;

import static org.awaitility.Awaitility.await;

import io.zanzara.mongod.Mongod;
import io.zanzara.mongod.SlowProxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A broker under load whose MongoDB is killed, frozen, slow, or does not say what it has done. */
class MongoOutageEngineTest {

    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(7);

    private static Mongod mongod;

    @BeforeAll
    static void startServer() {
        mongod = Mongod.start();
    }

    @AfterAll
    static void endServer() {
        mongod.close();
    }

    @Test
    void aKilledServerIsWaitedFor() throws Exception {
        try (OutageBroker broker = OutageBroker.impatient(mongod.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(200);
            mongod.kill();
            traffic.assertHeldBack();
            mongod.restart();
            traffic.awaitProgress(200);
            traffic.finish(broker.stored());
        } finally {
            mongod.ensureRunning();
        }
    }

    /** What was on its way when it froze is carried out when it thaws, together with its repetitions. */
    @Test
    void aFrozenServerIsWaitedForLongerThanTheLeaseLasts() throws Exception {
        try (OutageBroker broker = OutageBroker.impatient(mongod.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(200);
            long began = System.nanoTime();
            mongod.freeze();
            traffic.assertHeldBack();
            await().atMost(LONGER_THAN_A_LEASE.multipliedBy(5))
                    .until(() -> System.nanoTime() - began > LONGER_THAN_A_LEASE.toNanos());
            traffic.assertHeldBack();
            mongod.thaw();
            traffic.awaitProgress(200);
            traffic.finish(broker.stored());
        } finally {
            mongod.thaw();
        }
    }

    @Test
    void aSlowServerSlowsOnlyThoseWhoNeedIt() throws Exception {
        try (SlowProxy proxy = SlowProxy.before(mongod);
                OutageBroker broker = OutageBroker.patient(proxy.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(100);
            proxy.delay(Duration.ofMillis(500));
            for (int round = 0; round < 5; round++) {
                traffic.passOn();
            }
            traffic.awaitProgress(20);
            traffic.assertNobodyLeft();
            broker.assertNeverAway();
            proxy.delay(Duration.ZERO);
            traffic.finish(broker.stored());
        }
    }

    /** Each kind of write has happened twice before the broker learns of it: the driver repeats it once, then the broker its batch. */
    @Test
    void aWriteWhoseAnswerIsLostHappensOnce() throws Exception {
        try (SlowProxy proxy = SlowProxy.before(mongod);
                OutageBroker broker = OutageBroker.impatient(proxy.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(100);
            String[][] writes = {
                {"insert", "packets"}, {"update", "incoming"}, {"delete", "incoming"}, {"update", "sessions"},
            };
            for (int times = 1; times <= 2; times++) {
                int lost = proxy.swallowed();
                for (String[] write : writes) {
                    proxy.swallow(write[0], write[1], times);
                }
                int expected = lost + times * writes.length;
                await().atMost(60, TimeUnit.SECONDS).until(() -> proxy.swallowed() == expected);
                traffic.awaitProgress(100);
            }
            traffic.finish(broker.stored());
        }
    }
}
