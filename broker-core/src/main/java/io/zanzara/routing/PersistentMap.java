package io.zanzara.routing;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map: what changes it returns another map that shares nearly all of its memory with this one, so a million entries cost a
 * writer little more than ten, and a reader needs no lock.
 */
final class PersistentMap<K extends Comparable<K>, V> {

    // A hash trie. Each node has room for 32 entries, told apart by five bits of the hash, and stores those that are
    // taken: key and value, or null
    // and a node for the next five bits where two keys meet. Below the last bits lies a bucket of keys with one and the
    // same hash, sorted, so that
    // clients who choose their topics to collide make it no slower to find them. Apart from the root no node holds
    // fewer than two keys, so a map
    // has one shape, whatever was put in and removed before.

    private static final int BITS = 5;
    private static final int HASH_BITS = 32;
    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<String, Object>(0, 0, new Object[0]);

    private final int taken;
    private final int size;
    private final @Nullable Object[] slots;

    private PersistentMap(int taken, int size, @Nullable Object[] slots) {
        this.taken = taken;
        this.size = size;
        this.slots = slots;
    }

    @SuppressWarnings("unchecked") // an empty map holds nothing of any type
    static <K extends Comparable<K>, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    V get(K key) {
        int hash = spread(key);
        PersistentMap<K, V> node = this;
        for (int shift = 0; shift < HASH_BITS; shift += BITS) {
            int bit = bit(hash, shift);
            if ((node.taken & bit) == 0) {
                return null;
            }
            int at = node.slotOf(bit);
            if (node.slots[at] != null) {
                return key.equals(node.slots[at]) ? node.valueAt(at) : null;
            }
            node = node.nodeAt(at);
        }
        int at = node.search(key);
        return at < 0 ? null : node.valueAt(at);
    }

    /** Returns this map with the value added or replaced. */
    PersistentMap<K, V> with(K key, V value) {
        return with(0, spread(key), key, value);
    }

    private PersistentMap<K, V> with(int shift, int hash, K key, V value) {
        if (shift >= HASH_BITS) {
            int at = search(key);
            return at < 0 ? inserted(0, -1 - at, key, value) : replaced(at, size, key, value);
        }
        int bit = bit(hash, shift);
        int at = slotOf(bit);
        if ((taken & bit) == 0) {
            return inserted(taken | bit, at, key, value);
        }
        if (slots[at] == null) {
            PersistentMap<K, V> node = nodeAt(at);
            PersistentMap<K, V> changed = node.with(shift + BITS, hash, key, value);
            return replaced(at, size + changed.size - node.size, null, changed);
        }
        K present = keyAt(at);
        if (present.equals(key)) {
            return replaced(at, size, key, value);
        }
        PersistentMap<K, V> one = PersistentMap.<K, V>empty().with(shift + BITS, spread(present), present, valueAt(at));
        return replaced(at, size + 1, null, one.with(shift + BITS, hash, key, value));
    }

    /** Returns this map without the key, or this map itself if it isn't there. */
    PersistentMap<K, V> without(K key) {
        return without(0, spread(key), key);
    }

    private PersistentMap<K, V> without(int shift, int hash, K key) {
        if (shift >= HASH_BITS) {
            int at = search(key);
            return at < 0 ? this : removed(0, at);
        }
        int bit = bit(hash, shift);
        if ((taken & bit) == 0) {
            return this;
        }
        int at = slotOf(bit);
        if (slots[at] != null) {
            return key.equals(slots[at]) ? removed(taken & ~bit, at) : this;
        }
        PersistentMap<K, V> node = nodeAt(at);
        PersistentMap<K, V> changed = node.without(shift + BITS, hash, key);
        if (changed.size == node.size) {
            return this;
        }
        return changed.size == 1
                ? replaced(at, size - 1, changed.keyAt(0), changed.valueAt(0))
                : replaced(at, size - 1, null, changed);
    }

    /** Calls back for each entry, in the same order for the same map. */
    void forEach(BiConsumer<? super K, ? super V> action) {
        for (int at = 0; at < slots.length; at += 2) {
            if (slots[at] == null) {
                nodeAt(at).forEach(action);
            } else {
                action.accept(keyAt(at), valueAt(at));
            }
        }
    }

    private PersistentMap<K, V> inserted(int nowTaken, int at, K key, V value) {
        @Nullable Object[] copy = Arrays.copyOf(slots, slots.length + 2);
        System.arraycopy(slots, at, copy, at + 2, slots.length - at);
        copy[at] = key;
        copy[at + 1] = value;
        return new PersistentMap<>(nowTaken, size + 1, copy);
    }

    private PersistentMap<K, V> replaced(int at, int nowSize, @Nullable K key, Object valueOrNode) {
        @Nullable Object[] copy = slots.clone();
        copy[at] = key;
        copy[at + 1] = valueOrNode;
        return new PersistentMap<>(taken, nowSize, copy);
    }

    private PersistentMap<K, V> removed(int nowTaken, int at) {
        if (size == 1) {
            return empty();
        }
        @Nullable Object[] copy = Arrays.copyOf(slots, slots.length - 2);
        System.arraycopy(slots, at + 2, copy, at, slots.length - at - 2);
        return new PersistentMap<>(nowTaken, size - 1, copy);
    }

    private int slotOf(int bit) {
        return 2 * Integer.bitCount(taken & (bit - 1));
    }

    /** Returns the slot of a key in a bucket, or {@code -1 - slot} if it would have to be inserted there. */
    private int search(K key) {
        int low = 0;
        int high = slots.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = keyAt(2 * middle).compareTo(key);
            if (order == 0) {
                return 2 * middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - 2 * low;
    }

    @SuppressWarnings("unchecked") // only keys are put into even slots; null was looked for before
    private K keyAt(int at) {
        return (K) slots[at];
    }

    @SuppressWarnings("unchecked") // beside a key there is a value
    private V valueAt(int at) {
        return (V) slots[at + 1];
    }

    @SuppressWarnings("unchecked") // beside null there is a node
    private PersistentMap<K, V> nodeAt(int at) {
        return (PersistentMap<K, V>) slots[at + 1];
    }

    private static int bit(int hash, int shift) {
        return 1 << (hash >>> shift);
    }

    private static int spread(Object key) {
        // five bits of a string's own hash hardly tell numbered names apart
        int hash = key.hashCode() * 0x9E3779B9;
        return hash ^ (hash >>> 16);
    }
}
