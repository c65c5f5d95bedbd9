package io.zanzara.store;

import org.jspecify.annotations.Nullable;

/** The store could not do what was asked. Whether the change happened may be unknown. */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean retryable;

    /**
     * @param message one sentence that says what failed and, at start, what to do about it
     * @param retryable whether the same call may succeed later (the server is away), or never will (disk corrupt, foreign data)
     */
    public StoreException(String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    /** A failure without a deeper cause, which no retry mends. */
    public StoreException(String message) {
        super(message);
        this.retryable = false;
    }

    public boolean isRetryable() {
        return retryable;
    }
}
