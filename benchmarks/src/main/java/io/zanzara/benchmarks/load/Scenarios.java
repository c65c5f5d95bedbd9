package io.zanzara.benchmarks.load;

import io.zanzara.benchmarks.load.FlowPlan.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scenarios by name. Numbers in a name choose sizes: {@code fan-out-100}, {@code idle-5000-15000}. */
public final class Scenarios {

    /** What names look like, for a user. */
    public static final List<String> NAMES = List.of(
            "flow-qos0",
            "flow-qos1",
            "flow-qos2",
            "paced-qos1-RATE",
            "persistent-qos1",
            "persistent-qos2",
            "half-load-qos1",
            "fan-out-SUBSCRIBERS",
            "fan-in-PUBLISHERS",
            "offline-SESSIONS",
            "drain-MESSAGES",
            "topics-NUMBER",
            "backlog-MESSAGES",
            "idle-FEW-MANY",
            "parked-FEW-MANY",
            "park-SESSIONS",
            "storm-SESSIONS");

    private static final Pattern NUMBER = Pattern.compile("-(\\d+)");
    private static final String ROOT = "load";
    private static final int PAIRS = 10;
    private static final int WINDOW = 500;
    private static final int COPIES_UNDER_WAY = 50_000;

    private Scenarios() {}

    /**
     * Returns the scenario of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Scenario named(String name) {
        List<Integer> sizes = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(name);
        while (matcher.find()) {
            sizes.add(Integer.parseInt(matcher.group(1)));
        }
        String kind = matcher.replaceAll("-N");
        return switch (kind) {
            case "flow-qos0" -> new FlowScenario(name, pairs(0, false), 0);
            case "flow-qos1" -> new FlowScenario(name, pairs(1, false), 0);
            case "flow-qos2" -> new FlowScenario(name, pairs(2, false), 0);
            case "paced-qos1-N" -> new FlowScenario(name, pairs(1, false), sizes.get(0));
            case "persistent-qos1" -> new FlowScenario(name, pairs(1, true), 0);
            case "persistent-qos2" -> new FlowScenario(name, pairs(2, true), 0);
            case "half-load-qos1" -> new HalfLoadScenario(name, pairs(1, true));
            case "fan-out-N" -> new FlowScenario(name, fanOut(sizes.get(0)), 0);
            case "fan-in-N" -> new FlowScenario(name, fanIn(sizes.get(0), false), 0);
            case "offline-N" -> new OfflineScenario(name, offline(sizes.get(0)), 0);
            case "drain-N" -> new OfflineScenario(name, fanIn(4, true), sizes.get(0));
            case "topics-N" -> new FlowScenario(name, onTopics(sizes.get(0)), 0);
            case "backlog-N" -> new BacklogScenario(name, sizes.get(0));
            case "idle-N-N" -> new IdleScenario(name, sizes.get(0), sizes.get(1));
            case "parked-N-N" -> new ParkedScenario(name, sizes.get(0), sizes.get(1), false);
            case "park-N" -> new ParkedScenario(name, 0, sizes.get(0), true);
            case "storm-N" -> new StormScenario(name, sizes.get(0));
            default ->
                throw new IllegalArgumentException(
                        "there is no scenario " + name + "; there are " + String.join(", ", NAMES));
        };
    }

    private static FlowPlan pairs(int qos, boolean persistent) {
        return new FlowPlan(ROOT, PAIRS, PAIRS, Shape.PAIRS, qos, persistent, 1, WINDOW);
    }

    private static FlowPlan onTopics(int topics) {
        return new FlowPlan(ROOT, PAIRS, PAIRS, Shape.PAIRS, 1, true, Math.max(1, topics / PAIRS), WINDOW);
    }

    private static FlowPlan offline(int sessions) {
        return new FlowPlan(ROOT, sessions, sessions, Shape.PAIRS, 1, true, 1, WINDOW);
    }

    private static FlowPlan fanOut(int subscribers) {
        int window = Math.max(2, Math.min(WINDOW, COPIES_UNDER_WAY / subscribers));
        return new FlowPlan(ROOT, 1, subscribers, Shape.FAN_OUT, 1, false, 1, window);
    }

    private static FlowPlan fanIn(int publishers, boolean persistent) {
        return new FlowPlan(ROOT, publishers, 1, Shape.FAN_IN, 1, persistent, 1, WINDOW);
    }
}
