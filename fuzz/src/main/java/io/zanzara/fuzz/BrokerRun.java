package io.zanzara.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends so many packets to a whole broker over sockets, in stretches with a {@link QuietPoint} after each. Ends early if something is found. */
final class BrokerRun {

    private static final long STRETCH = 500_000;
    private static final long JOURNAL_BYTES = 24L << 20;
    private static final long TELL_SECONDS = 10;
    private static final long LAST_BYSTANDER_MESSAGES = 80;
    private static final long PATIENCE_SECONDS = 60;

    private final Path jar;
    private final Path folder;
    private final String store;
    private final Findings findings;
    private final Consumer<String> say;
    private final Journal journal = new Journal(JOURNAL_BYTES);

    BrokerRun(Path jar, Path folder, String store, Findings findings, Consumer<String> say) {
        this.jar = jar;
        this.folder = folder;
        this.store = store;
        this.findings = findings;
        this.say = say;
    }

    /** What was sent last. */
    Journal journal() {
        return journal;
    }

    private interface Sender {

        /** Sends to the broker until all is sent or something is found. */
        void send(BrokerProcess broker, Bystanders bystanders, QuietPoint quiet)
                throws IOException, InterruptedException;
    }

    /** Fuzzes with so many packets. */
    void run(long packets, SplittableRandom random) throws IOException, InterruptedException {
        run(false, (broker, bystanders, quiet) -> fuzz(packets, random, broker, bystanders, quiet));
    }

    /** Sends what an earlier run has sent, to a broker that tells more about a leak. */
    void replay(Replay replay) throws IOException, InterruptedException {
        run(true, (broker, bystanders, quiet) -> {
            replay.send(broker.port());
            say.accept("quiet: " + quiet.check());
        });
    }

    /**
     * Starts a broker and bystanders, sends, and checks how they have borne it.
     *
     * @param tracing whether a report of a leak shows who had the buffer, which makes the broker several times slower
     */
    private void run(boolean tracing, Sender sender) throws IOException, InterruptedException {
        try (BrokerProcess broker = BrokerProcess.start(jar, store, folder, tracing, findings);
                Bystanders bystanders = new Bystanders(broker.port(), findings)) {
            Vitals start = Vitals.afterCollection(broker);
            say.accept("start: " + start);
            sender.send(broker, bystanders, new QuietPoint(broker, start, folder, findings));
            if (findings.isEmpty()) {
                // reports of leaks come with later allocations
                awaitBystanders(bystanders);
                bystanders.finish();
                broker.stop();
            }
            say.accept("bystanders: %,d messages, the slowest took %,d ms"
                    .formatted(bystanders.received(), bystanders.slowestMillis()));
        }
    }

    private void awaitBystanders(Bystanders bystanders) throws InterruptedException {
        List<Long> counts = bystanders.counts();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!bystanders.haveMoved(counts, LAST_BYSTANDER_MESSAGES) && findings.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                findings.add(Findings.Kind.BYSTANDER_LOST, "their messages don't flow any more: " + counts);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void fuzz(
            long packets, SplittableRandom random, BrokerProcess broker, Bystanders bystanders, QuietPoint quiet)
            throws IOException, InterruptedException {
        long sendingNanos = 0;
        long stretches = Math.max(2, packets / STRETCH);
        try (Traffic traffic = new Traffic(broker.port(), random, findings, journal)) {
            for (long stretch = 1; stretch <= stretches && findings.isEmpty(); stretch++) {
                long begun = System.nanoTime();
                traffic.start();
                awaitSent(traffic, packets * stretch / stretches, bystanders);
                sendingNanos += System.nanoTime() - begun;
                traffic.pause();
                if (findings.isEmpty()) {
                    say.accept("quiet at %,d packets: %s".formatted(traffic.packetsSent(), quiet.check()));
                }
            }
            say.accept("broker: %,d packets sent over %,d connections, %,.0f a second; %,d packets received; ended: %s"
                    .formatted(
                            traffic.packetsSent(),
                            traffic.connections(),
                            traffic.packetsSent() / (sendingNanos / 1e9),
                            traffic.packetsReceived(),
                            traffic.outcomes()));
        }
    }

    private void awaitSent(Traffic traffic, long packets, Bystanders bystanders) throws InterruptedException {
        long told = System.nanoTime();
        long before = traffic.packetsSent();
        while (traffic.packetsSent() < packets && findings.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20);
            double seconds = (System.nanoTime() - told) / 1e9;
            if (seconds > TELL_SECONDS) {
                long now = traffic.packetsSent();
                say.accept("%,d packets, %,.0f a second, %,d connections, %,d bystander messages"
                        .formatted(now, (now - before) / seconds, traffic.connections(), bystanders.received()));
                told = System.nanoTime();
                before = now;
            }
        }
    }
}
