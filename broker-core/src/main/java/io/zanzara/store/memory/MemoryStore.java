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
import io.zanzara.store.StoreVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps everything in maps, for a quick try and as the model that other stores are compared with. It lives as long as the object. */
public final class MemoryStore implements Store {

    private record IncomingKey(ClientId client, int packetIdentifier) {}

    private final Map<ClientId, SessionRecord> sessions = new HashMap<>();
    private final Map<ClientId, Map<TopicFilter, Subscription>> subscriptions = new HashMap<>();
    private final Map<ClientId, TreeMap<Long, QueueRecord>> queues = new HashMap<>();
    private final Map<IncomingKey, IncomingRecord> incoming = new HashMap<>();
    private final Map<Topic, RetainedRecord> retained = new HashMap<>();
    private long bootEpoch;

    @Override
    public String description() {
        return "memory store";
    }

    @Override
    public synchronized long open() {
        return ++bootEpoch;
    }

    @Override
    public synchronized void load(StoreVisitor visitor) {
        sessions.values().forEach(visitor::session);
        subscriptions.forEach((client, filters) ->
                filters.values().forEach(subscription -> visitor.subscription(client, subscription)));
        incoming.values().forEach(visitor::incoming);
        retained.values().forEach(visitor::retained);
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public synchronized void commit(int lane, List<StoreOperation> batch) {
        batch.forEach(this::apply);
    }

    private void apply(StoreOperation operation) {
        if (operation instanceof StoreOperation.Append append) {
            append(append);
        } else if (operation instanceof StoreOperation.PutSession put) {
            putSession(put.record());
        } else if (operation instanceof StoreOperation.DeleteSession delete) {
            deleteSession(delete);
        } else if (operation instanceof StoreOperation.PutSubscription put) {
            subscriptions
                    .computeIfAbsent(put.client(), client -> new HashMap<>())
                    .put(put.subscription().filter(), put.subscription());
        } else if (operation instanceof StoreOperation.DeleteSubscription delete) {
            Map<TopicFilter, Subscription> filters = subscriptions.get(delete.client());
            if (filters != null) {
                filters.remove(delete.filter());
            }
        } else if (operation instanceof StoreOperation.PutIncoming put) {
            IncomingRecord record = put.record();
            incoming.put(new IncomingKey(record.client(), record.packetIdentifier()), record);
        } else if (operation instanceof StoreOperation.DeleteIncoming delete) {
            removeIncoming(new IncomingKey(delete.client(), delete.packetIdentifier()), delete.messageId());
        } else if (operation instanceof StoreOperation.DeleteQueue delete) {
            deleteBelow(delete.client(), delete.head());
        } else if (operation instanceof StoreOperation.PutRetained put) {
            putRetained(put.record());
        } else if (operation instanceof StoreOperation.PurgeRetained purge) {
            purge(purge.tombstone());
        } else if (operation instanceof StoreOperation.Release release && take(release.source())) {
            release.copies().forEach(this::append);
            if (release.retained() != null) {
                putRetained(release.retained());
            }
        }
    }

    private void append(StoreOperation.Append append) {
        QueueRecord record = append.record();
        QueueRecord there = queues.computeIfAbsent(append.client(), client -> new TreeMap<>())
                .putIfAbsent(record.sequence(), record);
        if (there != null
                && there.publication().messageId() != record.publication().messageId()) {
            throw new StoreException("sequence number " + record.sequence() + " of " + append.client() + " is taken");
        }
    }

    private void putSession(SessionRecord record) {
        sessions.merge(
                record.client(), record, (there, ours) -> there.incarnation() > ours.incarnation() ? there : ours);
    }

    private void deleteSession(StoreOperation.DeleteSession delete) {
        ClientId client = delete.client();
        SessionRecord there = sessions.get(client);
        if (there == null || there.incarnation() <= delete.incarnation()) {
            sessions.remove(client);
            subscriptions.remove(client);
            incoming.keySet().removeIf(key -> key.client().equals(client));
        }
        deleteBelow(client, delete.end());
    }

    private void deleteBelow(ClientId client, long head) {
        NavigableMap<Long, QueueRecord> queue = queues.get(client);
        if (queue != null) {
            queue.headMap(head, false).clear();
            if (queue.isEmpty()) {
                queues.remove(client);
            }
        }
    }

    private void putRetained(RetainedRecord record) {
        retained.merge(record.topic(), record, (there, ours) -> there.version() > ours.version() ? there : ours);
    }

    private void purge(RetainedRecord tombstone) {
        RetainedRecord there = retained.get(tombstone.topic());
        if (there != null && there.publication() == null && there.version() == tombstone.version()) {
            retained.remove(tombstone.topic());
        }
    }

    private boolean removeIncoming(IncomingKey key, long messageId) {
        IncomingRecord there = incoming.get(key);
        if (there == null || there.publication().messageId() != messageId) {
            return false;
        }
        incoming.remove(key);
        return true;
    }

    private boolean take(StoreOperation.Source source) {
        if (source instanceof StoreOperation.Source.Incoming from) {
            return removeIncoming(new IncomingKey(from.client(), from.packetIdentifier()), from.messageId());
        } else if (source instanceof StoreOperation.Source.StoredWill from) {
            return takeWill(from);
        } else if (source instanceof StoreOperation.Source.Queued from) {
            TreeMap<Long, QueueRecord> queue = queues.get(from.group());
            QueueRecord there = queue == null ? null : queue.get(from.sequence());
            if (queue == null || there == null || there.publication().messageId() != from.messageId()) {
                return false;
            }
            queue.remove(from.sequence());
            return true;
        }
        throw new AssertionError(source);
    }

    private boolean takeWill(StoreOperation.Source.StoredWill from) {
        SessionRecord there = sessions.get(from.client());
        if (there == null || there.will() == null || there.will().publication().messageId() != from.messageId()) {
            return false;
        }
        sessions.put(from.client(), there.withoutWill());
        return true;
    }

    @Override
    public synchronized List<QueueRecord> readQueue(
            ClientId client, long from, long through, int maxRecords, int maxBytes) {
        List<QueueRecord> page = new ArrayList<>();
        int bytes = 0;
        for (QueueRecord record : range(client, from, through).values()) {
            page.add(record);
            bytes += record.publication().payload().length;
            if (page.size() >= maxRecords || bytes >= maxBytes) {
                break;
            }
        }
        return page;
    }

    @Override
    public synchronized long countQueue(ClientId client, long from, long through) {
        return range(client, from, through).size();
    }

    private NavigableMap<Long, QueueRecord> range(ClientId client, long from, long through) {
        @Nullable TreeMap<Long, QueueRecord> queue = queues.get(client);
        return queue == null || from > through ? new TreeMap<>() : queue.subMap(from, true, through, true);
    }

    @Override
    public void close() {}
}
