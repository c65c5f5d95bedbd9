package io.zanzara.session;

import io.zanzara.message.ReasonCode;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The PUBACKs owed to one connection: they leave in the order in which the PUBLISHes came. Dies with the connection. Owner only. */
final class Acknowledgements {

    private final ArrayDeque<Owed> owed = new ArrayDeque<>();
    private final ClientLink link;

    /** One PUBLISH at QoS 1 that was not acknowledged yet. */
    static final class Owed {
        private final int packetIdentifier;
        private @Nullable ReasonCode outcome;

        private Owed(int packetIdentifier) {
            this.packetIdentifier = packetIdentifier;
        }
    }

    Acknowledgements(ClientLink link) {
        this.link = link;
    }

    Owed owe(int packetIdentifier) {
        Owed entry = new Owed(packetIdentifier);
        owed.add(entry);
        return entry;
    }

    void settle(Owed entry, ReasonCode outcome) {
        entry.outcome = outcome;
        Owed first;
        // [MQTT-4.6.0-2] [MQTT-4.6.0-2 of 3.1.1]
        while ((first = owed.peekFirst()) != null && first.outcome != null) {
            owed.pollFirst();
            link.pubAck(first.packetIdentifier, first.outcome);
        }
    }

    int size() {
        return owed.size();
    }
}
