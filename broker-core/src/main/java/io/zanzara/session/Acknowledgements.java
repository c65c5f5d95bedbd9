package io.zanzara.session;

import io.zanzara.message.ReasonCode;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The PUBACKs, or the PUBRECs, owed to one connection: they leave in the order in which the PUBLISHes came. Dies with the
 * connection. Owner only.
 */
final class Acknowledgements {

    private final ArrayDeque<Owed> owed = new ArrayDeque<>(0);
    private final Way way;
    private int refusals;

    /** How they leave. */
    @FunctionalInterface
    interface Way {
        void send(int packetIdentifier, ReasonCode outcome);
    }

    /** One PUBLISH that was not answered yet. */
    static final class Owed {
        private final int packetIdentifier;
        private @Nullable ReasonCode outcome;

        private Owed(int packetIdentifier) {
            this.packetIdentifier = packetIdentifier;
        }
    }

    Acknowledgements(Way way) {
        this.way = way;
    }

    Owed owe(int packetIdentifier) {
        Owed entry = new Owed(packetIdentifier);
        owed.add(entry);
        return entry;
    }

    void settle(Owed entry, ReasonCode outcome) {
        entry.outcome = outcome;
        refusals += outcome.isError() ? 1 : 0;
        Owed first;
        // [MQTT-4.6.0-2] [MQTT-4.6.0-3] [MQTT-4.6.0-2 of 3.1.1] [MQTT-4.6.0-3 of 3.1.1]
        while ((first = owed.peekFirst()) != null && first.outcome != null) {
            owed.pollFirst();
            refusals -= first.outcome.isError() ? 1 : 0;
            way.send(first.packetIdentifier, first.outcome);
        }
    }

    int size() {
        return owed.size();
    }

    /** Returns how many refusals wait for what came before them. */
    int refusals() {
        return refusals;
    }
}
