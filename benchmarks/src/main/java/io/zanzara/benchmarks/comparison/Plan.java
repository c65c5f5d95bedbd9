package io.zanzara.benchmarks.comparison;

import static io.zanzara.benchmarks.comparison.Contender.AEDES;
import static io.zanzara.benchmarks.comparison.Contender.EMBEDDED;
import static io.zanzara.benchmarks.comparison.Contender.HIVEMQ;
import static io.zanzara.benchmarks.comparison.Contender.MEMORY;
import static io.zanzara.benchmarks.comparison.Contender.MONGODB;
import static io.zanzara.benchmarks.comparison.Contender.MOQUETTE;
import static io.zanzara.benchmarks.comparison.Contender.MOSQUITTO;
import static io.zanzara.benchmarks.comparison.Contender.PASS_THROUGH;

import java.util.ArrayList;
import java.util.List;

/**
 * What is run.
 *
 * @param seconds each scenario is measured, where that can be chosen
 * @param rounds how often each is run; rounds go through the brokers in turn
 * @param warmUpSeconds each broker runs before anything is measured
 * @param limitSeconds the raw limits are measured; 0 for not at all
 * @param startSessions with how many sessions a start is measured; 0 for none
 * @param trieSubscriptions how many subscriptions the topic tree is measured with
 * @param growth whether the cost of a message is measured as sessions, topics and the backlog grow
 */
record Plan(
        double seconds,
        int rounds,
        double warmUpSeconds,
        double limitSeconds,
        int startSessions,
        int trieSubscriptions,
        boolean growth,
        List<Step> steps) {

    static final String FLOW_0 = "flow-qos0";
    static final String FLOW_1 = "flow-qos1";
    static final String FLOW_2 = "flow-qos2";
    static final String PACED = "paced-qos1-20000";
    static final String FAN_OUT = "fan-out-100";
    static final String FAN_OUT_MANY = "fan-out-10000";
    static final String FAN_IN = "fan-in-100";
    static final String PERSISTENT = "persistent-qos1";
    static final String PERSISTENT_2 = "persistent-qos2";
    static final String HALF_LOAD = "half-load-qos1";
    static final String OFFLINE = "offline-10";
    static final String DRAIN = "drain-100000";

    private static final List<String> STORES = List.of(MEMORY, EMBEDDED, MONGODB);

    /** One scenario, and who goes through it. */
    record Step(String scenario, List<String> contenders) {}

    /** Some minutes. */
    static Plan quick() {
        List<Step> steps = new ArrayList<>(List.of(
                new Step(FLOW_0, List.of(PASS_THROUGH, EMBEDDED, MOSQUITTO)),
                new Step(FLOW_1, List.of(PASS_THROUGH, EMBEDDED, MOSQUITTO, HIVEMQ)),
                new Step(FLOW_2, List.of(EMBEDDED, MOSQUITTO)),
                new Step(PACED, List.of(PASS_THROUGH, EMBEDDED, MOSQUITTO)),
                new Step(FAN_OUT, List.of(PASS_THROUGH, EMBEDDED, MOSQUITTO)),
                new Step(PERSISTENT, List.of(MEMORY, EMBEDDED, MONGODB, MOSQUITTO, HIVEMQ, AEDES)),
                new Step(HALF_LOAD, List.of(EMBEDDED, MONGODB)),
                new Step(OFFLINE, List.of(MEMORY, EMBEDDED, MONGODB, MOSQUITTO, HIVEMQ, AEDES)),
                new Step(DRAIN, List.of(EMBEDDED, MONGODB)),
                new Step("idle-1000-3000", List.of(EMBEDDED, MOSQUITTO)),
                new Step("parked-1000-3000", List.of(EMBEDDED, MONGODB))));
        return new Plan(1, 1, 2, 1, 0, 200_000, false, steps);
    }

    /** About half an hour. */
    static Plan full() {
        List<String> known = List.of(PASS_THROUGH, EMBEDDED, MOSQUITTO, HIVEMQ);
        List<String> durable = List.of(MEMORY, EMBEDDED, MONGODB, MOSQUITTO, HIVEMQ);
        List<Step> steps = new ArrayList<>(List.of(
                new Step(FLOW_0, List.of(PASS_THROUGH, EMBEDDED, MOSQUITTO, HIVEMQ, MOQUETTE)),
                new Step(FLOW_1, known),
                new Step(FLOW_2, List.of(EMBEDDED, MOSQUITTO, HIVEMQ)),
                new Step(PACED, known),
                new Step(FAN_OUT, known),
                new Step(FAN_OUT_MANY, List.of(EMBEDDED, MOSQUITTO)),
                new Step(FAN_IN, List.of(EMBEDDED, MOSQUITTO)),
                new Step(PERSISTENT, List.of(MEMORY, EMBEDDED, MONGODB, MOSQUITTO, HIVEMQ, AEDES)),
                new Step(PERSISTENT_2, durable),
                new Step(HALF_LOAD, STORES),
                new Step(OFFLINE, List.of(MEMORY, EMBEDDED, MONGODB, MOSQUITTO, HIVEMQ, AEDES)),
                new Step(DRAIN, durable),
                new Step("idle-5000-15000", List.of(EMBEDDED, MOSQUITTO, HIVEMQ)),
                new Step("parked-5000-15000", List.of(EMBEDDED, MONGODB, MOSQUITTO, HIVEMQ)),
                new Step("storm-10000", List.of(EMBEDDED, MONGODB, MOSQUITTO))));
        return new Plan(3, 3, 6, 3, 1_000_000, 1_000_000, true, steps);
    }

    /**
     * Returns a plan with some of the scenarios, and without limits, starts and growth.
     *
     * @throws IllegalArgumentException if one of them is not in this plan
     */
    Plan only(List<String> scenarios) {
        List<Step> some = steps.stream()
                .filter(step -> scenarios.contains(step.scenario()))
                .toList();
        if (some.size() < scenarios.size()) {
            throw new IllegalArgumentException("of " + scenarios + " only "
                    + some.stream().map(Step::scenario).toList() + " are in the plan, which has "
                    + steps.stream().map(Step::scenario).toList());
        }
        return new Plan(seconds, rounds, warmUpSeconds, 0, 0, trieSubscriptions, false, some);
    }

    /** Names of all that have a part in it, in the order in which they come first. */
    List<String> contenders() {
        return steps.stream()
                .flatMap(step -> step.contenders().stream())
                .distinct()
                .toList();
    }
}
