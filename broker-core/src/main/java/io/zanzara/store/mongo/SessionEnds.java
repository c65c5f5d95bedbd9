package io.zanzara.store.mongo;

import com.mongodb.client.model.UpdateOneModel;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreOperation.DeleteSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Ends of sessions. The record is marked first and goes last, so that an end that a crash cut off is completed at the next start and nobody
 * meets a session that has lost half of what it had.
 */
final class SessionEnds {

    static final String ENDED = "ended";

    private static final String INCARNATION = "incarnation";

    private final Lane lane;

    SessionEnds(Lane lane) {
        this.lane = lane;
    }

    void carryOut(List<DeleteSession> ends) {
        if (ends.isEmpty()) {
            return;
        }
        mark(ends);
        List<DeleteSession> over = withoutSuccessor(ends);
        lane.deleteEach(
                lane.tables.subscriptions(),
                over.stream().map(end -> Ids.all(end.client(), Ids.FILTER)).toList());
        lane.deleteEach(
                lane.tables.incoming(),
                over.stream().map(end -> Ids.all(end.client(), Ids.PACKET_ID)).toList());
        lane.deleteBeginnings(
                lane.tables.packets(), ends.stream().map(DeleteSession::queue).toList());
        lane.delete(
                lane.tables.sessions(), over.stream().map(SessionEnds::record).toList());
    }

    private void mark(List<DeleteSession> ends) {
        List<UpdateOneModel<SessionRecord>> marks = new ArrayList<>();
        for (DeleteSession end : ends) {
            marks.add(new UpdateOneModel<>(record(end), lane.set(new BsonDocument(ENDED, new BsonInt64(end.end())))));
        }
        lane.write(lane.tables.sessions(), marks);
    }

    /** Where the stored record is of a later incarnation, subscriptions and incoming messages are its own. */
    private List<DeleteSession> withoutSuccessor(List<DeleteSession> ends) {
        Map<BsonString, BsonDocument> stored = lane.find(
                lane.tables.sessions(), ends.stream().map(SessionEnds::id).toList(), INCARNATION);
        List<DeleteSession> over = new ArrayList<>();
        for (DeleteSession end : ends) {
            BsonDocument record = stored.get(id(end));
            if (record == null || record.getInt64(INCARNATION).getValue() <= end.incarnation()) {
                over.add(end);
            }
        }
        return over;
    }

    private static BsonString id(DeleteSession end) {
        return new BsonString(end.client().value());
    }

    private static BsonDocument record(DeleteSession end) {
        return Ids.filter(id(end)).append(INCARNATION, new BsonDocument("$lte", new BsonInt64(end.incarnation())));
    }
}
