package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.load.Result;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The pictures of the page, as SVG. */
final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final String WHOLE = "#,##0";
    private static final String TENTHS = "#,##0.0";
    private static final Pattern LONG_NUMBER = Pattern.compile("(\\d+\\.\\d\\d)\\d+");

    private final Results results;
    private final Path folder;
    private final List<String> written = new ArrayList<>();

    Charts(Results results, Path folder) {
        this.results = results;
        this.folder = folder;
    }

    /** Draws what there are results for, and returns lines of Markdown that show it. */
    List<String> draw() throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(folder);
        bars(
                "flow",
                "Messages a second, clean sessions",
                WHOLE,
                Map.of("QoS 0", Plan.FLOW_0, "QoS 1", Plan.FLOW_1, "QoS 2", Plan.FLOW_2),
                Result::rate);
        bars(
                "cpu",
                "CPU of the broker per message at 20,000 messages/s, µs",
                TENTHS,
                Map.of("QoS 1", Plan.PACED),
                Result::brokerMicros);
        bars(
                "fan-out",
                "Deliveries a second, 1 to 100 at QoS 1",
                WHOLE,
                Map.of("1 to 100", Plan.FAN_OUT),
                Result::rate);
        bars(
                "durable",
                "Messages a second, QoS 1, persistent sessions",
                WHOLE,
                Map.of("online", Plan.PERSISTENT, "offline (PUBACK)", Plan.OFFLINE),
                Result::rate);
        bars(
                "drain",
                "Drained from a backlog of 100,000, messages a second",
                WHOLE,
                Map.of("drain", Plan.DRAIN),
                result -> result.figures().getOrDefault("drainedPerSecond", 0.0));
        lines();
        return written;
    }

    private void bars(
            String name, String title, String pattern, Map<String, String> series, ToDoubleFunction<Result> figure)
            throws IOException {
        Set<String> brokers = new LinkedHashSet<>();
        Map<String, String> sorted = new TreeMap<>(series);
        sorted.values().removeIf(scenario -> results.medians(scenario).isEmpty());
        sorted.values()
                .forEach(scenario -> results.medians(scenario).stream()
                        .filter(result -> result.failure() == null)
                        .forEach(result -> brokers.add(result.broker())));
        if (brokers.isEmpty()) {
            return;
        }
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .build();
        chart.getStyler().setLegendVisible(sorted.size() > 1).setLegendPosition(LegendPosition.InsideNE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLabelsVisible(true).setLabelsPosition(1);
        chart.getStyler().setLabelsRotation(0).setDecimalPattern(pattern);
        sorted.forEach((label, scenario) -> chart.addSeries(
                label,
                List.copyOf(brokers),
                brokers.stream()
                        .map(broker -> results.figure(scenario, broker, figure).orElse(0))
                        .toList()));
        save(chart, name, title);
    }

    private void lines() throws IOException {
        Map<String, Map<Integer, Double>> series = new LinkedHashMap<>();
        Map<String, String> names =
                Map.of(Growth.SESSIONS, "sessions", Growth.TOPICS, "topics", Growth.BACKLOG, "messages that wait");
        for (String scenario : results.scenarios()) {
            Matcher matcher = Pattern.compile("(growth-\\w+)-(\\d+)").matcher(scenario);
            if (matcher.matches()) {
                OptionalDouble cost = results.extra(scenario, Contender.EMBEDDED, "brokerMicros");
                cost.ifPresent(value -> series.computeIfAbsent(
                                String.valueOf(names.get(matcher.group(1))), name -> new TreeMap<>())
                        .put(Integer.valueOf(matcher.group(2)), value));
            }
        }
        if (series.isEmpty()) {
            return;
        }
        String title = "CPU of the broker per message as something grows, µs (embedded store)";
        XYChart chart =
                new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        series.forEach(
                (name, points) -> chart.addSeries(name, List.copyOf(points.keySet()), List.copyOf(points.values())));
        save(chart, "growth", title);
    }

    private void save(Chart<?, ?> chart, String name, String title) throws IOException {
        Path file = folder.resolve(name + ".svg");
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
        // Its numbers have a dozen digits behind the point, which makes the file three times as long.
        Files.writeString(file, LONG_NUMBER.matcher(Files.readString(file)).replaceAll("$1"));
        written.add("![" + title + "](" + folder.getFileName() + "/" + name + ".svg)");
    }
}
