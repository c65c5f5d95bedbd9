package io.zanzara.service.engine;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Checks settings that have a lowest and a highest value. */
final class Bounds {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private Bounds() {}

    static void check(String setting, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new InvalidSettingException(setting, value, range(lowest, highest, ""));
        }
    }

    static void check(String setting, DataSize value, long lowest, long highest) {
        if (value.toBytes() < lowest || value.toBytes() > highest) {
            throw new InvalidSettingException(setting, value, range(lowest, highest, "B"));
        }
    }

    /** Whole seconds: the standard counts in nothing finer. */
    static void check(String setting, Duration value, long lowest, long highest) {
        boolean whole = value.getNano() == 0;
        if (!whole || value.toSeconds() < lowest || value.toSeconds() > highest) {
            String shown = whole ? value.toSeconds() + "s" : value.dividedBy(SECOND.dividedBy(1_000)) + "ms";
            throw new InvalidSettingException(setting, shown, "whole seconds " + range(lowest, highest, "s"));
        }
    }

    private static String range(long lowest, long highest, String unit) {
        if (highest == Integer.MAX_VALUE || highest == Long.MAX_VALUE) {
            return lowest + unit + " or more";
        }
        return "from " + lowest + unit + " to " + highest + unit;
    }
}
