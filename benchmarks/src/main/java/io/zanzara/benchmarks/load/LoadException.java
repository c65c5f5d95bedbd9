package io.zanzara.benchmarks.load;

import java.io.IOException;

/** The broker does not do what the scenario needs; the message says what it did instead. */
public final class LoadException extends IOException {

    private static final long serialVersionUID = 1;

    public LoadException(String message) {
        super(message);
    }
}
