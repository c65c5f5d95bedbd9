package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.message.Topic;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;

/**
 * Operations of a batch that may be carried out by kind instead of one by one: sessions, incoming messages and plans, packets, updates, deletes.
 * An operation that would overtake or be overtaken by an earlier one on the same thing does not fit; it begins the next run. That is rare:
 * nearly every batch is one run.
 */
final class Run {

    final Map<ClientId, SessionRecord> sessions = new LinkedHashMap<>();
    final Map<BsonDocument, IncomingRecord> incoming = new LinkedHashMap<>();
    final List<Release> releases = new ArrayList<>();
    final List<Append> packets = new ArrayList<>();
    final Map<BsonDocument, SubscriptionRow> subscriptions = new LinkedHashMap<>();
    final Map<Topic, RetainedRecord> retained = new LinkedHashMap<>();
    final List<BsonDocument> unsubscribed = new ArrayList<>();
    final List<DeleteIncoming> forgotten = new ArrayList<>();
    final Map<ClientId, DeleteQueue> queueEnds = new LinkedHashMap<>();
    final List<BsonDocument> ranges = new ArrayList<>();
    final List<RetainedRecord> purged = new ArrayList<>();
    final List<DeleteSession> ended = new ArrayList<>();

    private final Map<ClientId, Touched> clients = new HashMap<>();
    private final Set<Topic> purgedTopics = new HashSet<>();

    /** Whether the operation may be added. Everything fits into an empty run. */
    boolean fits(StoreOperation operation) {
        if (operation instanceof Append append) {
            return fits(append);
        } else if (operation instanceof PutSession put) {
            Touched client = clients.get(put.record().client());
            return client == null || !client.ended && !client.willTaken;
        } else if (operation instanceof PutIncoming put) {
            Touched client = clients.get(put.record().client());
            return client == null || !client.ended && !client.deleted.contains(id(put.record()));
        } else if (operation instanceof Release release) {
            return fits(release);
        } else if (operation instanceof PutSubscription put) {
            Touched client = clients.get(put.client());
            return client == null || !client.ended && !client.deleted.contains(id(put));
        } else if (operation instanceof PutRetained put) {
            return !purgedTopics.contains(put.record().topic());
        } else if (operation instanceof PurgeRetained) {
            return true;
        }
        return !isEnded(clientOfDeletion(operation));
    }

    private boolean isEnded(ClientId id) {
        Touched client = clients.get(id);
        return client != null && client.ended;
    }

    private static ClientId clientOfDeletion(StoreOperation operation) {
        if (operation instanceof DeleteSession delete) {
            return delete.client();
        } else if (operation instanceof DeleteSubscription delete) {
            return delete.client();
        } else if (operation instanceof DeleteIncoming delete) {
            return delete.client();
        } else if (operation instanceof DeleteQueue delete) {
            return delete.client();
        } else if (operation instanceof DeleteRange delete) {
            return delete.client();
        }
        throw new IllegalStateException("unknown operation " + operation);
    }

    private boolean fits(Append append) {
        Touched client = clients.get(append.client());
        return client == null || !client.ended && append.record().sequence() >= client.deletedBelow;
    }

    private boolean fits(Release release) {
        if (release.retained() != null
                && purgedTopics.contains(release.retained().topic())) {
            return false;
        }
        for (Append copy : release.copies()) {
            if (!fits(copy)) {
                return false;
            }
        }
        Source source = release.source();
        if (source instanceof Source.StoredWill from) {
            Touched client = clients.get(from.client());
            return client == null || !client.ended && !client.willTaken && !sessions.containsKey(from.client());
        }
        if (source instanceof Source.Queued from) {
            Touched client = clients.get(from.group());
            return client == null || !client.ended && !client.mayHold(from.sequence());
        }
        Source.Incoming from = (Source.Incoming) source;
        BsonDocument id = Ids.incoming(from.client(), from.packetIdentifier());
        Touched client = clients.get(from.client());
        return client == null || !client.ended && !client.deleted.contains(id) && !incoming.containsKey(id);
    }

    void add(StoreOperation operation) {
        if (operation instanceof Append append) {
            touch(append);
            packets.add(append);
        } else if (operation instanceof PutSession put) {
            client(put.record().client());
            sessions.merge(
                    put.record().client(),
                    put.record(),
                    (old, record) -> old.incarnation() > record.incarnation() ? old : record);
        } else if (operation instanceof PutIncoming put) {
            client(put.record().client());
            incoming.put(id(put.record()), put.record());
        } else if (operation instanceof Release release) {
            touch(release);
            releases.add(release);
        } else if (operation instanceof PutSubscription put) {
            client(put.client());
            subscriptions.put(id(put), new SubscriptionRow(put.client(), put.subscription()));
        } else if (operation instanceof PutRetained put) {
            RetainedRecord record = put.record();
            retained.merge(record.topic(), record, (old, added) -> old.version() > added.version() ? old : added);
        } else if (operation instanceof PurgeRetained purge) {
            purgedTopics.add(purge.tombstone().topic());
            purged.add(purge.tombstone());
        } else {
            addDeletion(operation);
        }
    }

    private void addDeletion(StoreOperation operation) {
        Touched client = client(clientOfDeletion(operation));
        if (operation instanceof DeleteSession delete) {
            client.ended = true;
            ended.add(delete);
        } else if (operation instanceof DeleteSubscription delete) {
            BsonDocument id = Ids.subscription(delete.client(), delete.filter());
            client.deleted.add(id);
            unsubscribed.add(id);
        } else if (operation instanceof DeleteIncoming delete) {
            client.deleted.add(Ids.incoming(delete.client(), delete.packetIdentifier()));
            forgotten.add(delete);
        } else if (operation instanceof DeleteQueue delete) {
            client.deletedBelow = Math.max(client.deletedBelow, delete.end());
            queueEnds.merge(delete.client(), delete, Run::both);
        } else if (operation instanceof DeleteRange delete) {
            client.deletedBelow = Math.max(client.deletedBelow, delete.through() + 1);
            ranges.add(Ids.queue(delete.client(), delete.from(), delete.through()));
        }
    }

    private static DeleteQueue both(DeleteQueue one, DeleteQueue other) {
        return new DeleteQueue(one.client(), Math.min(one.from(), other.from()), Math.max(one.end(), other.end()));
    }

    private void touch(Append append) {
        client(append.client()).appended(append.record().sequence());
    }

    private void touch(Release release) {
        release.copies().forEach(this::touch);
        Source source = release.source();
        if (source instanceof Source.Incoming from) {
            client(from.client()).deleted.add(Ids.incoming(from.client(), from.packetIdentifier()));
        } else if (source instanceof Source.StoredWill from) {
            client(from.client()).willTaken = true;
        } else if (source instanceof Source.Queued from) {
            Touched client = client(from.group());
            client.deletedBelow = Math.max(client.deletedBelow, from.sequence() + 1);
        }
    }

    private Touched client(ClientId id) {
        return clients.computeIfAbsent(id, added -> new Touched());
    }

    private static BsonDocument id(IncomingRecord record) {
        return Ids.incoming(record.client(), record.packetIdentifier());
    }

    private static BsonDocument id(PutSubscription put) {
        return Ids.subscription(put.client(), put.subscription().filter());
    }

    /** What the run has done to one client so far, as far as later operations must know. */
    private static final class Touched {

        private final Set<BsonDocument> deleted = new HashSet<>();
        private boolean ended;
        private boolean willTaken;
        private long lowest = Long.MAX_VALUE;
        private long highest = Long.MIN_VALUE;
        private long deletedBelow = Long.MIN_VALUE;

        void appended(long sequence) {
            lowest = Math.min(lowest, sequence);
            highest = Math.max(highest, sequence);
        }

        /** Whether what is under this number in the queue may have been decided by this run. */
        boolean mayHold(long sequence) {
            return sequence < deletedBelow || lowest <= sequence && sequence <= highest;
        }
    }
}
