package io.zanzara.codec;

import io.zanzara.message.ReasonCode;

/** Bytes that are no packet: the connection is closed with the reason code. Cheap to throw: it has no stack trace. */
public final class Malformed extends Exception {

    private static final long serialVersionUID = 1;

    private final ReasonCode reasonCode;

    /** @param message what is wrong, in words that help whoever wrote the client */
    public Malformed(ReasonCode reasonCode, String message) {
        super(message, null, false, false);
        this.reasonCode = reasonCode;
    }

    /** Returns what the standard asks to answer with, where the version has reason codes. */
    public ReasonCode reasonCode() {
        return reasonCode;
    }
}
