package io.zanzara.contract;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteIncoming;
import io.zanzara.store.StoreOperation.DeleteQueue;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a store should hold, as plainly as it can be said: lists that are searched from one end to the other. */
final class NaiveStore {

    record Row(ClientId client, Subscription subscription) {}

    final List<SessionRecord> sessions = new ArrayList<>();
    final List<Row> subscriptions = new ArrayList<>();
    final List<IncomingRecord> incoming = new ArrayList<>();
    final List<RetainedRecord> retained = new ArrayList<>();
    private final List<Append> queued = new ArrayList<>();
    private final Map<ClientId, Long> floors = new HashMap<>();

    List<String> loaded() {
        return Stream.of(
                        sessions.stream().map(Lines::of),
                        subscriptions.stream().map(row -> Lines.of(row.client, row.subscription)),
                        incoming.stream().map(Lines::of),
                        retained.stream().map(Lines::of))
                .flatMap(lines -> lines)
                .sorted()
                .toList();
    }

    /** Returns the number below which nothing exists in a queue: readers start there. */
    long floor(ClientId client) {
        return floors.getOrDefault(client, 0L);
    }

    List<QueueRecord> queue(ClientId client) {
        return queued.stream()
                .filter(append -> append.client().equals(client))
                .map(Append::record)
                .filter(record -> record.sequence() >= floor(client))
                .sorted(Comparator.comparing(QueueRecord::sequence))
                .toList();
    }

    void apply(StoreOperation operation) {
        if (operation instanceof Append append) {
            queued.removeIf(other -> other.client().equals(append.client())
                    && other.record().sequence() == append.record().sequence());
            queued.add(append);
        } else if (operation instanceof PutSession put) {
            put(put.record());
        } else if (operation instanceof DeleteSession delete) {
            end(delete);
        } else if (operation instanceof PutSubscription put) {
            subscriptions.removeIf(row -> row.client.equals(put.client())
                    && row.subscription.filter().equals(put.subscription().filter()));
            subscriptions.add(new Row(put.client(), put.subscription()));
        } else if (operation instanceof DeleteSubscription delete) {
            subscriptions.removeIf(row -> row.client.equals(delete.client())
                    && row.subscription.filter().equals(delete.filter()));
        } else if (operation instanceof PutIncoming put) {
            incoming.removeIf(record -> record.client().equals(put.record().client())
                    && record.packetIdentifier() == put.record().packetIdentifier());
            incoming.add(put.record());
        } else if (operation instanceof DeleteIncoming delete) {
            incoming.removeIf(record -> isAt(record, delete.client(), delete.packetIdentifier(), delete.messageId()));
        } else if (operation instanceof DeleteQueue delete) {
            raiseFloor(delete.client(), delete.end());
        } else if (operation instanceof PutRetained put) {
            put(put.record());
        } else if (operation instanceof PurgeRetained purge) {
            retained.removeIf(record -> record.topic().equals(purge.tombstone().topic())
                    && record.version() == purge.tombstone().version()
                    && record.publication() == null);
        } else if (operation instanceof Release release && take(release.source())) {
            release.copies().forEach(this::apply);
            if (release.retained() != null) {
                put(release.retained());
            }
        }
    }

    private void put(SessionRecord record) {
        if (sessions.stream()
                .noneMatch(other ->
                        other.client().equals(record.client()) && other.incarnation() > record.incarnation())) {
            sessions.removeIf(other -> other.client().equals(record.client()));
            sessions.add(record);
        }
    }

    private void put(RetainedRecord record) {
        if (retained.stream()
                .noneMatch(other -> other.topic().equals(record.topic()) && other.version() > record.version())) {
            retained.removeIf(other -> other.topic().equals(record.topic()));
            retained.add(record);
        }
    }

    private void end(DeleteSession delete) {
        sessions.removeIf(
                record -> record.client().equals(delete.client()) && record.incarnation() <= delete.incarnation());
        if (sessions.stream().noneMatch(record -> record.client().equals(delete.client()))) {
            subscriptions.removeIf(row -> row.client.equals(delete.client()));
            incoming.removeIf(record -> record.client().equals(delete.client()));
        }
        raiseFloor(delete.client(), delete.end());
    }

    private void raiseFloor(ClientId client, long floor) {
        floors.merge(client, floor, Math::max);
    }

    private boolean take(Source source) {
        if (source instanceof Source.Incoming from) {
            return incoming.removeIf(record -> isAt(record, from.client(), from.packetIdentifier(), from.messageId()));
        }
        if (source instanceof Source.Queued from) {
            return queued.removeIf(append -> append.client().equals(from.group())
                    && append.record().sequence() == from.sequence()
                    && append.record().publication().messageId() == from.messageId());
        }
        Source.StoredWill from = (Source.StoredWill) source;
        for (SessionRecord record : sessions) {
            if (record.client().equals(from.client()) && hasWill(record, from.messageId())) {
                sessions.remove(record);
                sessions.add(record.withoutWill());
                return true;
            }
        }
        return false;
    }

    private static boolean hasWill(SessionRecord record, long messageId) {
        return record.will() != null && record.will().publication().messageId() == messageId;
    }

    private static boolean isAt(IncomingRecord record, ClientId client, int packetIdentifier, long messageId) {
        Publication publication = record.publication();
        return record.client().equals(client)
                && record.packetIdentifier() == packetIdentifier
                && publication.messageId() == messageId;
    }
}
