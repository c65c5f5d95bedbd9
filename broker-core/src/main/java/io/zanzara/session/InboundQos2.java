package io.zanzara.session;

import io.zanzara.message.Publication;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The QoS 2 PUBLISHes of one client between PUBLISH and PUBCOMP, by packet identifier. Outlives connections. Owner only. */
final class InboundQos2 {

    private final Map<Integer, Exchange> exchanges = new HashMap<>();

    /** One PUBLISH under way. */
    static final class Exchange {
        final Publication publication;
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
        return exchange;
    }

    void end(int packetIdentifier, Exchange exchange) {
        exchanges.remove(packetIdentifier, exchange);
    }

    int size() {
        return exchanges.size();
    }
}
