package io.zanzara.message;

/** Quality of service of a message or a subscription. The ordinal is the value on the wire. */
public enum Qos {
    AT_MOST_ONCE,
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    private static final Qos[] VALUES = values();

    /**
     * @param value 0, 1 or 2
     * @throws IllegalArgumentException for any other value
     */
    public static Qos of(int value) {
        if (value < 0 || value > 2) {
            throw new IllegalArgumentException("quality of service must be 0, 1 or 2, not " + value);
        }
        return VALUES[value];
    }

    /** Returns the value on the wire: 0, 1 or 2. */
    public int value() {
        return ordinal();
    }

    /** Returns the lower of this and {@code other}: what a subscriber gets of a publication. */
    public Qos min(Qos other) {
        // [MQTT-3.8.4-8] [MQTT-3.8.4-6 of 3.1.1]
        return ordinal() <= other.ordinal() ? this : other;
    }
}
