package io.zanzara.soak;

import java.util.List;

/**
 * How a round went.
 *
 * @param received deliveries to all sessions, repeated ones included
 * @param repeated deliveries that came again, which is allowed at QoS 1
 * @param otherwiseWrong everything else that should not have happened
 */
record Outcome(
        String name,
        int cycles,
        long published,
        long acknowledged,
        long received,
        long lost,
        long duplicated,
        long outOfOrder,
        long otherwiseWrong,
        long repeated,
        long seconds,
        long seed,
        Findings findings) {

    static Outcome of(Round.Plan plan, int cycles, List<Party> parties, Findings findings, long seconds) {
        long lost = findings.count(Fault.LOST);
        long duplicated = findings.count(Fault.DUPLICATED);
        long outOfOrder = findings.count(Fault.OUT_OF_ORDER);
        return new Outcome(
                plan.name(),
                cycles,
                parties.stream().mapToLong(party -> party.ledger().totalSent()).sum(),
                parties.stream()
                        .mapToLong(party -> party.ledger().totalAcknowledged())
                        .sum(),
                parties.stream().mapToLong(Party::received).sum(),
                lost,
                duplicated,
                outOfOrder,
                findings.total() - lost - duplicated - outOfOrder,
                parties.stream().mapToLong(Party::repeated).sum(),
                seconds,
                plan.seed(),
                findings);
    }

    /** Whether it was a round at all, and nothing went wrong. */
    boolean isGood() {
        return findings.total() == 0 && published > 0 && acknowledged > 0 && received > 0;
    }

    @Override
    public String toString() {
        String line =
                "%s: %d cycles, %,d published, %,d acknowledged, %,d received, %d lost, %d duplicated, %d out of order, %d repeated at QoS 1, %d s, seed %d"
                        .formatted(
                                name,
                                cycles,
                                published,
                                acknowledged,
                                received,
                                lost,
                                duplicated,
                                outOfOrder,
                                repeated,
                                seconds,
                                seed);
        return otherwiseWrong == 0 ? line : line + "; also wrong: " + findings;
    }
}
