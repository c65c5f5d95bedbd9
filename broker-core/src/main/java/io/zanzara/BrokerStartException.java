package io.zanzara;

/** The broker could not start. The message is one sentence that says what is wrong and what to do. */
public final class BrokerStartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
