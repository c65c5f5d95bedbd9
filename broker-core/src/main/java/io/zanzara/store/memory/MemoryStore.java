package io.zanzara.store.memory;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteIncoming;
import io.zanzara.store.StoreOperation.DeleteQueue;
import io.zanzara.store.StoreOperation.DeleteRange;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.DeleteSubscription;
import io.zanzara.store.StoreOperation.PurgeRetained;
import io.zanzara.store.StoreOperation.PutIncoming;
import io.zanzara.store.StoreOperation.PutRetained;
import io.zanzara.store.StoreOperation.PutSession;
import io.zanzara.store.StoreOperation.PutSubscription;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import io.zanzara.store.StoreVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Keeps everything in maps and forgets it with the process. The same instance can be closed and opened again and then holds what it held, so
 * that a restart can be tried without a disk.
 */
public final class MemoryStore implements Store {

    private final Map<ClientId, SessionRecord> sessions = new HashMap<>();
    private final Map<ClientId, Map<TopicFilter, Subscription>> subscriptions = new HashMap<>();
    private final Map<ClientId, Map<Integer, IncomingRecord>> incoming = new HashMap<>();
    private final Map<ClientId, NavigableMap<Long, QueueRecord>> queues = new HashMap<>();
    private final Map<Topic, RetainedRecord> retained = new HashMap<>();
    private long bootEpoch;
    private boolean open;

    @Override
    public String description() {
        return "memory (forgets everything with the process)";
    }

    @Override
    public synchronized long open() {
        if (open) {
            throw new StoreException("The memory store is in use by another broker; give each broker its own.");
        }
        open = true;
        return ++bootEpoch;
    }

    @Override
    public synchronized void load(StoreVisitor visitor) {
        requireOpen();
        sessions.values().forEach(visitor::session);
        subscriptions.forEach((client, rows) -> rows.values().forEach(row -> visitor.subscription(client, row)));
        incoming.values().forEach(rows -> rows.values().forEach(visitor::incoming));
        retained.values().forEach(visitor::retained);
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public synchronized void commit(int lane, List<StoreOperation> batch) {
        requireOpen();
        batch.forEach(this::apply);
    }

    @Override
    public synchronized List<QueueRecord> readQueue(
            ClientId client, long from, long through, int maxRecords, int maxBytes) {
        requireOpen();
        List<QueueRecord> records = new ArrayList<>();
        long bytes = 0;
        for (QueueRecord record : range(client, from, through).values()) {
            if (records.size() == maxRecords || bytes > maxBytes) {
                break;
            }
            records.add(record);
            bytes += record.publication().payload().length;
        }
        return records;
    }

    @Override
    public synchronized long countQueue(ClientId client, long from, long through) {
        requireOpen();
        return range(client, from, through).size();
    }

    @Override
    public synchronized void close() {
        open = false;
    }

    private void requireOpen() {
        if (!open) {
            throw new StoreException("The memory store is closed.");
        }
    }

    private NavigableMap<Long, QueueRecord> range(ClientId client, long from, long through) {
        NavigableMap<Long, QueueRecord> queue = queues.get(client);
        return queue == null || from > through ? new TreeMap<>() : queue.subMap(from, true, through, true);
    }

    private void apply(StoreOperation operation) {
        if (operation instanceof Append append) {
            requireFree(append);
            append(append);
        } else if (operation instanceof PutSession put) {
            putSession(put.record());
        } else if (operation instanceof DeleteSession delete) {
            deleteSession(delete);
        } else if (operation instanceof PutSubscription put) {
            subscriptions
                    .computeIfAbsent(put.client(), client -> new HashMap<>())
                    .put(put.subscription().filter(), put.subscription());
        } else if (operation instanceof DeleteSubscription delete) {
            rowsOf(subscriptions, delete.client()).remove(delete.filter());
        } else if (operation instanceof PutIncoming put) {
            incoming.computeIfAbsent(put.record().client(), client -> new HashMap<>())
                    .put(put.record().packetIdentifier(), put.record());
        } else if (operation instanceof DeleteIncoming delete) {
            takeIncoming(delete.client(), delete.packetIdentifier(), delete.messageId());
        } else if (operation instanceof DeleteQueue delete) {
            deleteQueue(delete.client(), delete.end());
        } else if (operation instanceof DeleteRange delete) {
            queues.getOrDefault(delete.client(), new TreeMap<>())
                    .subMap(delete.from(), true, delete.through(), true)
                    .clear();
        } else if (operation instanceof PutRetained put) {
            putRetained(put.record());
        } else if (operation instanceof PurgeRetained purge) {
            purgeRetained(purge.tombstone());
        } else if (operation instanceof Release release) {
            release(release);
        } else {
            throw new IllegalStateException("unknown operation " + operation);
        }
    }

    private void requireFree(Append append) {
        QueueRecord present = queues.getOrDefault(append.client(), new TreeMap<>())
                .get(append.record().sequence());
        if (present != null
                && present.publication().messageId()
                        != append.record().publication().messageId()) {
            throw new StoreException("The queue of " + append.client() + " holds another message as " + present
                    + " than the one to be added: " + append.record() + ".");
        }
    }

    private void append(Append append) {
        queues.computeIfAbsent(append.client(), client -> new TreeMap<>())
                .put(append.record().sequence(), append.record());
    }

    private void putSession(SessionRecord record) {
        SessionRecord present = sessions.get(record.client());
        if (present == null || present.incarnation() <= record.incarnation()) {
            sessions.put(record.client(), record);
        }
    }

    private void deleteSession(DeleteSession delete) {
        SessionRecord present = sessions.get(delete.client());
        if (present == null || present.incarnation() <= delete.incarnation()) {
            sessions.remove(delete.client());
            subscriptions.remove(delete.client());
            incoming.remove(delete.client());
        }
        deleteQueue(delete.client(), delete.end());
    }

    private void deleteQueue(ClientId client, long end) {
        NavigableMap<Long, QueueRecord> queue = queues.get(client);
        if (queue != null) {
            queue.headMap(end, false).clear();
            if (queue.isEmpty()) {
                queues.remove(client);
            }
        }
    }

    private boolean takeIncoming(ClientId client, int packetIdentifier, long messageId) {
        Map<Integer, IncomingRecord> rows = rowsOf(incoming, client);
        IncomingRecord present = rows.get(packetIdentifier);
        if (present == null || present.publication().messageId() != messageId) {
            return false;
        }
        rows.remove(packetIdentifier);
        return true;
    }

    private void putRetained(RetainedRecord record) {
        RetainedRecord present = retained.get(record.topic());
        if (present == null || present.version() <= record.version()) {
            retained.put(record.topic(), record);
        }
    }

    private void purgeRetained(RetainedRecord tombstone) {
        RetainedRecord present = retained.get(tombstone.topic());
        if (present != null && present.publication() == null && present.version() == tombstone.version()) {
            retained.remove(tombstone.topic());
        }
    }

    private void release(Release release) {
        release.copies().forEach(this::requireFree); // all or nothing: found out before the source is gone
        if (!take(release.source())) {
            return;
        }
        release.copies().forEach(this::append);
        if (release.retained() != null) {
            putRetained(release.retained());
        }
    }

    private boolean take(Source source) {
        if (source instanceof Source.Incoming from) {
            return takeIncoming(from.client(), from.packetIdentifier(), from.messageId());
        }
        if (source instanceof Source.StoredWill from) {
            return takeWill(from);
        }
        return takeQueued((Source.Queued) source);
    }

    private boolean takeWill(Source.StoredWill from) {
        SessionRecord present = sessions.get(from.client());
        if (present == null
                || present.will() == null
                || present.will().publication().messageId() != from.messageId()) {
            return false;
        }
        sessions.put(from.client(), present.withoutWill());
        return true;
    }

    private boolean takeQueued(Source.Queued from) {
        NavigableMap<Long, QueueRecord> queue = queues.getOrDefault(from.group(), new TreeMap<>());
        QueueRecord present = queue.get(from.sequence());
        if (present == null || present.publication().messageId() != from.messageId()) {
            return false;
        }
        queue.remove(from.sequence());
        return true;
    }

    private static <K, V> Map<K, V> rowsOf(Map<ClientId, Map<K, V>> table, ClientId client) {
        return table.getOrDefault(client, new HashMap<>());
    }
}
