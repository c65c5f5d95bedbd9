package io.zanzara.message;

import org.jspecify.annotations.Nullable;

/**
 * A topic name: one to 65,535 bytes of UTF-8 without wildcards and without the null character [MQTT-4.7.3-1], [MQTT-4.7.3-2].
 *
 * @param value the name
 */
public record Topic(String value) {

    public Topic {
        String defect = defectOf(value);
        if (defect != null) {
            throw new IllegalArgumentException(defect);
        }
    }

    /** Returns why {@code value} is no topic name, or null if it is one. */
    public static @Nullable String defectOf(String value) {
        if (value.isEmpty()) {
            return "a topic name must not be empty";
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '+' || c == '#') {
                return "a topic name must not contain wildcards: " + value;
            }
            if (c == 0) {
                return "a topic name must not contain the null character";
            }
        }
        return null;
    }

    /** Whether the topic is reserved to the broker ({@code $SYS/…}): not matched by a leading wildcard [MQTT-4.7.2-1]. */
    public boolean isReserved() {
        return value.charAt(0) == '$';
    }

    @Override
    public String toString() {
        return value;
    }
}
