package io.zanzara.protocol;

import io.zanzara.message.ReasonCode;

/**
 * What a client did against the standard or the broker's limits; ends the connection.
 *
 * @param reasonCode what DISCONNECT says
 * @param reason in words, for the log and the reason string
 */
record Violation(ReasonCode reasonCode, String reason) {

    static Violation of(ReasonCode reasonCode, String reason) {
        return new Violation(reasonCode, reason);
    }
}
