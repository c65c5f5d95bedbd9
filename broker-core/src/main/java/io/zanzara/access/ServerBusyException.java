package io.zanzara.access;

import java.io.Serial;

/** An {@link Authenticator} can't take another client just now: it may come again later. */
public final class ServerBusyException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /** @param message why; a 5.0 client is told */
    public ServerBusyException(String message) {
        super(message);
    }
}
