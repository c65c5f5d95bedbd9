package io.zanzara.access;

/** What an {@link Authenticator} completes with when it has too much to do to find out who a client is; the client may try again later. */
public final class ServerBusyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ServerBusyException(String message) {
        super(message);
    }
}
