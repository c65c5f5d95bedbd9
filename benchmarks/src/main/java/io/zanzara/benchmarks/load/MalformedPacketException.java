package io.zanzara.benchmarks.load;

import java.io.IOException;

/** What came is no packet that a broker may send. */
final class MalformedPacketException extends IOException {

    private static final long serialVersionUID = 1;

    MalformedPacketException(String message) {
        super(message);
    }
}
