package io.zanzara.store.mongo;

import com.mongodb.client.model.ReplaceOneModel;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteIncoming;
import io.zanzara.store.StoreOperation.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Writes batches: session records, then incoming messages and plans, packets, updates and deletions, each kind confirmed before the next. So
 * whatever moment a crash picks, nothing has gone whose successor is not there, and nothing is there twice.
 */
final class LaneWriter {

    private final Lane lane;
    private final Tables tables;
    private final Releases releases;
    private final SessionEnds ends;

    LaneWriter(Lane lane) {
        this.lane = lane;
        this.tables = lane.tables;
        this.releases = new Releases(lane);
        this.ends = new SessionEnds(lane);
    }

    void write(List<StoreOperation> batch) {
        Run run = new Run();
        for (StoreOperation operation : batch) {
            if (!run.fits(operation)) {
                write(run);
                run = new Run();
            }
            run.add(operation);
        }
        write(run);
    }

    private void write(Run run) {
        putSessions(run.sessions.values());
        putIncoming(run.incoming.values());
        List<Release> begun = releases.begin(run.releases);
        writePackets(run.packets, begun);
        lane.put(
                tables.subscriptions(),
                run.subscriptions.entrySet().stream()
                        .map(row -> Lane.replacement(Ids.filter(row.getKey()), row.getValue()))
                        .toList());
        putRetained(run.retained.values(), begun);
        releases.takeWills(begun);
        releases.end(begun);
        delete(run);
    }

    /** Carries out plans that are in the store. */
    void finish(List<Release> begun) {
        writePackets(List.of(), begun);
        putRetained(List.of(), begun);
        releases.takeWills(begun);
        releases.end(begun);
    }

    private void putSessions(Collection<SessionRecord> records) {
        List<ReplaceOneModel<SessionRecord>> replacements = new ArrayList<>(records.size());
        for (SessionRecord record : records) {
            BsonDocument filter = Ids.filter(new BsonString(record.client().value()))
                    .append("incarnation", atMost(record.incarnation()));
            replacements.add(Lane.replacement(filter, record));
        }
        lane.put(tables.sessions(), replacements);
    }

    /** A record that is there already stays as it is: it may have a plan. */
    private void putIncoming(Collection<IncomingRecord> records) {
        List<ReplaceOneModel<IncomingRecord>> replacements = new ArrayList<>(records.size());
        for (IncomingRecord record : records) {
            BsonInt64 messageId = new BsonInt64(record.publication().messageId());
            BsonDocument filter = Ids.filter(Ids.incoming(record.client(), record.packetIdentifier()))
                    .append("messageId", new BsonDocument("$ne", messageId));
            replacements.add(Lane.replacement(filter, record));
        }
        lane.put(tables.incoming(), replacements);
    }

    private void writePackets(List<Append> packets, List<Release> begun) {
        if (begun.isEmpty()) {
            lane.insert(packets);
            return;
        }
        List<Append> all = new ArrayList<>(packets);
        begun.forEach(release -> all.addAll(release.copies()));
        lane.insert(all);
    }

    private void putRetained(Collection<RetainedRecord> records, List<Release> begun) {
        List<ReplaceOneModel<RetainedRecord>> replacements = new ArrayList<>();
        records.forEach(record -> replacements.add(replacement(record)));
        for (Release release : begun) {
            if (release.retained() != null) {
                replacements.add(replacement(release.retained()));
            }
        }
        lane.put(tables.retained(), replacements);
    }

    private static ReplaceOneModel<RetainedRecord> replacement(RetainedRecord record) {
        return Lane.replacement(topic(record).append("version", atMost(record.version())), record);
    }

    private void delete(Run run) {
        lane.delete(
                tables.subscriptions(),
                run.unsubscribed.stream().map(Ids::filter).toList());
        lane.delete(
                tables.incoming(),
                run.forgotten.stream().map(LaneWriter::filter).toList());
        lane.deleteBeginnings(tables.packets(), run.queueEnds.values());
        lane.deleteRanges(tables.packets(), run.ranges);
        lane.delete(
                tables.retained(),
                run.purged.stream()
                        .map(tombstone -> topic(tombstone)
                                .append("version", new BsonInt64(tombstone.version()))
                                .append("tombstone", BsonBoolean.TRUE))
                        .toList());
        ends.carryOut(run.ended);
    }

    /** Completes ends of sessions that a crash cut off. */
    void finishEnds(List<StoreOperation.DeleteSession> begun) {
        ends.carryOut(begun);
    }

    private static BsonDocument filter(DeleteIncoming delete) {
        return Ids.filter(Ids.incoming(delete.client(), delete.packetIdentifier()))
                .append("messageId", new BsonInt64(delete.messageId()));
    }

    private static BsonDocument topic(RetainedRecord record) {
        return Ids.filter(new BsonString(record.topic().value()));
    }

    private static BsonDocument atMost(long number) {
        return new BsonDocument("$lte", new BsonInt64(number));
    }
}
