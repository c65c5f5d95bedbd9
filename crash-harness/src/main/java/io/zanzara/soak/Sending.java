package io.zanzara.soak;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sending half of a client's session state: the PUBLISHes whose exchange is not over, in order. One thread. */
final class Sending {

    private static final int IDENTIFIERS = 65_535;

    private final Map<Integer, Exchange> open = new LinkedHashMap<>();
    private int last;

    /** One PUBLISH under way. */
    static final class Exchange {
        final int packetIdentifier;
        final Message message;

        /** PUBREC has come: from now on PUBREL is sent, and PUBLISH no more. */
        boolean received;

        private Exchange(int packetIdentifier, Message message) {
            this.packetIdentifier = packetIdentifier;
            this.message = message;
        }
    }

    /** Gives a message the next packet identifier that is free. */
    Exchange begin(Message message) {
        do {
            last = last % IDENTIFIERS + 1;
        } while (open.containsKey(last));
        Exchange exchange = new Exchange(last, message);
        open.put(last, exchange);
        return exchange;
    }

    /** PUBREC came. Returns null if it belongs to nothing. */
    @Nullable
    Exchange received(int packetIdentifier) {
        Exchange exchange = open.get(packetIdentifier);
        if (exchange != null) {
            exchange.received = true;
        }
        return exchange;
    }

    /** PUBACK or PUBCOMP came. Returns null if it belongs to nothing. */
    @Nullable
    Exchange complete(int packetIdentifier) {
        return open.remove(packetIdentifier);
    }

    /** What has to be sent again after a reconnect, in this order. */
    Collection<Exchange> open() {
        return open.values();
    }

    int size() {
        return open.size();
    }
}
