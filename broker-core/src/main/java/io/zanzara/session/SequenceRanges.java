package io.zanzara.session;

import io.zanzara.store.SessionRecord;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of sequence numbers as ranges. Small: what lies between a queue's head and its last message sent. Owner only. */
final class SequenceRanges {

    private static final NavigableMap<Long, Long> NONE = Collections.emptyNavigableMap();

    private NavigableMap<Long, Long> ranges = NONE; // of most queues for ever

    /** @param pairs first and last number of each range, as in a {@link SessionRecord} */
    static SequenceRanges of(long[] pairs) {
        SequenceRanges result = new SequenceRanges();
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            result.put(pairs[i], pairs[i + 1]);
        }
        return result;
    }

    boolean contains(long sequence) {
        Map.Entry<Long, Long> range = ranges.floorEntry(sequence);
        return range != null && range.getValue() >= sequence;
    }

    void add(long sequence) {
        Map.Entry<Long, Long> before = ranges.floorEntry(sequence);
        if (before != null && before.getValue() >= sequence) {
            return;
        }
        long from = before != null && before.getValue() == sequence - 1 ? before.getKey() : sequence;
        Long after = ranges == NONE ? null : ranges.remove(sequence + 1);
        put(from, after == null ? sequence : after);
    }

    private void put(long first, long last) {
        if (ranges == NONE) {
            ranges = new TreeMap<>();
        }
        ranges.put(first, last);
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    void clear() {
        ranges = NONE;
    }

    void removeBelow(long head) {
        while (!ranges.isEmpty() && ranges.firstKey() < head) {
            Map.Entry<Long, Long> first = ranges.pollFirstEntry();
            if (first != null && first.getValue() >= head) {
                ranges.put(head, first.getValue());
                return;
            }
        }
    }

    long[] toPairs() {
        if (ranges.isEmpty()) {
            return SessionRecord.NO_RANGES;
        }
        long[] pairs = new long[ranges.size() * 2];
        int i = 0;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            pairs[i++] = range.getKey();
            pairs[i++] = range.getValue();
        }
        return pairs;
    }
}
