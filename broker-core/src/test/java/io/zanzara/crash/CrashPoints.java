package io.zanzara.crash;

import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.Store;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Runs the scenario with a broker that dies once, starts it again on what is durable, and checks the end. */
final class CrashPoints {

    private final Supplier<Store> stores;
    private final Scenario scenario;
    private DyingStore store;
    private Broker broker;

    /**
     * Starts a broker twice: the first leaves something to the second, which is to die.
     *
     * @param stores opens the same durable state each time
     * @param last the batch at which the broker dies
     * @param diedElsewhere true when something else has killed it
     */
    CrashPoints(
            Supplier<Store> stores,
            Packets packets,
            int last,
            DyingStore.Moment moment,
            BooleanSupplier diedElsewhere) {
        this.stores = stores;
        this.store = immortal();
        this.broker = start(store);
        this.scenario = new Scenario(() -> broker.port(), packets, () -> store.isDead());
        scenario.prelude();
        awaitNobody();
        broker.close();
        this.store = new DyingStore(stores.get(), last, moment, diedElsewhere);
        this.broker = start(store);
    }

    private void awaitNobody() {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> broker.clients().isEmpty());
    }

    private DyingStore immortal() {
        return new DyingStore(stores.get(), Integer.MAX_VALUE, DyingStore.Moment.BEFORE, () -> false);
    }

    /** Hears of the death, when the broker has let go of its store, and of the start after it. */
    interface Afterwards {

        Afterwards NOTHING = new Afterwards() {};

        default void dead() {}

        default void startedAgain() {}
    }

    /** Returns whether the broker died: if not, the scenario has no such batch. */
    boolean run(Afterwards afterwards) throws IOException {
        boolean died = false;
        try {
            List<Runnable> steps = new ArrayList<>(scenario.steps());
            steps.add(() -> scenario.settle(store));
            for (Runnable step : steps) {
                try {
                    step.run();
                } catch (Died e) {
                    died = true;
                    broker.close(); // it stops by itself as well when its store fails for good
                    afterwards.dead();
                    startOver();
                    afterwards.startedAgain();
                    scenario.comeBack();
                    step.run();
                }
            }
            scenario.check();
            scenario.disconnectAll();
            // then what they acknowledged last has arrived too
            awaitNobody();
            broker.close();
            if (store.isDead()) { // on its way out: some garbage stays, and what was acknowledged last at QoS 1
                return true;
            }
            try (Store after = stores.get()) {
                after.open();
                scenario.checkStore(after);
            }
        } finally {
            scenario.close();
            broker.close();
        }
        return died;
    }

    private void startOver() {
        store = immortal();
        broker = start(store);
    }

    private static Broker start(Store store) {
        return Broker.start(BrokerConfig.of(store).withPort(0).withEventLoops(2));
    }
}
