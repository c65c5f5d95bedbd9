package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.limits.MongoLimit;
import io.zanzara.benchmarks.limits.RocksLimit;
import io.zanzara.benchmarks.limits.TrieLimit;
import io.zanzara.benchmarks.load.Measure;
import io.zanzara.benchmarks.load.ProcessUsage;
import io.zanzara.benchmarks.load.Result;
import io.zanzara.benchmarks.load.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures all brokers side by side and writes the page: {@code Bench full|quick HOME PAGE NAME=PLACE... SCENARIO...}. The places are those
 * of {@code bin/brokers-for-bench}, and {@code mongod}. Where scenarios are named, nothing else is measured.
 */
public final class Bench implements AutoCloseable {

    /** Broker in the tables of what is no broker's: the raw limits. */
    static final String RAW = "raw";

    static final String LIMITS = "limits";
    static final String START = "start";

    private static final int FIXED = 3;
    private static final int LOOKS = 40;
    private static final long LOOK_NANOS = 250_000_000;
    private static final long RESTING_MICROS = 30_000; // in the time between two looks
    private static final String LINES = "results.jsonl";

    private final Plan plan;
    private final Path page;
    private final Path work;
    private final @Nullable Mongod mongod;
    private final Contenders contenders;
    private final Map<String, BrokerProcess> running = new LinkedHashMap<>();
    private final Results results = new Results();

    private Bench(Plan plan, Path home, Path page, Map<String, String> places) throws IOException {
        this.plan = plan;
        this.page = page;
        this.work = home.resolve("benchmarks/target/bench");
        delete(work);
        Files.createDirectories(work);
        String binary = places.get("mongod");
        mongod = binary == null ? null : Mongod.start(binary, Files.createDirectories(work.resolve("mongod")));
        contenders = new Contenders(home, places, mongod);
    }

    public static void main(String[] args) throws IOException {
        if (args.length < FIXED) {
            System.err.println("Bench full|quick HOME PAGE NAME=PLACE... SCENARIO...");
            System.exit(2);
        }
        List<String> rest = List.of(args).subList(FIXED, args.length);
        List<String> only = rest.stream().filter(each -> !each.contains("=")).toList();
        Plan whole = args[0].equals("full") ? Plan.full() : Plan.quick();
        Plan plan = only.isEmpty() ? whole : whole.only(only);
        Map<String, String> places = new LinkedHashMap<>();
        rest.stream()
                .filter(each -> each.contains("="))
                .forEach(each ->
                        places.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1)));
        Path page = Path.of(args[2]);
        try (Bench bench = new Bench(plan, Path.of(args[1]), page, places)) {
            try {
                bench.run();
            } catch (IOException | RuntimeException e) {
                System.err.println("It ended before everything was measured: " + e);
            }
            bench.write();
        }
        System.out.println("written: " + page + "; a line of JSON for each run: benchmarks/target/bench/" + LINES);
        System.exit(0); // not held up by threads of libraries
    }

    private void run() throws IOException {
        if (plan.limitSeconds() > 0) {
            limits();
        }
        for (String name : plan.contenders()) {
            start(name);
        }
        running.forEach((name, broker) -> warmUp(broker.target()));
        for (Plan.Step step : plan.steps()) {
            System.out.println(Result.header());
            if (step.scenario().matches("(idle|parked).*")) {
                for (String name : step.contenders()) {
                    startAgain(name); // in an empty store; memory that was used before would hide what is used now
                }
            }
            int rounds = step.scenario().matches("(idle|parked|storm).*") ? 1 : plan.rounds();
            for (int round = 0; round < rounds; round++) {
                for (String name : step.contenders()) {
                    measure(step.scenario(), name);
                }
            }
            write(); // what was measured is kept, whatever becomes of the rest
        }
        stopAll();
        if (plan.growth()) {
            new Growth(plan, contenders, work, this::toldAndKept).run();
        }
        if (plan.startSessions() > 0) {
            new Starts(plan, contenders, work, this::toldAndKept).run();
        }
    }

    private void toldAndKept(Result result) {
        told(result);
        try {
            write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() throws IOException {
        new Page(plan, results, contenders.missing()).write(page);
    }

    private void told(Result result) {
        System.out.println(result.toRow());
        results.add(result);
        try {
            Files.writeString(
                    work.resolve(LINES), result.toJson() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void limits() throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (mongod != null) {
            MongoLimit.measure(mongod.uri("admin"), plan.limitSeconds());
            figures.put("mongodbInsertsPerSecond", MongoLimit.measure(mongod.uri("admin"), plan.limitSeconds()));
        }
        figures.put("rocksdbWritesPerSecond", RocksLimit.measure(work.resolve("rocks-limit"), plan.limitSeconds()));
        for (TrieLimit.Form form : TrieLimit.Form.values()) {
            boolean one = form == TrieLimit.Form.ONE_TOPIC;
            int subscriptions = one ? plan.trieSubscriptions() / 10 : plan.trieSubscriptions();
            TrieLimit.measure(form, subscriptions);
            TrieLimit.Rates rates = TrieLimit.measure(form, subscriptions);
            figures.put("trie" + form + "InsertsPerSecond", rates.insertsPerSecond());
            if (!one) {
                figures.put("trie" + form + "MatchesPerSecond", rates.matchesPerSecond());
            }
        }
        told(Result.of(RAW, LIMITS, figures));
    }

    /** One that does not start is told of, and has no part in the rest. */
    private void start(String name) throws IOException {
        Contender contender = contenders.find(name);
        if (contender != null) {
            Path folder = Files.createDirectories(work.resolve(name.replaceAll("[^A-Za-z]+", "-")));
            try {
                BrokerProcess broker = BrokerProcess.start(contender, folder);
                running.put(name, broker);
                told(Result.of(name, START, Map.of("readySeconds", broker.readySeconds())));
            } catch (IOException e) {
                running.remove(name);
                told(Result.failed(name, START, String.valueOf(e.getMessage())));
            }
        }
    }

    private void startAgain(String name) throws IOException {
        BrokerProcess broker = running.get(name);
        Contender contender = contenders.find(name);
        if (broker != null && contender != null) {
            broker.close();
            contenders.forget(contender);
            delete(broker.folder());
            start(name);
        }
    }

    private void warmUp(Target target) {
        for (String scenario : List.of(Plan.FLOW_0, Plan.FLOW_1, Plan.PERSISTENT)) {
            Measure.run(target, plan.warmUpSeconds() / 3, scenario);
        }
    }

    private void measure(String scenario, String name) throws IOException {
        BrokerProcess broker = running.get(name);
        if (broker != null) {
            told(Measure.run(broker.target(), plan.seconds(), scenario));
            if (!comesToRest(broker.target())) {
                System.out.println(name + " is still busy, and starts anew in an empty store");
                startAgain(name);
            }
        }
    }

    /** Whether a broker and its store soon have nothing more to do: else it would slow down those who come next. */
    private static boolean comesToRest(Target target) throws IOException {
        ProcessUsage broker = new ProcessUsage(target.pid());
        ProcessUsage store = new ProcessUsage(target.storePid());
        long before = broker.cpuMicros() + store.cpuMicros();
        for (int look = 0; look < LOOKS; look++) {
            LockSupport.parkNanos(LOOK_NANOS);
            long now = broker.cpuMicros() + store.cpuMicros();
            if (now - before <= RESTING_MICROS) {
                return true;
            }
            before = now;
        }
        return false;
    }

    private void stopAll() {
        running.values().forEach(BrokerProcess::close);
        running.clear();
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    @Override
    public void close() {
        stopAll();
        if (mongod != null) {
            mongod.close();
        }
    }
}
