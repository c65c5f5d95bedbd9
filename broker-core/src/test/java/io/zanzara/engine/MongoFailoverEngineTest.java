package io.zanzara.engine;

import io.zanzara.mongod.Mongod;
import io.zanzara.mongod.MongodSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A broker under load on a replica set of three whose primary changes. */
class MongoFailoverEngineTest {

    private static MongodSet set;

    @BeforeAll
    static void startServers() {
        set = MongodSet.start();
    }

    @AfterAll
    static void endServers() {
        set.close();
    }

    @Test
    void aPrimaryThatStepsDownIsSucceeded() throws Exception {
        try (OutageBroker broker = OutageBroker.impatient(set.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(200);
            for (int times = 0; times < 2; times++) {
                set.stepDown();
                traffic.passOn();
                traffic.awaitProgress(200);
                traffic.assertNobodyLeft();
            }
            traffic.finish(broker.stored());
        }
    }

    /** Nobody takes writes until the two others have noticed and one of them is elected. */
    @Test
    void aPrimaryThatIsKilledIsSucceeded() throws Exception {
        Mongod killed = set.primary();
        try (OutageBroker broker = OutageBroker.impatient(set.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(200);
            killed.kill();
            traffic.passOn();
            traffic.awaitProgress(200);
            traffic.finish(broker.stored());
        } finally {
            killed.launch();
            set.awaitSecondaries();
        }
    }
}
