package io.zanzara.store.rocksdb;

import io.zanzara.message.ClientId;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
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
import io.zanzara.store.record.RecordCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Turns operations into one write of the database. Conditions are looked up in the database and in what the batch itself has done so far;
 * nothing is visible before {@link #write}, so an operation that throws leaves nothing behind.
 */
final class BatchWriter implements AutoCloseable {

    /** Up to so many numbers are deleted one by one: a range deletion burdens every later read of the memtable. */
    private static final long FEW = 64;

    private final Database database;
    private final QueueEdges edges;
    private final WriteBatch batch = new WriteBatch();
    private final Map<ClientId, ClientChanges> clients = new HashMap<>();
    private final Map<ClientId, byte @Nullable []> sessions = new HashMap<>();
    private final Map<Topic, byte @Nullable []> retained = new HashMap<>();

    BatchWriter(Database database, QueueEdges edges) {
        this.database = database;
        this.edges = edges;
    }

    void write() throws RocksDBException {
        database.write(batch);
        clients.forEach((client, changes) -> {
            if (changes.deletedBelow() > 0) {
                edges.deleted(client, changes.deletedBelow());
            }
        });
    }

    void add(StoreOperation operation) throws RocksDBException {
        if (operation instanceof Append append) {
            append(append);
        } else if (operation instanceof PutSession put) {
            putSession(put.record());
        } else if (operation instanceof DeleteSession delete) {
            deleteSession(delete);
        } else if (operation instanceof PutSubscription put) {
            ClientChanges changes = changes(put.client());
            TopicFilter filter = put.subscription().filter();
            changes.subscriptions.add(filter);
            put(Table.SUBSCRIPTIONS, Keys.subscription(changes.prefix, filter), RecordCodec.encode(put.subscription()));
        } else if (operation instanceof DeleteSubscription delete) {
            delete(Table.SUBSCRIPTIONS, Keys.subscription(changes(delete.client()).prefix, delete.filter()));
        } else if (operation instanceof PutIncoming put) {
            putIncoming(put.record());
        } else if (operation instanceof DeleteIncoming delete) {
            takeIncoming(delete.client(), delete.packetIdentifier(), delete.messageId());
        } else if (operation instanceof DeleteQueue delete) {
            deleteQueue(delete.client(), delete.end());
        } else if (operation instanceof DeleteRange delete) {
            deleteRange(delete);
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

    private void append(Append append) throws RocksDBException {
        ClientChanges changes = changes(append.client());
        QueueRecord record = append.record();
        byte[] key = Keys.queued(changes.prefix, record.sequence());
        if (!edges.isFresh(append.client(), record.sequence())) {
            byte[] present = queued(changes, record.sequence(), key);
            if (present != null
                    && RecordCodec.identityOf(present) != record.publication().messageId()) {
                throw new StoreException("The queue of " + append.client() + " holds another message under number "
                        + Long.toHexString(record.sequence()) + " than the one to be added: " + record + ".");
            }
        }
        edges.added(append.client(), record.sequence());
        byte[] row = RecordCodec.encode(record);
        changes.queue(record.sequence(), row);
        put(Table.PACKETS, key, row);
    }

    private byte @Nullable [] queued(ClientChanges changes, long sequence, byte[] key) throws RocksDBException {
        return changes.knowsQueued(sequence) ? changes.queued(sequence) : database.get(Table.PACKETS, key);
    }

    private void putSession(SessionRecord record) throws RocksDBException {
        byte[] present = session(record.client());
        if (present == null || RecordCodec.identityOf(present) <= record.incarnation()) {
            writeSession(record);
        }
    }

    private void writeSession(SessionRecord record) throws RocksDBException {
        byte[] row = RecordCodec.encode(record);
        sessions.put(record.client(), row);
        put(Table.SESSIONS, changes(record.client()).prefix, row);
    }

    private byte @Nullable [] session(ClientId client) throws RocksDBException {
        return sessions.containsKey(client)
                ? sessions.get(client)
                : database.get(Table.SESSIONS, changes(client).prefix);
    }

    private void deleteSession(DeleteSession delete) throws RocksDBException {
        ClientChanges changes = changes(delete.client());
        byte[] present = session(delete.client());
        if (present == null || RecordCodec.identityOf(present) <= delete.incarnation()) {
            sessions.put(delete.client(), null);
            delete(Table.SESSIONS, changes.prefix);
            deleteSubscriptions(changes);
            deleteIncoming(changes);
        }
        deleteQueue(delete.client(), delete.end());
    }

    private void deleteSubscriptions(ClientChanges changes) throws RocksDBException {
        deleteStored(Table.SUBSCRIPTIONS, changes.prefix);
        for (TopicFilter filter : changes.subscriptions) {
            delete(Table.SUBSCRIPTIONS, Keys.subscription(changes.prefix, filter));
        }
        changes.subscriptions.clear();
    }

    private void deleteIncoming(ClientChanges changes) throws RocksDBException {
        for (byte[] key : deleteStored(Table.INCOMING, changes.prefix)) {
            changes.incoming.put(Keys.packetIdentifier(key), null);
        }
        for (Map.Entry<Integer, byte @Nullable []> row : changes.incoming.entrySet()) {
            delete(Table.INCOMING, Keys.incoming(changes.prefix, row.getKey()));
            row.setValue(null);
        }
    }

    /** One by one: a client has few of these rows, and range deletions would slow down the look-ups of all others. */
    private List<byte[]> deleteStored(Table table, byte[] prefix) throws RocksDBException {
        List<byte[]> keys = new ArrayList<>();
        database.scan(table, prefix, null, row -> {
            byte[] key = row.key();
            return Keys.hasPrefix(key, prefix) && keys.add(key);
        });
        for (byte[] key : keys) {
            delete(table, key);
        }
        return keys;
    }

    private void putIncoming(IncomingRecord record) throws RocksDBException {
        ClientChanges changes = changes(record.client());
        byte[] row = RecordCodec.encode(record);
        changes.incoming.put(record.packetIdentifier(), row);
        put(Table.INCOMING, Keys.incoming(changes.prefix, record.packetIdentifier()), row);
    }

    private boolean takeIncoming(ClientId client, int packetIdentifier, long messageId) throws RocksDBException {
        ClientChanges changes = changes(client);
        byte[] key = Keys.incoming(changes.prefix, packetIdentifier);
        byte[] present = changes.incoming.containsKey(packetIdentifier)
                ? changes.incoming.get(packetIdentifier)
                : database.get(Table.INCOMING, key);
        if (present == null || RecordCodec.identityOf(present) != messageId) {
            return false;
        }
        changes.incoming.put(packetIdentifier, null);
        delete(Table.INCOMING, key);
        return true;
    }

    private void deleteQueue(ClientId client, long end) throws RocksDBException {
        ClientChanges changes = changes(client);
        long begin = Math.max(edges.deletedBelow(client), changes.deletedBelow());
        if (begin > 0 && end - begin <= FEW) {
            for (long sequence = begin; sequence < end; sequence++) {
                delete(Table.PACKETS, Keys.queued(changes.prefix, sequence));
            }
        } else if (begin < end) {
            byte[] first = Keys.queued(changes.prefix, begin);
            batch.deleteRange(database.handle(Table.PACKETS), first, Keys.queued(changes.prefix, end));
        }
        changes.deleteQueue(end);
    }

    private void deleteRange(DeleteRange delete) throws RocksDBException {
        ClientChanges changes = changes(delete.client());
        if (delete.through() - delete.from() < FEW) {
            for (long sequence = delete.from(); sequence <= delete.through(); sequence++) {
                delete(Table.PACKETS, Keys.queued(changes.prefix, sequence));
            }
        } else {
            byte[] first = Keys.queued(changes.prefix, delete.from());
            byte[] end = Keys.queued(changes.prefix, delete.through() + 1);
            batch.deleteRange(database.handle(Table.PACKETS), first, end);
        }
        changes.deleteRange(delete.from(), delete.through());
    }

    private void putRetained(RetainedRecord record) throws RocksDBException {
        byte[] key = Keys.bytes(record.topic().value());
        byte[] present = retained(record.topic(), key);
        if (present == null || RecordCodec.identityOf(present) <= record.version()) {
            byte[] row = RecordCodec.encode(record);
            retained.put(record.topic(), row);
            put(Table.RETAINED, key, row);
        }
    }

    private void purgeRetained(RetainedRecord tombstone) throws RocksDBException {
        byte[] key = Keys.bytes(tombstone.topic().value());
        byte[] present = retained(tombstone.topic(), key);
        if (present == null || RecordCodec.identityOf(present) != tombstone.version()) {
            return;
        }
        if (RecordCodec.retained(tombstone.topic(), present).publication() == null) {
            retained.put(tombstone.topic(), null);
            delete(Table.RETAINED, key);
        }
    }

    private byte @Nullable [] retained(Topic topic, byte[] key) throws RocksDBException {
        return retained.containsKey(topic) ? retained.get(topic) : database.get(Table.RETAINED, key);
    }

    private void release(Release release) throws RocksDBException {
        if (!take(release.source())) {
            return;
        }
        for (Append copy : release.copies()) {
            append(copy);
        }
        if (release.retained() != null) {
            putRetained(release.retained());
        }
    }

    private boolean take(Source source) throws RocksDBException {
        if (source instanceof Source.Incoming from) {
            return takeIncoming(from.client(), from.packetIdentifier(), from.messageId());
        }
        if (source instanceof Source.StoredWill from) {
            return takeWill(from);
        }
        return takeQueued((Source.Queued) source);
    }

    private boolean takeWill(Source.StoredWill from) throws RocksDBException {
        byte[] row = session(from.client());
        if (row == null) {
            return false;
        }
        SessionRecord present = RecordCodec.session(from.client(), row);
        if (present.will() == null || present.will().publication().messageId() != from.messageId()) {
            return false;
        }
        writeSession(present.withoutWill());
        return true;
    }

    private boolean takeQueued(Source.Queued from) throws RocksDBException {
        ClientChanges changes = changes(from.group());
        byte[] key = Keys.queued(changes.prefix, from.sequence());
        byte[] present = queued(changes, from.sequence(), key);
        if (present == null || RecordCodec.identityOf(present) != from.messageId()) {
            return false;
        }
        changes.queue(from.sequence(), null);
        delete(Table.PACKETS, key);
        return true;
    }

    private ClientChanges changes(ClientId client) {
        return clients.computeIfAbsent(client, ClientChanges::new);
    }

    private void put(Table table, byte[] key, byte[] row) throws RocksDBException {
        batch.put(database.handle(table), key, row);
    }

    private void delete(Table table, byte[] key) throws RocksDBException {
        batch.delete(database.handle(table), key);
    }

    @Override
    public void close() {
        batch.close();
    }
}
