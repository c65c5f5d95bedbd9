package io.zanzara.soak;

import io.zanzara.soak.ConnectionLoop.Surroundings;
import io.zanzara.soak.Gate.Life;
import io.zanzara.soak.Gate.Phase;
import io.zanzara.soak.Journal.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One broker, killed under load again and again; then everybody takes what is due to him, and it is checked. One thread runs it, each client has
 * one of its own.
 */
final class Round {

    private static final int EARLIEST_KILL_MILLIS = 50;
    private static final int LATEST_KILL_MILLIS = 1_500;
    private static final int ONE_EARLY_KILL_IN = 8;
    private static final int EARLY_KILL_MILLIS = 250;
    private static final long QUIET_MILLIS = 500;
    private static final long STILL_MILLIS = 2_000;
    private static final long GLANCE_MILLIS = 5;
    private static final int CYCLES_IN_A_REPORT = 10;

    /**
     * What is done how often.
     *
     * @param name of the round, for files and people
     * @param kinds of the clients that are connected at the same time
     * @param perSecond about how many messages are published a second in all
     * @param patienceMillis how long nothing may move before it is given up
     * @param folder where journals and the broker's output go; made if it is not there
     */
    record Plan(
            String name,
            List<Party.Kind> kinds,
            int cycles,
            int perSecond,
            long patienceMillis,
            long seed,
            Path folder) {}

    private final Plan plan;
    private final Launcher launcher;
    private final Consumer<String> progress;
    private final SplittableRandom random;
    private final long began = System.nanoTime();
    private final Gate gate = new Gate();
    private final Findings findings = new Findings();
    private final Map<String, Journal> journals = new ConcurrentHashMap<>();
    private final List<Party> parties = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Path log;
    private final Journal brokerJournal;
    private @Nullable BrokerProcess broker;
    private Life life = new Life(0, 0);
    private int kills;
    private long moved;
    private long movedAt;

    Round(Plan plan, Launcher launcher, Consumer<String> progress) throws IOException {
        this.plan = plan;
        this.launcher = launcher;
        this.progress = progress;
        this.random = new SplittableRandom(plan.seed());
        Path folder = journalFolder(plan);
        Files.createDirectories(folder);
        this.log = plan.folder().resolve("broker.log");
        this.brokerJournal = new Journal(folder, "broker", began);
        Surroundings surroundings = surroundings(folder);
        for (Party.Kind kind : plan.kinds()) {
            parties.add(new Party(kind, plan.perSecond() / plan.kinds().size(), random.split(), surroundings));
        }
    }

    static Path journalFolder(Plan plan) {
        return plan.folder().resolve("journals");
    }

    private Surroundings surroundings(Path folder) {
        return new Surroundings() {
            @Override
            public Gate gate() {
                return gate;
            }

            @Override
            public Findings findings() {
                return findings;
            }

            @Override
            public Journal journal(String clientId) {
                return journals.computeIfAbsent(clientId, name -> new Journal(folder, name, began));
            }
        };
    }

    /** Runs it from beginning to end, as far as it gets. */
    Outcome run() throws InterruptedException {
        try {
            start();
            setUp();
            while (kills < plan.cycles()) {
                cycle();
                if (kills % CYCLES_IN_A_REPORT == 0) {
                    progress.accept(outcome().toString());
                }
            }
            drain();
            startOnceMore();
        } catch (IllegalStateException e) {
            findings.add(Fault.STUCK, "broker", null, String.valueOf(e.getMessage()));
        } finally {
            end();
        }
        parties.forEach(party -> party.queues().forEach(Receipts::reportMissing));
        return outcome();
    }

    private void start() throws InterruptedException {
        brokerJournal.note(Event.STARTING);
        BrokerProcess starting = BrokerProcess.start(launcher, log);
        broker = starting;
        starting.awaitReady();
        brokerJournal.note(Event.LISTENING);
        life = gate.up(starting.port());
        for (Party party : parties) {
            RetainedCheck.check(party, life, gate, findings);
        }
    }

    private void setUp() throws InterruptedException {
        parties.forEach(party -> party.subscriberLoops().forEach(this::launch));
        await("every subscription", () -> parties.stream().allMatch(Party::isSubscribed));
        gate.enter(Phase.LOAD);
        parties.forEach(party -> party.publisherLoops().forEach(this::launch));
    }

    private void launch(ConnectionLoop loop) {
        Thread thread = new Thread(loop, loop.clientId());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Kills the broker, mostly after the load has run for a while, and starts it again. */
    private void cycle() throws InterruptedException {
        if (random.nextInt(ONE_EARLY_KILL_IN) == 0) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(EARLY_KILL_MILLIS));
        } else {
            await("everybody's part in the load", this::isLoadRunning);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(EARLIEST_KILL_MILLIS, LATEST_KILL_MILLIS));
        }
        kill();
        kills++;
        start();
    }

    private boolean isLoadRunning() {
        return parties.stream().allMatch(party -> party.isActive(life.number()));
    }

    private void kill() throws InterruptedException {
        BrokerProcess running = broker;
        if (running == null) {
            return;
        }
        boolean endedItself = !running.isAlive();
        gate.down();
        brokerJournal.note(Event.KILLING);
        running.kill();
        brokerJournal.note(Event.KILLED);
        launcher.killed();
        if (endedItself) {
            throw new IllegalStateException("the broker ended by itself; what it said is in " + log);
        }
    }

    /** Lets publishers finish and everybody take what is due to him. */
    private void drain() throws InterruptedException {
        gate.enter(Phase.FINISH);
        await("every acknowledgement", () -> parties.stream().allMatch(Party::isAcknowledged));
        gate.enter(Phase.DRAIN);
        await("every message", this::isDrained);
        awaitQuiet();
    }

    /** Whether all has come, or, where something is missing, what comes last has and nothing follows. */
    private boolean isDrained() {
        return parties.stream().allMatch(Party::isComplete)
                || (parties.stream().allMatch(Party::hasLasts) && isStill(STILL_MILLIS));
    }

    /** What should be over must stay so: at QoS 2 nothing may come once more. */
    private void startOnceMore() throws InterruptedException {
        kill();
        start();
        await("everybody's return", () -> parties.stream().allMatch(party -> party.isBack(life.number())));
        awaitQuiet();
    }

    /** Waits for a condition as long as anything moves. */
    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        movedAt = System.nanoTime();
        while (!condition.getAsBoolean()) {
            BrokerProcess running = broker;
            if (running != null && !running.isAlive()) {
                return; // kill() will say so
            }
            if (isStill(plan.patienceMillis())) {
                findings.add(Fault.STUCK, "broker", null, "waited in vain for " + what + " in life " + life.number());
                return;
            }
            TimeUnit.MILLISECONDS.sleep(GLANCE_MILLIS);
        }
    }

    /** Waits until nothing has come for a while. */
    private void awaitQuiet() throws InterruptedException {
        movedAt = System.nanoTime();
        while (!isStill(QUIET_MILLIS)) {
            TimeUnit.MILLISECONDS.sleep(GLANCE_MILLIS);
        }
    }

    private boolean isStill(long millis) {
        long now = movement();
        if (now != moved) {
            moved = now;
            movedAt = System.nanoTime();
        }
        return System.nanoTime() - movedAt > TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private long movement() {
        return parties.stream().mapToLong(Party::movement).sum();
    }

    private void end() throws InterruptedException {
        gate.enter(Phase.END);
        gate.down();
        if (broker != null) {
            broker.kill();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        journals.values().forEach(Journal::close);
        brokerJournal.close();
    }

    private Outcome outcome() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        return Outcome.of(plan, kills, parties, findings, seconds);
    }
}
