package io.zanzara.access;

import io.zanzara.message.ReasonCode;

/**
 * Sends every client to another server: MQTT 5.0 section 4.11. Clients of older versions are told that the server is unavailable.
 *
 * @param serverReference where to, as {@code host:port}; several are separated by spaces
 * @param moved whether for good (0x9D) or for now (0x9C)
 */
public record Redirect(String serverReference, boolean moved) {

    private static final int MOST_LETTERS = 1_024;

    /** Checks that a client can make something of the reference. */
    public Redirect {
        boolean printable = serverReference.chars().allMatch(letter -> letter >= ' ' && letter <= '~');
        if (serverReference.isBlank() || serverReference.length() > MOST_LETTERS || !printable) {
            throw new IllegalArgumentException("serverReference must be like host:port, and of at most " + MOST_LETTERS
                    + " printable ASCII characters");
        }
    }

    /** Returns what CONNACK says. */
    public ReasonCode reasonCode() {
        return moved ? ReasonCode.SERVER_MOVED : ReasonCode.USE_ANOTHER_SERVER;
    }
}
