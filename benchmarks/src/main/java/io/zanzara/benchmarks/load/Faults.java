package io.zanzara.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * What the check of order, loss and duplicates has found.
 *
 * @param resent came again with the DUP flag, which QoS 1 allows
 * @param unexpected packets that should not have been sent
 */
public record Faults(long lost, long reordered, long duplicates, long resent, long unexpected) {

    public static final Faults NONE = new Faults(0, 0, 0, 0, 0);

    /** Returns the sum. */
    public Faults plus(Faults other) {
        return new Faults(
                lost + other.lost,
                reordered + other.reordered,
                duplicates + other.duplicates,
                resent + other.resent,
                unexpected + other.unexpected);
    }

    static Faults of(StreamCheck stream, long sent) {
        return new Faults(stream.missing(sent), stream.reordered(), stream.duplicates(), stream.resent(), 0);
    }

    /** Whether there is nothing that the standard forbids. */
    public boolean areNone() {
        return lost == 0 && reordered == 0 && duplicates == 0 && unexpected == 0;
    }

    /** In words, with a blank for no fault. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        add(words, lost, "lost");
        add(words, reordered, "out of order");
        add(words, duplicates, "twice");
        add(words, resent, "again with DUP");
        add(words, unexpected, "unexpected");
        return String.join(", ", words);
    }

    private static void add(List<String> words, long count, String what) {
        if (count > 0) {
            words.add(String.format("%,d %s", count, what));
        }
    }
}
