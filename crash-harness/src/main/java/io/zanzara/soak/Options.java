package io.zanzara.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run of the harness is asked to do.
 *
 * @param cycles kills of the broker in each round
 * @param seed of everything random
 */
record Options(int cycles, long seed, List<Combination> combinations) {

    static final String EMBEDDED = "embedded";
    static final String MONGODB = "mongodb";

    static final String USAGE = """
            ./soak [--cycles N] [--store embedded|mongodb] [--qos 1|2] [--protocol 3.1.1|5] [--seed S] [--together]
              --cycles    how often each broker is killed; 100 if not given
              --store     only this store; both if not given
              --qos       only this quality of service; both if not given
              --protocol  only this version; both if not given
              --seed      for what is random; of the clock if not given
              --together  all that is left at the same time on one broker for each store, not one after the other""";

    private static final int CYCLES = 100;

    /**
     * One round.
     *
     * @param kinds of the clients that are there at the same time
     */
    record Combination(String store, List<Party.Kind> kinds) {

        String name() {
            return store + ", " + (kinds.size() == 1 ? kinds.get(0).toString() : "QoS and versions together");
        }
    }

    /** @throws IllegalArgumentException with a sentence for people */
    static Options of(List<String> arguments) {
        int cycles = CYCLES;
        long seed = System.nanoTime() & 0xFFFFFFL;
        List<String> stores = List.of(EMBEDDED, MONGODB);
        List<String> qualities = List.of("1", "2");
        List<String> versions = List.of("3.1.1", "5");
        boolean together = false;
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (option.equals("--together")) {
                together = true;
                continue;
            }
            if (++i == arguments.size()) {
                throw new IllegalArgumentException(option + " needs a value, or is unknown.");
            }
            String value = arguments.get(i);
            switch (option) {
                case "--cycles" -> cycles = (int) number(option, value, 1, 1_000_000);
                case "--seed" -> seed = number(option, value, Long.MIN_VALUE, Long.MAX_VALUE);
                case "--store" -> stores = one(option, value, stores);
                case "--qos" -> qualities = one(option, value, qualities);
                case "--protocol" -> versions = one(option, value, versions);
                default -> throw new IllegalArgumentException(option + " is unknown.");
            }
        }
        return new Options(cycles, seed, combinations(stores, kinds(qualities, versions), together));
    }

    private static List<Combination> combinations(List<String> stores, List<Party.Kind> kinds, boolean together) {
        List<Combination> combinations = new ArrayList<>();
        for (String store : stores) {
            if (together) {
                combinations.add(new Combination(store, kinds));
            } else {
                kinds.forEach(kind -> combinations.add(new Combination(store, List.of(kind))));
            }
        }
        return combinations;
    }

    private static List<Party.Kind> kinds(List<String> qualities, List<String> versions) {
        List<Party.Kind> kinds = new ArrayList<>();
        for (String quality : qualities) {
            for (String version : versions) {
                kinds.add(new Party.Kind(Integer.parseInt(quality), version.equals("5") ? 5 : 4));
            }
        }
        return kinds;
    }

    private static List<String> one(String option, String value, List<String> known) {
        if (!known.contains(value)) {
            throw new IllegalArgumentException(option + " is " + value + " but must be one of " + known + ".");
        }
        return List.of(value);
    }

    private static long number(String option, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(option + " is " + value + " but must be a number, at least " + least + ".");
    }
}
