package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.load.Measure;
import io.zanzara.benchmarks.load.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;

/** How long a start takes, of an empty broker and of one with many sessions. */
final class Starts {

    private static final int EMPTY_STARTS = 5;

    private final Plan plan;
    private final Contenders contenders;
    private final Path work;
    private final Consumer<Result> told;

    Starts(Plan plan, Contenders contenders, Path work, Consumer<Result> told) {
        this.plan = plan;
        this.contenders = contenders;
        this.work = work;
        this.told = told;
    }

    void run() throws IOException {
        Contender archived = contenders.find(Contender.ARCHIVED);
        if (archived != null) {
            empty(archived); // its first start makes the archive; the median is of the others
        }
        for (String name : List.of(Contender.EMBEDDED, Contender.MONGODB)) {
            Contender contender = contenders.find(name);
            if (contender != null) {
                try {
                    empty(contender);
                    full(contender);
                } catch (IOException e) {
                    told.accept(Result.failed(name, "start-" + plan.startSessions(), String.valueOf(e.getMessage())));
                }
            }
        }
    }

    private void empty(Contender contender) throws IOException {
        double[] seconds = new double[EMPTY_STARTS];
        for (int i = 0; i < EMPTY_STARTS; i++) {
            Path folder = Files.createDirectories(work.resolve("empty-start-" + i));
            try (BrokerProcess broker = BrokerProcess.start(contender, folder)) {
                seconds[i] = broker.readySeconds();
            }
            Bench.delete(folder);
            contenders.forget(contender);
        }
        double median = DoubleStream.of(seconds).sorted().toArray()[EMPTY_STARTS / 2];
        told.accept(Result.of(contender.name(), "start-empty", Map.of("readySeconds", median)));
    }

    private void full(Contender contender) throws IOException {
        Path folder = Files.createDirectories(work.resolve("full-start"));
        String scenario = "park-" + plan.startSessions();
        try (BrokerProcess broker = BrokerProcess.start(contender, folder)) {
            Result parked = Measure.run(broker.target(), 0, scenario);
            told.accept(parked);
            if (parked.failure() != null) {
                return;
            }
        }
        try (BrokerProcess broker = BrokerProcess.start(contender, folder)) {
            told.accept(Result.of(
                    contender.name(), "start-" + plan.startSessions(), Map.of("readySeconds", broker.readySeconds())));
        }
        contenders.forget(contender);
        Bench.delete(folder);
    }
}
