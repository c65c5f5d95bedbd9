package io.zanzara.mongod;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;

/** A replica set of three real mongods, quick to elect, whose primary a test may depose or kill. */
public final class MongodSet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Document QUICK = new Document("electionTimeoutMillis", 2_000)
            .append("heartbeatIntervalMillis", 500)
            .append("catchUpTimeoutMillis", 5_000);

    private final List<Mongod> members;

    private MongodSet(List<Mongod> members) {
        this.members = members;
    }

    /** Starts one of the test's own. */
    public static MongodSet start() {
        MongodSet set =
                new MongodSet(Stream.generate(Mongod::startMember).limit(3).toList());
        set.members.forEach(member -> member.admin(new Document("ping", 1)));
        Mongod.initiate(set.members, QUICK);
        set.primary();
        set.awaitSecondaries();
        return set;
    }

    /** Waits for the primary and returns it. */
    public Mongod primary() {
        await().atMost(PATIENCE).until(() -> members.stream().anyMatch(Mongod::isPrimary));
        return members.stream().filter(Mongod::isPrimary).findFirst().orElseGet(this::primary);
    }

    /** Waits until all three have their part: one writes, two follow. */
    private void awaitSecondaries() {
        await().atMost(PATIENCE).until(() -> {
            List<Document> states =
                    primary().admin(new Document("replSetGetStatus", 1)).getList("members", Document.class);
            return states.stream()
                    .map(state -> state.getString("stateStr"))
                    .sorted()
                    .toList()
                    .equals(List.of("PRIMARY", "SECONDARY", "SECONDARY"));
        });
    }

    /** Makes the primary a secondary that does not stand for a while. Returns when it has given way, not when another has come. */
    public void stepDown() {
        primary().admin(new Document("replSetStepDown", 20).append("secondaryCatchUpPeriodSecs", 10));
    }

    /** Returns a URI of the whole set with a database that nobody has used. */
    public String freshUri() {
        return "mongodb://" + members.stream().map(Mongod::address).collect(Collectors.joining(",")) + "/set"
                + DATABASES.incrementAndGet() + "?replicaSet=" + Mongod.SET;
    }

    @Override
    public void close() {
        members.forEach(Mongod::close);
    }
}
