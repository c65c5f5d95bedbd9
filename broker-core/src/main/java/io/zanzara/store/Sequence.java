package io.zanzara.store;

/**
 * Numbers that order a session's queue and name publications: {@code bootEpoch << 40 | counter}. The boot epoch is raised durably before the
 * listeners open, so numbers given after a restart are above all that were given before, without a clock.
 */
public final class Sequence {

    private static final int COUNTER_BITS = 40;
    private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;
    private static final int PACKET_IDENTIFIERS = 65_535;

    private Sequence() {}

    /** Returns the first number of a boot epoch. */
    public static long first(long bootEpoch) {
        return bootEpoch << COUNTER_BITS;
    }

    /** Returns the packet identifier, 1 to 65,535, under which the message with this number is sent. */
    public static int packetIdentifier(long sequence) {
        return 1 + (int) ((sequence & COUNTER_MASK) % PACKET_IDENTIFIERS);
    }

    /** Returns the boot epoch in which the number was given. */
    public static long bootEpoch(long sequence) {
        return sequence >>> COUNTER_BITS;
    }
}
