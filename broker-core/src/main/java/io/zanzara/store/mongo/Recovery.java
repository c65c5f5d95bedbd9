package io.zanzara.store.mongo;

import io.zanzara.message.ClientId;
import io.zanzara.store.StoreOperation.Append;
import io.zanzara.store.StoreOperation.DeleteSession;
import io.zanzara.store.StoreOperation.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completes what a crash cut off, before anybody is served: ends of sessions, then releases. */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final int AT_ONCE = 100;
    private static final String INCARNATION = "incarnation";
    private static final String HEAD = "head";
    private static final BsonDocument EXISTS = new BsonDocument("$exists", BsonBoolean.TRUE);

    private final Lane lane;
    private final LaneWriter writer;

    Recovery(Lane lane) {
        this.lane = lane;
        this.writer = new LaneWriter(lane);
    }

    void run() {
        int ends = finishEnds();
        int releases = finishReleases();
        if (ends + releases > 0) {
            LOG.info("Completed {} releases and {} ends of sessions that the last stop cut off", releases, ends);
        }
    }

    private int finishEnds() {
        List<DeleteSession> ends = new ArrayList<>();
        lane.tables
                .sessions()
                .withDocumentClass(BsonDocument.class)
                .find(new BsonDocument(SessionEnds.ENDED, EXISTS))
                .map(record -> new DeleteSession(
                        new ClientId(record.getString(Ids.ID).getValue()),
                        record.getInt64(INCARNATION).getValue(),
                        record.getInt64(SessionEnds.ENDED).getValue()))
                .into(ends);
        writer.finishEnds(ends);
        return ends.size();
    }

    private int finishReleases() {
        int count = 0;
        BsonDocument planned = new BsonDocument(Plans.PLAN, EXISTS);
        List<Release> begun = lane.tables.plans().find(planned).limit(AT_ONCE).into(new ArrayList<>());
        while (!begun.isEmpty()) {
            finish(begun);
            count += begun.size();
            begun = lane.tables.plans().find(planned).limit(AT_ONCE).into(new ArrayList<>());
        }
        return count;
    }

    private void finish(List<Release> begun) {
        Map<BsonString, BsonDocument> sessions = lane.find(
                lane.tables.sessions(),
                begun.stream()
                        .flatMap(release -> release.copies().stream())
                        .map(Recovery::session)
                        .distinct()
                        .toList(),
                INCARNATION,
                HEAD);
        writer.finish(begun.stream()
                .map(release -> new Release(
                        release.source(),
                        release.copies().stream()
                                .filter(copy -> isExpected(copy, sessions.get(session(copy))))
                                .toList(),
                        release.retained()))
                .toList());
    }

    /** What lies below a session's head is done, and may have been before the crash: it must not come back. */
    private static boolean isExpected(Append copy, @Nullable BsonDocument session) {
        long sequence = copy.record().sequence();
        return session != null
                && session.getInt64(INCARNATION).getValue() <= sequence
                && session.getInt64(HEAD).getValue() <= sequence;
    }

    private static BsonString session(Append copy) {
        return new BsonString(copy.client().value());
    }
}
