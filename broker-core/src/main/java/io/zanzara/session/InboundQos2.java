package io.zanzara.session;

import io.zanzara.message.Publication;
import io.zanzara.message.ReasonCode;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The QoS 2 PUBLISHes of one client between PUBLISH and PUBCOMP, by packet identifier. Outlives connections. Owner only. */
final class InboundQos2 {

    private static final Map<Integer, Exchange> NONE = Collections.emptyMap(); // until there is one

    private Map<Integer, Exchange> exchanges = NONE;
    private int awaitingRelease;

    /** One PUBLISH under way. */
    static final class Exchange {
        final Publication publication;
        private @Nullable Attachment sentOn;
        private Acknowledgements.@Nullable Owed reception;
        boolean stored;
        boolean released;

        Exchange(Publication publication, boolean stored) {
            this.publication = publication;
            this.stored = stored;
        }
    }

    @Nullable
    Exchange get(int packetIdentifier) {
        return exchanges.get(packetIdentifier);
    }

    Exchange begin(int packetIdentifier, Publication publication, boolean stored) {
        Exchange exchange = new Exchange(publication, stored);
        if (exchanges == NONE) {
            exchanges = new HashMap<>();
        }
        exchanges.put(packetIdentifier, exchange);
        if (stored) {
            awaitingRelease++;
        }
        return exchange;
    }

    /**
     * The message is in the store: PUBREC leaves, if the PUBLISH came on the connection that is there now, and the client has to say PUBREL.
     *
     * @param connection what the session has now, if any
     */
    void stored(Exchange exchange, @Nullable Attachment connection) {
        exchange.stored = true;
        if (!exchange.released) {
            awaitingRelease++;
        }
        if (exchange.sentOn == connection) {
            answer(exchange);
        }
    }

    /** The client has said PUBREL. */
    void release(Exchange exchange) {
        exchange.released = true;
        if (exchange.stored) {
            awaitingRelease--;
        }
    }

    /** Its PUBLISH came on this connection, for the first time or again: PUBREC leaves when it is stored, or at once if it is. */
    void sentOn(Attachment connection, Exchange exchange, int packetIdentifier) {
        boolean isFirst = exchange.sentOn != connection;
        if (isFirst) {
            exchange.sentOn = connection;
            connection.exchanges++;
        }
        if (isFirst || exchange.stored) {
            exchange.reception = connection.receptions.owe(packetIdentifier);
        }
        answer(exchange);
    }

    private static void answer(Exchange exchange) {
        Acknowledgements.Owed due = exchange.reception;
        Attachment connection = exchange.sentOn;
        if (exchange.stored && due != null && connection != null) {
            exchange.reception = null;
            // [MQTT-4.3.3-8] [MQTT-4.3.3-2 of 3.1.1]
            connection.receptions.settle(due, ReasonCode.SUCCESS);
        }
    }

    void end(int packetIdentifier, Exchange exchange) {
        Attachment connection = exchange.sentOn;
        if (connection != null) {
            connection.exchanges--;
        }
        exchanges.remove(packetIdentifier, exchange);
    }

    boolean isEmpty() {
        return exchanges.isEmpty();
    }

    /** Returns how many wait for the broker: for PUBREC or PUBCOMP. */
    int owed() {
        return exchanges.size() - awaitingRelease;
    }
}
