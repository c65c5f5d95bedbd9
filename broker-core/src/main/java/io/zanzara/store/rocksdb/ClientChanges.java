package io.zanzara.store.rocksdb;

import io.zanzara.message.ClientId;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a batch that is not written yet has done to the rows of one client: later operations of the batch must see it. */
final class ClientChanges {

    final byte[] prefix;

    /** Filters of subscriptions added. */
    final Set<TopicFilter> subscriptions = new HashSet<>();

    /** By packet identifier; a null value stands for a removed row. */
    final Map<Integer, byte @Nullable []> incoming = new HashMap<>();

    private final Map<Long, byte @Nullable []> queued = new HashMap<>();
    private final List<long[]> deletedRanges = new ArrayList<>(0);
    private long deletedBelow;
    private boolean addedBelow;

    ClientChanges(ClientId client) {
        prefix = Keys.prefix(client);
    }

    void queue(long sequence, byte @Nullable [] row) {
        queued.put(sequence, row);
        addedBelow |= row != null && sequence < deletedBelow;
    }

    void deleteQueue(long end) {
        queued.keySet().removeIf(sequence -> sequence < end);
        deletedBelow = Math.max(deletedBelow, end);
        addedBelow = queued.keySet().stream().anyMatch(sequence -> sequence < deletedBelow);
    }

    void deleteRange(long from, long through) {
        queued.keySet().removeIf(sequence -> sequence >= from && sequence <= through);
        deletedRanges.add(new long[] {from, through});
        addedBelow = queued.keySet().stream().anyMatch(sequence -> sequence < deletedBelow);
    }

    private boolean isInDeletedRange(long sequence) {
        return deletedRanges.stream().anyMatch(range -> sequence >= range[0] && sequence <= range[1]);
    }

    /** Whether this batch decides what is under the number, so that the database need not be asked. */
    boolean knowsQueued(long sequence) {
        return sequence < deletedBelow || queued.containsKey(sequence) || isInDeletedRange(sequence);
    }

    byte @Nullable [] queued(long sequence) {
        return queued.get(sequence);
    }

    /** Returns the number below which the batch deletes everything and adds nothing afterwards, or 0. */
    long deletedBelow() {
        return addedBelow ? 0 : deletedBelow;
    }
}
