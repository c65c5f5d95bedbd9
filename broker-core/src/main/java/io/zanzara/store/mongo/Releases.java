package io.zanzara.store.mongo;

import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.UpdateOneModel;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreOperation.Release;
import io.zanzara.store.StoreOperation.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * The beginning and the end of releases. Between the two, which the caller carries out, a plan says what is to be done; it is written only if
 * the source is still there, and removed when all is done.
 */
final class Releases {

    private static final String WILL = "will";

    private final Lane lane;

    Releases(Lane lane) {
        this.lane = lane;
    }

    /** Writes the plans. Returns those releases whose source is there; the others have happened already. */
    List<Release> begin(List<Release> releases) {
        List<Release> begun = new ArrayList<>();
        begun.addAll(beginIncoming(from(releases, Source.Incoming.class)));
        begun.addAll(beginWithRecords(from(releases, Source.StoredWill.class), this::wills));
        begun.addAll(beginWithRecords(from(releases, Source.Queued.class), this::queued));
        return begun;
    }

    private static List<Release> from(List<Release> releases, Class<? extends Source> kind) {
        return releases.stream()
                .filter(release -> kind.isInstance(release.source()))
                .toList();
    }

    private List<Release> beginIncoming(List<Release> releases) {
        List<UpdateOneModel<IncomingRecord>> plans = new ArrayList<>();
        for (Release release : releases) {
            if (Plans.isNeeded(release)) {
                BsonDocument unplanned =
                        planFilter(release.source()).append(Plans.PLAN, new BsonDocument("$exists", BsonBoolean.FALSE));
                plans.add(new UpdateOneModel<>(unplanned, lane.set(new BsonDocument(Plans.PLAN, Plans.plan(release)))));
            }
        }
        boolean all = lane.write(lane.tables.incoming(), plans) == releases.size();
        return all ? releases : planned(releases);
    }

    private List<Release> planned(List<Release> releases) {
        Map<BsonDocument, BsonDocument> stored =
                lane.find(lane.tables.incoming(), planIds(releases), "messageId", Plans.PLAN);
        List<Release> planned = new ArrayList<>();
        for (Release release : releases) {
            BsonDocument record = stored.get(Plans.id(release.source()));
            if (record != null && holds(record, release)) {
                requireSamePlan(record, release);
                planned.add(release);
            }
        }
        return planned;
    }

    private static void requireSamePlan(BsonDocument record, Release release) {
        if (Plans.isNeeded(release) && !Plans.plan(release).equals(record.get(Plans.PLAN))) {
            throw new StoreException("The release of " + release.source() + " has begun with another plan.");
        }
    }

    /** A plan outlives its source, so either of them shows that the release is still to be done. */
    private List<Release> beginWithRecords(List<Release> releases, Finding sources) {
        if (releases.isEmpty()) {
            return releases;
        }
        Map<BsonDocument, BsonDocument> plans = lane.find(lane.tables.plans(), planIds(releases), "messageId");
        Predicate<Release> isThere = sources.among(releases);
        List<Release> begun = new ArrayList<>();
        List<ReplaceOneModel<Release>> records = new ArrayList<>();
        for (Release release : releases) {
            if (holds(plans.get(Plans.id(release.source())), release) || isThere.test(release)) {
                begun.add(release);
                if (Plans.isNeeded(release)) {
                    records.add(Lane.replacement(Ids.filter(Plans.id(release.source())), release));
                }
            }
        }
        lane.put(lane.tables.plans(), records);
        return begun;
    }

    private Predicate<Release> wills(List<Release> releases) {
        List<BsonString> clients = releases.stream().map(Releases::session).toList();
        Map<BsonString, BsonDocument> stored = lane.find(lane.tables.sessions(), clients, WILL + ".messageId");
        return release -> {
            BsonDocument record = stored.get(session(release));
            return record != null && record.containsKey(WILL) && holds(record.getDocument(WILL), release);
        };
    }

    private Predicate<Release> queued(List<Release> releases) {
        List<BsonDocument> ids = releases.stream().map(Releases::packet).toList();
        Map<BsonDocument, BsonDocument> stored = lane.find(lane.tables.packets(), ids, "messageId");
        return release -> holds(stored.get(packet(release)), release);
    }

    private static boolean holds(@Nullable BsonDocument document, Release release) {
        return document != null && Lane.hasMessageId(document, Plans.messageId(release.source()));
    }

    /** Takes the wills out of their sessions. */
    void takeWills(List<Release> begun) {
        List<UpdateOneModel<SessionRecord>> updates = new ArrayList<>();
        for (Release release : from(begun, Source.StoredWill.class)) {
            BsonDocument filter = Ids.filter(session(release))
                    .append(WILL + ".messageId", new BsonInt64(Plans.messageId(release.source())));
            updates.add(new UpdateOneModel<>(
                    filter, lane.set(new BsonDocument()).append("$unset", new BsonDocument(WILL, new BsonString("")))));
        }
        lane.write(lane.tables.sessions(), updates);
    }

    /** Removes the sources, and last the plans. */
    void end(List<Release> done) {
        List<BsonDocument> packets = new ArrayList<>();
        List<BsonDocument> plans = new ArrayList<>();
        for (Release release : done) {
            Source source = release.source();
            if (source instanceof Source.Queued) {
                packets.add(Ids.filter(packet(release)).append("messageId", new BsonInt64(Plans.messageId(source))));
            }
            plans.add(planFilter(source));
        }
        lane.delete(lane.tables.packets(), packets);
        lane.delete(lane.tables.plans(), plans);
    }

    private static BsonDocument planFilter(Source source) {
        return Ids.filter(Plans.id(source)).append("messageId", new BsonInt64(Plans.messageId(source)));
    }

    private static List<BsonDocument> planIds(List<Release> releases) {
        return releases.stream().map(release -> Plans.id(release.source())).toList();
    }

    private static BsonString session(Release release) {
        return new BsonString(((Source.StoredWill) release.source()).client().value());
    }

    private static BsonDocument packet(Release release) {
        Source.Queued from = (Source.Queued) release.source();
        return Ids.packet(from.group(), from.sequence());
    }

    @FunctionalInterface
    private interface Finding {
        Predicate<Release> among(List<Release> releases);
    }
}
