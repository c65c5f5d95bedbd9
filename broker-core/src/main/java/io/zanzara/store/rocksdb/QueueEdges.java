package io.zanzara.store.rocksdb;

import io.zanzara.message.ClientId;
import io.zanzara.store.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this process remembers of the queues it wrote to last: the highest number it added and up to where it deleted. It saves reads and range
 * deletions; forgetting an entry costs time, never correctness.
 */
final class QueueEdges {

    private static final int CAPACITY = 8_192;
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final long bootEpoch;
    private final Map<ClientId, Edges> edges = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientId, Edges> eldest) {
            return size() > CAPACITY;
        }
    };

    QueueEdges(long bootEpoch) {
        this.bootEpoch = bootEpoch;
    }

    /**
     * Whether nothing can be stored under a number, because it is of this boot epoch and above all that were added to the queue since. Numbers
     * are given in ascending order, so only repetitions and a queue's first number here are looked up.
     */
    boolean isFresh(ClientId client, long sequence) {
        Edges known = edges.get(client);
        return known != null && sequence > known.highest && Sequence.bootEpoch(sequence) >= bootEpoch;
    }

    /** To be called before the write: whether it fails or not, from now on this number is looked up. */
    void added(ClientId client, long sequence) {
        Edges known = of(client);
        known.highest = known.highest == UNKNOWN ? sequence : Math.max(known.highest, sequence);
        if (sequence < known.deletedBelow) {
            known.deletedBelow = 0;
        }
    }

    /** Returns the number below which this process has deleted everything and added nothing since, or 0. */
    long deletedBelow(ClientId client) {
        Edges known = edges.get(client);
        return known == null ? 0 : known.deletedBelow;
    }

    /** To be called when the deletion is durable. */
    void deleted(ClientId client, long end) {
        Edges known = of(client);
        known.deletedBelow = Math.max(known.deletedBelow, end);
    }

    private Edges of(ClientId client) {
        return edges.computeIfAbsent(client, added -> new Edges());
    }

    private static final class Edges {
        private long highest = UNKNOWN;
        private long deletedBelow;
    }
}
