package io.zanzara.fuzz;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked to do.
 *
 * @param packets to the broker; the decoder alone gets as many
 * @param seed of everything random
 * @param replay a file to be sent again, or null
 */
record Options(
        long packets, long seed, String store, @Nullable Path replay) {

    static final String USAGE = """
            ./soak fuzz [--packets N] [--seed S] [--store embedded|memory] [--replay FILE]
              --packets  so many to the decoder alone, and as many to a whole broker over sockets; 10,000,000 if not given
              --seed     for what is random; of the clock if not given
              --store    of the broker; embedded if not given
              --replay   sends what a file of an earlier run holds, and nothing else""";

    private static final long PACKETS = 10_000_000;
    private static final List<String> STORES = List.of("embedded", "memory");

    /** @throws IllegalArgumentException with a sentence for people */
    static Options of(List<String> arguments) {
        long packets = PACKETS;
        long seed = System.nanoTime() & 0xFFFFFFL;
        String store = STORES.get(0);
        Path replay = null;
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException(option + " needs a value, or is unknown.");
            }
            String value = arguments.get(i + 1);
            switch (option) {
                case "--packets" -> packets = number(option, value, 1);
                case "--seed" -> seed = number(option, value, Long.MIN_VALUE);
                case "--store" -> {
                    if (!STORES.contains(value)) {
                        throw new IllegalArgumentException(
                                "--store is " + value + " but must be one of " + STORES + ".");
                    }
                    store = value;
                }
                case "--replay" -> replay = Path.of(value);
                default -> throw new IllegalArgumentException(option + " is unknown.");
            }
        }
        return new Options(packets, seed, store, replay);
    }

    private static long number(String option, String value, long least) {
        try {
            long number = Long.parseLong(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(option + " is " + value + " but must be a number, at least " + least + ".");
    }
}
