package io.zanzara.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The harness, run on brokers whose stores are broken on purpose: it must say so each time, and say nothing of a sound one. */
@Execution(ExecutionMode.CONCURRENT)
final class BrokenStoresIT {

    private static final List<Party.Kind> KINDS = List.of(new Party.Kind(1, 5), new Party.Kind(2, 4));
    private static final int CYCLES = 2;
    private static final long PATIENCE_MILLIS = 30_000;
    private static final long IMPATIENCE_MILLIS = 4_000;
    private static final int ATTEMPTS = 4;
    private static final int PER_SECOND = 2_000;
    private static final long SEED = 20;

    @TempDir
    Path folder;

    @Test
    void aSoundStoreIsGood() throws Exception {
        Outcome outcome = round(Defect.NONE, SEED);

        assertThat(outcome.isGood()).as(outcome.toString()).isTrue();
    }

    @Test
    void earlyAcknowledgementsLoseMessages() throws Exception {
        String history = told(Defect.ACKNOWLEDGES_EARLY, Fault.LOST);

        assertThat(history).contains("lost: qos", "PUBLISH_SENT identifier", "ACKNOWLEDGED identifier", "KILLED");
    }

    @Test
    void writesThatAreNeverSyncedLoseMessages() throws Exception {
        told(Defect.NEVER_SYNCS, Fault.LOST);
    }

    @Test
    void forgottenPacketIdentifiersOfPublishersLoseMessages() throws Exception {
        told(Defect.FORGETS_INCOMING, Fault.LOST);
    }

    @Test
    void forgottenPacketIdentifiersOfSubscribersDoubleMessages() throws Exception {
        told(Defect.FORGETS_RANGES, Fault.DUPLICATED);
    }

    @Test
    void anUnsortedQueueIsOutOfOrder() throws Exception {
        told(Defect.UNSORTED, Fault.OUT_OF_ORDER);
    }

    /** Tries a few seeds until the defect shows, and returns the history. */
    private String told(Defect defect, Fault expected) throws Exception {
        String tried = "";
        for (long seed = SEED; seed < SEED + ATTEMPTS; seed++) {
            Outcome outcome = round(defect, seed);
            tried += outcome + "\n";
            if (outcome.findings().count(expected) > 0) {
                assertThat(outcome.isGood()).isFalse();
                return history(defect, seed, outcome);
            }
        }
        throw new AssertionError("in " + ATTEMPTS + " rounds nothing was " + expected + ":\n" + tried);
    }

    private Outcome round(Defect defect, long seed) throws IOException, InterruptedException {
        Round.Plan plan = plan(defect, seed);
        Outcome outcome =
                new Round(plan, BrokenBroker.launcher(defect, plan.folder().resolve("data")), line -> {}).run();
        System.out.println(outcome);
        return outcome;
    }

    private Round.Plan plan(Defect defect, long seed) {
        String name = defect + "-" + seed;
        return new Round.Plan(
                name,
                KINDS,
                CYCLES,
                PER_SECOND,
                defect == Defect.NONE ? PATIENCE_MILLIS : IMPATIENCE_MILLIS,
                seed,
                folder.resolve(name));
    }

    private String history(Defect defect, long seed, Outcome outcome) throws IOException {
        return Files.readString(History.write(plan(defect, seed), outcome));
    }
}
