package io.zanzara.message;

import org.jspecify.annotations.Nullable;

/**
 * A topic name: one to 65,535 bytes of UTF-8 without wildcards and without the null character.
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
            // [MQTT-4.7.3-1] [MQTT-4.7.3-1 of 3.1.1]
            return "a topic name must not be empty";
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '+' || c == '#') {
                // [MQTT-4.7.0-1] [MQTT-4.7.1-1 of 3.1.1]
                return "a topic name must not contain wildcards: " + value;
            }
            if (c == 0) {
                // [MQTT-4.7.3-2] [MQTT-4.7.3-2 of 3.1.1]
                return "a topic name must not contain the null character";
            }
        }
        return null;
    }

    /**
     * Whether the topic is reserved to the broker ({@code $SYS/…}): not matched by a leading wildcard [MQTT-4.7.2-1]
     * [MQTT-4.7.2-1 of 3.1.1].
     */
    public boolean isReserved() {
        return value.charAt(0) == '$';
    }

    /** Whether the topic is one of the broker's own, to which no client publishes. */
    public boolean isSystem() {
        return value.startsWith("$SYS");
    }

    @Override
    public String toString() {
        return value;
    }
}
