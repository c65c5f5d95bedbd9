package io.zanzara.soak;

import java.util.SplittableRandom;

/** How often and how long a client has a connection while the load runs. */
enum Presence {
    /** Connected whenever there is a broker. */
    ALWAYS,
    /** Now here, now away. */
    COMES_AND_GOES,
    /** Away, but for a moment now and then. */
    RARELY;

    private static final long NEVER_MILLIS = 3_600_000;
    private static final int RARE = 8;
    private static final int MOST_MILLIS = 600;
    private static final int FEWEST_MILLIS = 50;

    /**
     * What a client does next.
     *
     * @param away milliseconds before it connects
     * @param stays milliseconds that it stays then
     */
    record Visit(long away, long stays) {

        private static final Visit WHOLE = new Visit(0, NEVER_MILLIS);
        private static final Visit NONE = new Visit(NEVER_MILLIS, 0);
    }

    Visit next(SplittableRandom random) {
        return switch (this) {
            case ALWAYS -> Visit.WHOLE;
            case COMES_AND_GOES -> visit(random);
            case RARELY -> random.nextInt(RARE) == 0 ? visit(random) : Visit.NONE;
        };
    }

    private static Visit visit(SplittableRandom random) {
        return new Visit(random.nextInt(MOST_MILLIS / 2), random.nextInt(FEWEST_MILLIS, MOST_MILLIS));
    }
}
