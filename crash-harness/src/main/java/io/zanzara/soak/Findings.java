package io.zanzara.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What went wrong: all of it counted, the first of each kind kept. Thread-safe. */
final class Findings {

    private static final int KEPT_OF_EACH = 5;

    /**
     * One thing that went wrong.
     *
     * @param who the client or session concerned
     * @param message the message concerned, if there is one
     */
    record Finding(Fault fault, String who, @Nullable Message message, String detail) {}

    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private final List<Finding> kept = new ArrayList<>();

    synchronized void add(Fault fault, String who, @Nullable Message message, String detail) {
        long count = counts.merge(fault, 1L, Long::sum);
        if (count <= KEPT_OF_EACH) {
            kept.add(new Finding(fault, who, message, detail));
        }
    }

    synchronized long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    /** Returns how much went wrong in all. */
    synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized List<Finding> kept() {
        return List.copyOf(kept);
    }

    @Override
    public synchronized String toString() {
        return counts.toString();
    }
}
