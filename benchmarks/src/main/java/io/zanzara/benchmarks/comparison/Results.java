package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.load.Faults;
import io.zanzara.benchmarks.load.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What all rounds gave. */
final class Results {

    private final Map<String, Map<String, List<Result>>> rounds = new LinkedHashMap<>();

    void add(Result result) {
        rounds.computeIfAbsent(result.scenario(), scenario -> new LinkedHashMap<>())
                .computeIfAbsent(result.broker(), broker -> new ArrayList<>())
                .add(result);
    }

    List<String> scenarios() {
        return List.copyOf(rounds.keySet());
    }

    /** Returns, for each broker, the round in the middle, with the faults of all rounds. */
    List<Result> medians(String scenario) {
        return rounds.getOrDefault(scenario, Map.of()).values().stream()
                .map(Results::median)
                .toList();
    }

    /** Returns a figure of the middle round; empty if there is none, or it failed. */
    OptionalDouble figure(String scenario, String broker, ToDoubleFunction<Result> figure) {
        List<Result> all = rounds.getOrDefault(scenario, Map.of()).getOrDefault(broker, List.of());
        if (all.isEmpty()) {
            return OptionalDouble.empty();
        }
        Result median = median(all);
        return median.failure() != null ? OptionalDouble.empty() : OptionalDouble.of(figure.applyAsDouble(median));
    }

    /** Returns a figure that only some scenarios have, by the scenario's name or what it begins with before its numbers. */
    OptionalDouble extra(String scenario, String broker, String figure) {
        return rounds.keySet().stream()
                .filter(name -> name.equals(scenario) || name.startsWith(scenario + "-"))
                .map(name -> figure(name, broker, result -> result.figures().getOrDefault(figure, Double.NaN)))
                .filter(value -> value.isPresent() && !Double.isNaN(value.getAsDouble()))
                .findFirst()
                .orElse(OptionalDouble.empty());
    }

    private static Result median(List<Result> all) {
        List<Result> measured =
                all.stream().filter(result -> result.failure() == null).toList();
        if (2 * measured.size() <= all.size() && measured.size() < all.size()) {
            return all.stream()
                    .filter(result -> result.failure() != null)
                    .findFirst()
                    .orElseThrow();
        }
        List<Result> sorted = measured.stream()
                .sorted(Comparator.comparingDouble(Results::measure))
                .toList();
        Result middle = sorted.get((sorted.size() - 1) / 2);
        Faults faults = measured.stream().map(Result::faults).reduce(Faults.NONE, Faults::plus);
        return middle.with(faults, figures(measured));
    }

    /** What a scenario is run for. One at a given pace reaches its rate in each round. */
    private static double measure(Result result) {
        return switch (result.scenario()) {
            case Plan.HALF_LOAD -> result.acknowledgement().p99();
            case Plan.PACED -> result.brokerMicros();
            default -> result.rate();
        };
    }

    private static Map<String, Double> figures(List<Result> measured) {
        return measured.stream()
                .flatMap(result -> result.figures().keySet().stream())
                .distinct()
                .collect(Collectors.toMap(name -> name, name -> medianOf(measured, name), (a, b) -> a, TreeMap::new));
    }

    private static double medianOf(List<Result> measured, String name) {
        double[] values = measured.stream()
                .mapToDouble(result -> result.figures().getOrDefault(name, Double.NaN))
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        return values[(values.length - 1) / 2];
    }
}
