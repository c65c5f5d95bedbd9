package io.zanzara.soak;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a client's session state at QoS 2: which packet identifiers are between PUBREC and PUBCOMP. A PUBLISH under one of them is no
 * new message (MQTT 5.0, 4.3.3). One thread.
 */
final class Receiving {

    private final Map<Integer, Message> open = new HashMap<>();

    /**
     * PUBLISH came.
     *
     * @return the message that has this identifier already, or null if this one is new
     */
    @Nullable
    Message publish(int packetIdentifier, Message message) {
        return open.putIfAbsent(packetIdentifier, message);
    }

    /** PUBREL came. Returns the message it belongs to, or null if its exchange is over. */
    @Nullable
    Message release(int packetIdentifier) {
        return open.remove(packetIdentifier);
    }
}
