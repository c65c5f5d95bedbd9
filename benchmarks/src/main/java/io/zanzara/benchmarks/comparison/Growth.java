package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.load.Measure;
import io.zanzara.benchmarks.load.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a message costs the broker as something else grows: sessions that are there, topics, messages that wait. */
final class Growth {

    static final String SESSIONS = "growth-sessions";
    static final String TOPICS = "growth-topics";
    static final String BACKLOG = "growth-backlog";

    private static final List<Integer> SESSION_STEPS = List.of(100, 1_000, 10_000, 100_000);
    private static final List<Integer> TOPIC_STEPS = List.of(100, 1_000, 10_000, 100_000);
    private static final List<Integer> BACKLOG_STEPS = List.of(10_000, 100_000, 1_000_000, 10_000_000);

    private final Plan plan;
    private final Contenders contenders;
    private final Path work;
    private final Consumer<Result> told;

    Growth(Plan plan, Contenders contenders, Path work, Consumer<Result> told) {
        this.plan = plan;
        this.contenders = contenders;
        this.work = work;
        this.told = told;
    }

    void run() throws IOException {
        Contender contender = contenders.find(Contender.EMBEDDED);
        if (contender != null) {
            run(contender);
        }
    }

    private void run(Contender contender) throws IOException {
        Path folder = Files.createDirectories(work.resolve("growth"));
        try (BrokerProcess broker = BrokerProcess.start(contender, folder)) {
            Measure.run(broker.target(), plan.warmUpSeconds(), Plan.PERSISTENT);
            for (int topics : TOPIC_STEPS) {
                cost(broker, TOPICS, topics, "topics-" + topics);
            }
            for (int sessions : SESSION_STEPS) {
                Measure.run(broker.target(), 0, "park-" + sessions);
                cost(broker, SESSIONS, sessions, Plan.PERSISTENT);
            }
            int before = 0;
            for (int backlog : BACKLOG_STEPS) {
                Measure.run(broker.target(), 0, "backlog-" + (backlog - before));
                before = backlog;
                cost(broker, BACKLOG, backlog, Plan.PERSISTENT);
            }
        }
        Bench.delete(folder);
    }

    private void cost(BrokerProcess broker, String name, int size, String scenario) {
        Result result = Measure.run(broker.target(), plan.seconds(), scenario);
        if (result.failure() != null) {
            told.accept(result);
        } else {
            told.accept(Result.of(
                    broker.target().name(),
                    name + "-" + size,
                    Map.of("brokerMicros", result.brokerMicros(), "messagesPerSecond", result.rate())));
        }
    }
}
