package io.zanzara.benchmarks.load;

/**
 * Looks at the sequence numbers of one publisher's messages as one subscriber gets them: 0, 1, 2, … A number that is passed over is missing
 * until it comes, and then it is out of order. One that comes again is a duplicate.
 */
final class StreamCheck {

    private final long[] seen;
    private final int remembered;
    private long next;
    private long missing;
    private long reordered;
    private long duplicates;
    private long resent;

    /** @param remembered how far back a number is known to have come, a power of two, at least 64; what is older counts as out of order */
    StreamCheck(int remembered) {
        if (Integer.bitCount(remembered) != 1 || remembered < Long.SIZE) {
            throw new IllegalArgumentException(
                    "remembered is " + remembered + " but must be a power of two, 64 or more");
        }
        this.remembered = remembered;
        this.seen = new long[remembered / Long.SIZE];
    }

    /**
     * Takes note of a message.
     *
     * @param duplicateFlag whether its DUP flag is set
     * @return how many messages are accounted for by it: this one, and those that were passed over; 0 for one that had come or was given up
     */
    long received(long sequence, boolean duplicateFlag) {
        if (sequence == next) {
            mark(sequence);
            next++;
            return 1;
        }
        if (sequence > next) {
            return passOver(sequence);
        }
        if (sequence >= next - remembered && isMarked(sequence)) {
            if (duplicateFlag) {
                resent++;
            } else {
                duplicates++;
            }
            return 0;
        }
        reordered++;
        missing = Math.max(0, missing - 1);
        if (sequence >= next - remembered) {
            mark(sequence);
        }
        return 0;
    }

    private long passOver(long sequence) {
        long gap = sequence - next;
        for (long skipped = Math.max(next, sequence - remembered); skipped < sequence; skipped++) {
            unmark(skipped);
        }
        missing += gap;
        mark(sequence);
        next = sequence + 1;
        return gap + 1;
    }

    private void mark(long sequence) {
        seen[word(sequence)] |= 1L << sequence;
    }

    private void unmark(long sequence) {
        seen[word(sequence)] &= ~(1L << sequence);
    }

    private boolean isMarked(long sequence) {
        return (seen[word(sequence)] & 1L << sequence) != 0;
    }

    private int word(long sequence) {
        return (int) (sequence & remembered - 1) / Long.SIZE;
    }

    /** How many of the messages that were sent have not come, if no more come. */
    long missing(long sent) {
        return missing + Math.max(0, sent - next);
    }

    /** How many came after one that was sent later. */
    long reordered() {
        return reordered;
    }

    /** How many came again without the DUP flag. */
    long duplicates() {
        return duplicates;
    }

    /** How many came again with the DUP flag, as QoS 1 allows. */
    long resent() {
        return resent;
    }
}
