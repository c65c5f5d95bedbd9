package io.zanzara.benchmarks.comparison;

import static io.zanzara.benchmarks.comparison.Contender.AEDES;
import static io.zanzara.benchmarks.comparison.Contender.ARCHIVED;
import static io.zanzara.benchmarks.comparison.Contender.EMBEDDED;
import static io.zanzara.benchmarks.comparison.Contender.HIVEMQ;
import static io.zanzara.benchmarks.comparison.Contender.MEMORY;
import static io.zanzara.benchmarks.comparison.Contender.MONGODB;
import static io.zanzara.benchmarks.comparison.Contender.MOSQUITTO;
import static io.zanzara.benchmarks.comparison.Contender.PASS_THROUGH;

import io.zanzara.benchmarks.load.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** What this broker aims at, and how far it has come. */
final class Aims {

    /**
     * One aim.
     *
     * @param value what was measured; empty if it was not
     * @param bound what it is to reach
     * @param more whether more is better
     * @param unit behind both
     */
    record Aim(String work, String against, OptionalDouble value, double bound, boolean more, String unit) {

        boolean isReached() {
            return value.isPresent() && (more ? value.getAsDouble() >= bound : value.getAsDouble() <= bound);
        }

        /** How much of it is reached: 1 for all of it, or more. */
        OptionalDouble part() {
            if (value.isEmpty() || value.getAsDouble() <= 0) {
                return value.isPresent() && isReached() ? OptionalDouble.of(1) : OptionalDouble.empty();
            }
            double part = value.getAsDouble() / bound;
            return OptionalDouble.of(more ? part : 1 / part);
        }
    }

    private static final ToDoubleFunction<Result> RATE = Result::rate;
    private static final ToDoubleFunction<Result> CPU = Result::brokerMicros;

    private final Results results;
    private final List<Aim> aims = new ArrayList<>();

    private Aims(Results results) {
        this.results = results;
    }

    /** Returns all aims with what these results say of them. */
    static List<Aim> of(Results results) {
        Aims all = new Aims(results);
        all.flow();
        all.durable();
        all.drain();
        all.memory();
        all.start();
        all.topics();
        all.growth();
        return all.aims;
    }

    private void flow() {
        rates("QoS 0 flow, clean sessions", Plan.FLOW_0, EMBEDDED, MOSQUITTO, 8);
        rates("QoS 0 flow, clean sessions", Plan.FLOW_0, EMBEDDED, PASS_THROUGH, 0.4);
        rates("QoS 1 flow, clean sessions", Plan.FLOW_1, EMBEDDED, MOSQUITTO, 7);
        rates("QoS 1 flow, clean sessions", Plan.FLOW_1, EMBEDDED, HIVEMQ, 10);
        rates("QoS 1 flow, clean sessions", Plan.FLOW_1, EMBEDDED, PASS_THROUGH, 0.5);
        rates("QoS 2 flow", Plan.FLOW_2, EMBEDDED, MOSQUITTO, 5);
        OptionalDouble cpu =
                ratio(results.figure(Plan.PACED, EMBEDDED, CPU), results.figure(Plan.PACED, MOSQUITTO, CPU));
        aims.add(
                new Aim("QoS 1 at 20,000 messages/s: CPU of the broker per message", MOSQUITTO, cpu, 0.8, false, " ×"));
        rates("fan-out 1 to 100 at QoS 1", Plan.FAN_OUT, EMBEDDED, MOSQUITTO, 7);
    }

    private void durable() {
        String persistent = "QoS 1 flow to persistent sessions, durable";
        for (String store : List.of(EMBEDDED, MONGODB)) {
            rates(persistent, Plan.PERSISTENT, store, MEMORY, 0.8);
            rates(persistent, Plan.PERSISTENT, store, HIVEMQ, 5);
            rates(persistent, Plan.PERSISTENT, store, AEDES, 200);
        }
        String offline = "PUBACK/s into offline sessions";
        OptionalDouble mongodb = results.figure(Plan.OFFLINE, MONGODB, RATE);
        add(offline + " (MongoDB)", "raw `insertMany`", ratio(mongodb, limit("mongodbInsertsPerSecond")), 0.5, " ×");
        rates(offline, Plan.OFFLINE, MONGODB, AEDES, 20);
        rates(offline, Plan.OFFLINE, EMBEDDED, MOSQUITTO, 3);
        OptionalDouble embedded = results.figure(Plan.OFFLINE, EMBEDDED, RATE);
        add(offline + " (embedded)", "raw RocksDB", ratio(embedded, limit("rocksdbWritesPerSecond")), 0.4, " ×");
    }

    private void drain() {
        for (String store : List.of(EMBEDDED, MONGODB)) {
            String work = "drain of 100,000 messages (" + storeOf(store) + ")";
            add(
                    work,
                    "",
                    results.extra(Plan.DRAIN, store, "drainedPerSecond"),
                    store.equals(EMBEDDED) ? 200_000 : 100_000,
                    "/s");
            less(
                    work + ", first message after CONNACK",
                    results.extra(Plan.DRAIN, store, "firstMessageMillis"),
                    20,
                    " ms");
            less(
                    "p99 from PUBLISH to PUBACK, durable, at half load (" + storeOf(store) + ")",
                    results.figure(
                            Plan.HALF_LOAD,
                            store,
                            result -> result.acknowledgement().p99() / 1e3),
                    store.equals(EMBEDDED) ? 10 : 15,
                    " ms");
        }
    }

    private void memory() {
        // Where the heap had room, the process does not grow, and what lives in the heap tells.
        OptionalDouble process = results.extra("idle", EMBEDDED, "bytesPerConnection");
        OptionalDouble heap = results.extra("idle", EMBEDDED, "heapBytesPerConnection");
        OptionalDouble larger = process.isPresent()
                ? OptionalDouble.of(Math.max(process.getAsDouble(), heap.orElse(0)))
                : OptionalDouble.empty();
        less("memory of an idle connection", larger, 4_096, " B");
        for (String store : List.of(EMBEDDED, MONGODB)) {
            less(
                    "heap of a parked session with one subscription (" + storeOf(store) + ")",
                    results.extra("parked", store, "heapBytesPerSession"),
                    1_024,
                    " B");
        }
    }

    private void start() {
        for (String store : List.of(EMBEDDED, MONGODB)) {
            less(
                    "start with a million parked sessions (" + storeOf(store) + ")",
                    results.extra("start-1000000", store, "readySeconds"),
                    15,
                    " s");
        }
        less("start, empty, `java -jar`", results.extra("start-empty", EMBEDDED, "readySeconds"), 2.5, " s");
        less("start, empty, `bin/broker`", results.extra("start-empty", ARCHIVED, "readySeconds"), 2.5, " s");
    }

    private void topics() {
        for (String form : List.of("FLAT", "DEEP")) {
            String work = "a million " + (form.equals("FLAT") ? "flat" : "deep") + " subscriptions";
            add(work + ": insert", "", limit("trie" + form + "InsertsPerSecond"), 500_000, "/s");
            add(work + ": match", "", limit("trie" + form + "MatchesPerSecond"), 1_000_000, "/s");
        }
        add("100,000 subscribers of one topic: insert", "", limit("trieONE_TOPICInsertsPerSecond"), 500_000, "/s");
    }

    private void growth() {
        growth("sessions grow from 100 to 100,000", Growth.SESSIONS, 100, 100_000);
        growth("topics grow from 100 to 100,000", Growth.TOPICS, 100, 100_000);
        growth("the backlog grows from 10,000 to 10 million", Growth.BACKLOG, 10_000, 10_000_000);
    }

    private void growth(String work, String scenario, int from, int to) {
        OptionalDouble few = results.extra(scenario + "-" + from, EMBEDDED, "brokerMicros");
        OptionalDouble many = results.extra(scenario + "-" + to, EMBEDDED, "brokerMicros");
        aims.add(new Aim("cost of a message as " + work, "at first", ratio(many, few), 1.2, false, " ×"));
    }

    private OptionalDouble limit(String figure) {
        return results.extra(Bench.LIMITS, Bench.RAW, figure);
    }

    private void rates(String work, String scenario, String who, String against, double bound) {
        String full = who.equals(EMBEDDED) && !scenario.equals(Plan.PERSISTENT) && !scenario.equals(Plan.OFFLINE)
                ? work
                : work + " (" + storeOf(who) + ")";
        add(
                full,
                against,
                ratio(results.figure(scenario, who, RATE), results.figure(scenario, against, RATE)),
                bound,
                " ×");
    }

    private static String storeOf(String contender) {
        return contender.substring(contender.indexOf(' ') + 1);
    }

    private static OptionalDouble ratio(OptionalDouble value, OptionalDouble base) {
        return value.isPresent() && base.isPresent() && base.getAsDouble() > 0
                ? OptionalDouble.of(value.getAsDouble() / base.getAsDouble())
                : OptionalDouble.empty();
    }

    private void add(String work, String against, OptionalDouble value, double bound, String unit) {
        aims.add(new Aim(work, against, value, bound, true, unit));
    }

    private void less(String work, OptionalDouble value, double bound, String unit) {
        aims.add(new Aim(work, "", value, bound, false, unit));
    }
}
