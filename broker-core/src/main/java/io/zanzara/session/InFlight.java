package io.zanzara.session;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What was sent to a client and not acknowledged: in the order in which it was sent, and found by packet identifier. Identifiers follow one
 * another; multiplied by the golden ratio they lie evenly over the table with gaps in between (Knuth, The Art of Computer Programming 3, 6.4),
 * so that finding one and closing the place of one that goes costs a look or two, and no object. Owner only.
 */
final class InFlight {

    private static final int SMALLEST = 16;
    private static final int GOLDEN_RATIO = 0x9E3779B1; // of 2 to the power of 32
    private static final @Nullable Entry[] NOTHING = {};

    private @Nullable Entry[] table = NOTHING; // of a power of two, at most half full; made when there is something
    private int size;
    private @Nullable Entry first;
    private @Nullable Entry last;

    int size() {
        return size;
    }

    /** Returns the one that was sent first. */
    @Nullable
    Entry first() {
        return first;
    }

    boolean contains(int packetIdentifier) {
        return get(packetIdentifier) != null;
    }

    @Nullable
    Entry get(int packetIdentifier) {
        return size == 0 ? null : table[placeOf(packetIdentifier)];
    }

    /** Adds one whose packet identifier none of the others has. */
    void add(Entry entry) {
        if (2 * size >= table.length) {
            grow();
        }
        table[placeOf(entry.packetIdentifier())] = entry;
        Entry before = last;
        entry.sentBefore = before;
        if (before == null) {
            first = entry;
        } else {
            before.sentAfter = entry;
        }
        last = entry;
        size++;
    }

    /** Returns the place where it is, or else where it would be put. */
    private int placeOf(int packetIdentifier) {
        int mask = table.length - 1;
        int place = homeOf(packetIdentifier);
        Entry there;
        while ((there = table[place]) != null && there.packetIdentifier() != packetIdentifier) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private int homeOf(int packetIdentifier) {
        return packetIdentifier * GOLDEN_RATIO >>> Integer.numberOfLeadingZeros(table.length - 1);
    }

    private void grow() {
        table = new Entry[Math.max(SMALLEST, 2 * table.length)];
        forEach(entry -> table[placeOf(entry.packetIdentifier())] = entry);
    }

    /** Removes the one with this packet identifier and returns it, if there is one. */
    @Nullable
    Entry remove(int packetIdentifier) {
        if (size == 0) {
            return null;
        }
        int place = placeOf(packetIdentifier);
        Entry entry = table[place];
        if (entry != null) {
            close(place);
            unlink(entry);
            size--;
        }
        return entry;
    }

    /** Empties a place: who stands further behind than where it belongs moves up, so that a search may end at an empty one. */
    private void close(int emptied) {
        int mask = table.length - 1;
        int hole = emptied;
        table[hole] = null;
        Entry moving;
        for (int place = (hole + 1) & mask; (moving = table[place]) != null; place = (place + 1) & mask) {
            int distance = (place - homeOf(moving.packetIdentifier())) & mask;
            if (distance >= ((place - hole) & mask)) {
                table[hole] = moving;
                table[place] = null;
                hole = place;
            }
        }
    }

    private void unlink(Entry entry) {
        Entry before = entry.sentBefore;
        Entry after = entry.sentAfter;
        if (before == null) {
            first = after;
        } else {
            before.sentAfter = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.sentBefore = before;
        }
        entry.sentBefore = null;
        entry.sentAfter = null;
    }

    /** Calls back for each, in the order in which they were sent; they may not change meanwhile. */
    void forEach(Consumer<Entry> action) {
        for (Entry entry = first; entry != null; entry = entry.sentAfter) {
            action.accept(entry);
        }
    }

    void clear() {
        Entry entry;
        while ((entry = first) != null) {
            unlink(entry);
        }
        table = NOTHING;
        size = 0;
    }
}
