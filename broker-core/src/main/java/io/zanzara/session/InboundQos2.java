package io.zanzara.session;

import io.zanzara.message.Publication;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The QoS 2 PUBLISHes of one client between PUBLISH and PUBCOMP, by packet identifier. Outlives connections. Owner only. */
final class InboundQos2 {

    private final Map<Integer, Exchange> exchanges = new HashMap<>();
    private int awaitingRelease;

    /** One PUBLISH under way. */
    static final class Exchange {
        final Publication publication;
        private @Nullable Attachment sentOn;
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
        exchanges.put(packetIdentifier, exchange);
        if (stored) {
            awaitingRelease++;
        }
        return exchange;
    }

    /** The message is in the store: now the client has to say PUBREL. */
    void stored(Exchange exchange) {
        exchange.stored = true;
        if (!exchange.released) {
            awaitingRelease++;
        }
    }

    /** The client has said PUBREL. */
    void release(Exchange exchange) {
        exchange.released = true;
        if (exchange.stored) {
            awaitingRelease--;
        }
    }

    /** Its PUBLISH came on this connection, for the first time or again. */
    void sentOn(Attachment connection, Exchange exchange) {
        if (exchange.sentOn != connection) {
            exchange.sentOn = connection;
            connection.exchanges++;
        }
    }

    void end(int packetIdentifier, Exchange exchange) {
        Attachment connection = exchange.sentOn;
        if (connection != null) {
            connection.exchanges--;
        }
        exchanges.remove(packetIdentifier, exchange);
    }

    /** Returns how many wait for the broker: for PUBREC or PUBCOMP. */
    int owed() {
        return exchanges.size() - awaitingRelease;
    }
}
