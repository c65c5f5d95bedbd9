package io.zanzara.engine;

import io.zanzara.mongod.MongodSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A broker under load on a replica set of three whose primary changes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
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
    @Order(1)
    void aPrimaryThatStepsDownIsSucceeded() throws Exception {
        try (OutageBroker broker = OutageBroker.impatient(set.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(200);
            set.stepDown();
            traffic.passOn();
            traffic.awaitProgress(200);
            traffic.finish(broker.stored());
        }
    }

    /** Nobody takes writes until the two others have noticed and one of them is elected. */
    @Test
    @Order(2) // it stays dead
    void aPrimaryThatIsKilledIsSucceeded() throws Exception {
        try (OutageBroker broker = OutageBroker.impatient(set.freshUri());
                OutageTraffic traffic = broker.traffic()) {
            traffic.awaitProgress(200);
            set.primary().kill();
            traffic.passOn();
            traffic.awaitProgress(200);
            traffic.finish(broker.stored());
        }
    }
}
