package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Measures one broker that runs: {@code Measure NAME PORT PID STORE-PID SECONDS SCENARIO...}; a PID may be 0. */
public final class Measure {

    private static final int FIXED = 5;

    private Measure() {}

    public static void main(String[] args) {
        if (args.length <= FIXED) {
            System.err.println("Measure NAME PORT PID STORE-PID SECONDS SCENARIO...; scenarios: "
                    + String.join(", ", Scenarios.NAMES));
            System.exit(2);
        }
        Target target =
                new Target(args[0], Integer.parseInt(args[1]), Long.parseLong(args[2]), Long.parseLong(args[3]));
        double seconds = Double.parseDouble(args[4]);
        List<String> names = List.of(args).subList(FIXED, args.length);
        names.forEach(Scenarios::named); // a wrong name is told before anything runs
        List<Result> results = new ArrayList<>();
        for (String name : names) {
            Result result = run(target, seconds, name);
            results.add(result);
            System.out.println(result.toJson());
        }
        print(results, System.out);
        System.exit(results.stream().allMatch(Result::isSound) ? 0 : 1);
    }

    /** Runs a scenario; where the broker does not do what is needed, the result says so. */
    public static Result run(Target target, double seconds, String name) {
        try {
            return Scenarios.named(name).run(target, seconds);
        } catch (IOException e) {
            return Result.failed(target.name(), name, String.valueOf(e.getMessage()));
        }
    }

    /** Prints a table for people. */
    public static void print(List<Result> results, PrintStream out) {
        out.println(Result.header());
        results.forEach(result -> out.println(result.toRow()));
    }
}
