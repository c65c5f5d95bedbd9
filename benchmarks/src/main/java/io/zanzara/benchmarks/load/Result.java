package io.zanzara.benchmarks.load;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/**
 * What one scenario gave with one broker.
 *
 * @param seconds measured
 * @param messages counted in that time: what arrived, or, if nobody was there to get it, what was acknowledged
 * @param brokerMicros of CPU that the broker took for each
 * @param storeMicros of CPU that its store's process took for each
 * @param latency from the moment a message was to be sent to its arrival
 * @param acknowledgement from the moment a message was to be sent to its PUBACK or PUBCOMP
 * @param figures what only this scenario has, by name
 * @param failure why it could not be measured to the end, or null
 */
public record Result(
        String broker,
        String scenario,
        double seconds,
        long messages,
        double brokerMicros,
        double storeMicros,
        Quantiles latency,
        Quantiles acknowledgement,
        Faults faults,
        Map<String, Double> figures,
        @Nullable String failure) {

    /** Name of a figure: how much of the time the load's thread was at work, 1 for always. */
    public static final String LOAD_BUSY = "loadBusy";

    private static final Quantiles NONE = new Quantiles(0, 0, 0, 0, 0, 0);
    private static final JsonWriterSettings JSON =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

    public Result {
        figures = Map.copyOf(figures);
    }

    /** Makes one of a scenario that could not be measured to the end. */
    public static Result failed(String broker, String scenario, String failure) {
        return new Result(broker, scenario, 0, 0, 0, 0, NONE, NONE, Faults.NONE, Map.of(), failure);
    }

    /** Makes one that has nothing but figures of its own. */
    public static Result of(String broker, String scenario, Map<String, Double> figures) {
        return new Result(broker, scenario, 0, 0, 0, 0, NONE, NONE, Faults.NONE, figures, null);
    }

    /** Returns the same with other faults and figures. */
    public Result with(Faults otherFaults, Map<String, Double> otherFigures) {
        return new Result(
                broker,
                scenario,
                seconds,
                messages,
                brokerMicros,
                storeMicros,
                latency,
                acknowledgement,
                otherFaults,
                otherFigures,
                failure);
    }

    /** Messages a second. */
    public double rate() {
        return seconds > 0 ? messages / seconds : 0;
    }

    /** Whether it was measured to the end and the check found nothing but what QoS 1 allows. */
    public boolean isSound() {
        return failure == null && faults.areNone();
    }

    /** Returns it as one line of JSON; microseconds have three digits behind the point, rates none. */
    public String toJson() {
        Document document = new Document("broker", broker).append("scenario", scenario);
        if (failure != null) {
            document.append("failure", failure);
        }
        if (seconds > 0) {
            document.append("seconds", rounded(seconds))
                    .append("messages", messages)
                    .append("messagesPerSecond", Math.round(rate()))
                    .append("brokerMicrosPerMessage", rounded(brokerMicros))
                    .append("storeMicrosPerMessage", rounded(storeMicros));
            append(document, "latencyMicros", latency);
            append(document, "acknowledgementMicros", acknowledgement);
            document.append("lost", faults.lost())
                    .append("reordered", faults.reordered())
                    .append("duplicates", faults.duplicates())
                    .append("resent", faults.resent())
                    .append("unexpected", faults.unexpected());
        }
        Map<String, Double> sorted = new TreeMap<>(figures);
        sorted.forEach((name, value) -> document.append(name, rounded(value)));
        return document.toJson(JSON);
    }

    private static void append(Document document, String name, Quantiles quantiles) {
        if (quantiles.count() > 0) {
            document.append(
                    name,
                    new Document("p50", rounded(quantiles.p50()))
                            .append("p90", rounded(quantiles.p90()))
                            .append("p99", rounded(quantiles.p99()))
                            .append("p999", rounded(quantiles.p999()))
                            .append("max", rounded(quantiles.max())));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }

    /** Returns it as a line of a table, below {@link #header}. */
    public String toRow() {
        if (failure != null) {
            return String.format(Locale.ROOT, "%-18s %-18s %s", scenario, broker, failure);
        }
        StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-18s %-18s", scenario, broker));
        if (seconds > 0) {
            row.append(String.format(
                    Locale.ROOT,
                    " %,11.0f %8.2f %8.2f %9.2f %9.2f %9.2f",
                    rate(),
                    brokerMicros,
                    storeMicros,
                    latency.p50() / 1e3,
                    latency.p99() / 1e3,
                    acknowledgement.p99() / 1e3));
        }
        new TreeMap<>(figures)
                .forEach((name, value) -> row.append(String.format(Locale.ROOT, "  %s %,.2f", name, value)));
        return row.append(faults.toString().isEmpty() ? "" : "  " + faults).toString();
    }

    /** Returns the heads of the columns of {@link #toRow}. */
    public static String header() {
        return String.format(
                Locale.ROOT,
                "%-18s %-18s %11s %8s %8s %9s %9s %9s",
                "scenario",
                "broker",
                "messages/s",
                "CPU us",
                "store us",
                "p50 ms",
                "p99 ms",
                "ack p99");
    }
}
