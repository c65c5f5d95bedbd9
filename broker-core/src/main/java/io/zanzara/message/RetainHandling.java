package io.zanzara.message;

/** When a SUBSCRIBE brings retained messages (MQTT 5.0, 3.8.3.1). The ordinal is the value on the wire. */
public enum RetainHandling {
    SEND,
    SEND_IF_NEW,
    DO_NOT_SEND;

    private static final RetainHandling[] VALUES = values();

    /**
     * @param value 0, 1 or 2
     * @throws IllegalArgumentException for any other value
     */
    public static RetainHandling of(int value) {
        if (value < 0 || value > 2) {
            throw new IllegalArgumentException("retain handling must be 0, 1 or 2, not " + value);
        }
        return VALUES[value];
    }
}
