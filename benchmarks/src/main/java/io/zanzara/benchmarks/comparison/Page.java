package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.load.Quantiles;
import io.zanzara.benchmarks.load.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The page with the tables, the aims and the charts, in Markdown. */
final class Page {

    private static final double BUSY = 0.95;

    private final Plan plan;
    private final Results results;
    private final List<String> missing;
    private final List<String> lines = new ArrayList<>();

    /** @param missing brokers that could not be had */
    Page(Plan plan, Results results, List<String> missing) {
        this.plan = plan;
        this.results = results;
        this.missing = missing;
    }

    /** Writes it, with the charts in a folder of the same name beside it. */
    void write(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".md", "");
        Files.createDirectories(file.toAbsolutePath().getParent());
        List<String> charts = new Charts(results, file.toAbsolutePath().resolveSibling(name)).draw();
        introduction();
        aims();
        lines.add("## Charts");
        lines.add("");
        charts.forEach(chart -> {
            lines.add(chart);
            lines.add("");
        });
        lines.add("## Everything measured");
        lines.add("");
        lines.add("An asterisk: the load's one thread was busy all the time, so the broker may be able to do more.");
        lines.add("");
        results.scenarios().forEach(this::scenario);
        Files.write(file, lines);
    }

    private void introduction() throws IOException {
        lines.addAll(List.of(
                "# Benchmarks",
                "",
                "Written by `./bench` (" + plan.rounds()
                        + (plan.rounds() == 1 ? " round" : " rounds in turn, the middle one")
                        + ", " + number(plan.seconds()) + " s each, every broker warmed up). The machine: "
                        + Machine.describe() + ".",
                "",
                "The load comes from one thread over plain sockets, MQTT 3.1.1, payloads of 128 bytes. It has its own codec, and while it"
                        + " measures it checks order, loss and duplicates. *Flow*: 10 publishers, each with a subscriber of its own, 500"
                        + " messages of each under way at most. *Paced*: 20,000 messages a second in all, each at its moment; latencies"
                        + " count from that moment, also if it was sent late. *Offline*: into 10 sessions whose clients are away, then"
                        + " they come back at once. What had not come five seconds after the last that did counts as lost. CPU is that of"
                        + " the broker's process (of `mongod` apart), per message.",
                "",
                "Zanzara runs as its jar with its defaults, and so do the others, but for:",
                ""));
        new TreeMap<>(Contenders.SETTINGS)
                .forEach((broker, settings) -> lines.add("- " + broker + ": " + settings + "."));
        lines.add("- pass-through: no broker, but what Netty gives to one that keeps nothing; the limit. QoS 0 and 1.");
        lines.add("");
        if (!missing.isEmpty()) {
            lines.add("Not to be had on this machine: " + String.join(", ", missing) + ".");
            lines.add("");
        }
    }

    private void aims() {
        lines.addAll(List.of("## Aims", "", "| work | against | aim | measured | |", "|---|---|---|---|---|"));
        for (Aims.Aim aim : Aims.of(results)) {
            String verdict = aim.value().isEmpty()
                    ? "not measured"
                    : aim.isReached()
                            ? "reached"
                            : "**not reached**, "
                                    + (aim.part().isPresent()
                                            ? Math.round(aim.part().getAsDouble() * 100) + "% of it"
                                            : "nothing of it");
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s %s%s | %s | %s |",
                    aim.work(),
                    aim.against(),
                    aim.more() ? "≥" : "≤",
                    number(aim.bound()),
                    aim.unit(),
                    aim.value().isPresent() ? number(aim.value().getAsDouble()) + aim.unit() : "",
                    verdict));
        }
        lines.add("");
    }

    private void scenario(String scenario) {
        List<Result> medians = results.medians(scenario);
        lines.add("### " + scenario);
        lines.add("");
        boolean flows = medians.stream().anyMatch(result -> result.seconds() > 0);
        if (flows) {
            lines.add(
                    "| | messages/s | CPU µs | store's CPU µs | p50 ms | p99 ms | p99.9 ms | p50 to ack ms | p99 to ack ms"
                            + " | more | check |");
            lines.add("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|");
            medians.forEach(this::flow);
        } else {
            lines.add("| | |");
            lines.add("|---|---|");
            medians.forEach(result -> lines.add("| " + result.broker() + " | "
                    + (result.failure() == null ? figures(result.figures()) : result.failure()) + " |"));
        }
        lines.add("");
    }

    private void flow(Result result) {
        if (result.failure() != null) {
            lines.add("| " + result.broker() + " | | | | | | | | | " + result.failure() + " | |");
            return;
        }
        Quantiles latency = result.latency();
        Quantiles acknowledgement = result.acknowledgement();
        lines.add(String.format(
                Locale.ROOT,
                "| %s | %,.0f%s | %s | %s | %s | %s | %s | %s | %s | %s | %s |",
                result.broker(),
                result.rate(),
                result.figures().getOrDefault(Result.LOAD_BUSY, 0.0) > BUSY ? " \\*" : "",
                number(result.brokerMicros()),
                result.storeMicros() > 0 ? number(result.storeMicros()) : "",
                millis(latency, latency.p50()),
                millis(latency, latency.p99()),
                millis(latency, latency.p999()),
                millis(acknowledgement, acknowledgement.p50()),
                millis(acknowledgement, acknowledgement.p99()),
                figures(result.figures()),
                result.faults().toString().isEmpty() ? "nothing wrong" : result.faults()));
    }

    private static String millis(Quantiles quantiles, double micros) {
        return quantiles.count() == 0 ? "" : number(micros / 1e3);
    }

    private static String figures(Map<String, Double> figures) {
        List<String> words = new ArrayList<>();
        Map<String, Double> told = new TreeMap<>(figures);
        told.remove(Result.LOAD_BUSY);
        told.forEach((name, value) -> words.add(inWords(name) + " " + number(value)));
        return String.join(", ", words);
    }

    /** {@code drainedPerSecond} is {@code drained per second}. */
    private static String inWords(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** Two digits behind the point, or none where they say nothing. */
    static String number(double value) {
        return Math.abs(value) >= 100 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
