package io.zanzara.routing;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map of entries that know their keys: what changes it returns another map that shares nearly all of its memory with this one,
 * so a million entries cost a writer little more than ten, and a reader needs no lock.
 */
final class PersistentMap<E> {

    /** What an entry is found by. */
    interface Key<E> {

        /** Returns the hash of this key. */
        int hash();

        /** Returns the hash of an entry's key. */
        int hashOf(E entry);

        /** Whether this is the entry's key. */
        boolean isOf(E entry);

        /** Compares this key with that of an entry, in any order that is one; 0 only if this is the entry's key. */
        int compareTo(E entry);
    }

    // A hash trie. Each node has room for 32 entries, told apart by five bits of the hash, and stores those that are
    // taken: an entry, or a node for the next five bits where two meet. Below the last bits lies a bucket of entries
    // with one and the same hash, sorted, so that clients who choose their topics to collide make it no slower to find
    // them. Apart from the root no node holds fewer than two entries, so a map has one shape, whatever was put in and
    // removed before.

    private static final int BITS = 5;
    private static final int HASH_BITS = 32;
    private static final PersistentMap<?> EMPTY = new PersistentMap<>(0, 0, new Object[0]);

    private final int taken;
    private final int size;
    private final Object[] slots;

    private PersistentMap(int taken, int size, Object[] slots) {
        this.taken = taken;
        this.size = size;
        this.slots = slots;
    }

    @SuppressWarnings("unchecked") // an empty map holds nothing of any type
    static <E> PersistentMap<E> empty() {
        return (PersistentMap<E>) EMPTY;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    E get(Key<? super E> key) {
        int hash = spread(key.hash());
        PersistentMap<E> node = this;
        for (int shift = 0; shift < HASH_BITS; shift += BITS) {
            int bit = bit(hash, shift);
            if ((node.taken & bit) == 0) {
                return null;
            }
            Object slot = node.slots[node.slotOf(bit)];
            if (!(slot instanceof PersistentMap)) {
                E entry = entry(slot);
                return key.isOf(entry) ? entry : null;
            }
            node = node(slot);
        }
        int at = node.search(key);
        return at < 0 ? null : entry(node.slots[at]);
    }

    /** Returns any of the entries; there must be one. */
    E first() {
        Object slot = slots[0];
        while (slot instanceof PersistentMap) {
            slot = ((PersistentMap<?>) slot).slots[0];
        }
        return entry(slot);
    }

    /** Returns this map with the entry added, or in the place of the one that has its key. */
    PersistentMap<E> with(Key<? super E> key, E entry) {
        return with(0, spread(key.hash()), key, entry);
    }

    private PersistentMap<E> with(int shift, int hash, Key<? super E> key, E entry) {
        if (shift >= HASH_BITS) {
            int at = search(key);
            return at < 0 ? inserted(0, -1 - at, entry) : replaced(at, size, entry);
        }
        int bit = bit(hash, shift);
        int at = slotOf(bit);
        if ((taken & bit) == 0) {
            return inserted(taken | bit, at, entry);
        }
        Object slot = slots[at];
        if (slot instanceof PersistentMap) {
            PersistentMap<E> node = node(slot);
            PersistentMap<E> changed = node.with(shift + BITS, hash, key, entry);
            return replaced(at, size + changed.size - node.size, changed);
        }
        E present = entry(slot);
        if (key.isOf(present)) {
            return replaced(at, size, entry);
        }
        return replaced(
                at,
                size + 1,
                alone(shift + BITS, spread(key.hashOf(present)), present).with(shift + BITS, hash, key, entry));
    }

    private static <E> PersistentMap<E> alone(int shift, int hash, E entry) {
        return new PersistentMap<>(shift >= HASH_BITS ? 0 : bit(hash, shift), 1, new Object[] {entry});
    }

    /** Returns this map without the entry that has the key, or this map itself if there is none. */
    PersistentMap<E> without(Key<? super E> key) {
        return without(0, spread(key.hash()), key);
    }

    private PersistentMap<E> without(int shift, int hash, Key<? super E> key) {
        if (shift >= HASH_BITS) {
            int at = search(key);
            return at < 0 ? this : removed(0, at);
        }
        int bit = bit(hash, shift);
        if ((taken & bit) == 0) {
            return this;
        }
        int at = slotOf(bit);
        Object slot = slots[at];
        if (!(slot instanceof PersistentMap)) {
            return key.isOf(entry(slot)) ? removed(taken & ~bit, at) : this;
        }
        PersistentMap<E> node = node(slot);
        PersistentMap<E> changed = node.without(shift + BITS, hash, key);
        if (changed.size == node.size) {
            return this;
        }
        return replaced(at, size - 1, changed.size == 1 ? changed.slots[0] : changed);
    }

    /** Calls back for each entry, in the same order for the same map. */
    void forEach(Consumer<? super E> action) {
        for (Object slot : slots) {
            if (slot instanceof PersistentMap) {
                PersistentMap<E> node = node(slot);
                node.forEach(action);
            } else {
                action.accept(entry(slot));
            }
        }
    }

    private PersistentMap<E> inserted(int nowTaken, int at, E entry) {
        Object[] copy = new Object[slots.length + 1];
        System.arraycopy(slots, 0, copy, 0, at);
        System.arraycopy(slots, at, copy, at + 1, slots.length - at);
        copy[at] = entry;
        return new PersistentMap<>(nowTaken, size + 1, copy);
    }

    private PersistentMap<E> replaced(int at, int nowSize, Object entryOrNode) {
        Object[] copy = slots.clone();
        copy[at] = entryOrNode;
        return new PersistentMap<>(taken, nowSize, copy);
    }

    private PersistentMap<E> removed(int nowTaken, int at) {
        if (size == 1) {
            return empty();
        }
        Object[] copy = Arrays.copyOf(slots, slots.length - 1);
        System.arraycopy(slots, at + 1, copy, at, slots.length - at - 1);
        return new PersistentMap<>(nowTaken, size - 1, copy);
    }

    private int slotOf(int bit) {
        return Integer.bitCount(taken & (bit - 1));
    }

    /** Returns the slot of a key in a bucket, or {@code -1 - slot} if it would have to be inserted there. */
    private int search(Key<? super E> key) {
        int low = 0;
        int high = slots.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = key.compareTo(entry(slots[middle]));
            if (order == 0) {
                return middle;
            }
            if (order > 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    @SuppressWarnings("unchecked") // what is not a node is an entry
    private static <E> E entry(Object slot) {
        return (E) slot;
    }

    @SuppressWarnings("unchecked") // the nodes of a map hold its entries
    private static <E> PersistentMap<E> node(Object slot) {
        return (PersistentMap<E>) slot;
    }

    private static int bit(int hash, int shift) {
        return 1 << (hash >>> shift);
    }

    private static int spread(int keyHash) {
        // five bits of a string's own hash hardly tell numbered names apart
        int hash = keyHash * 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }
}
