package io.zanzara.event;

/**
 * Hears what happens in the broker. Called on the broker's own threads, in order for each client: it must not block. What it throws is logged
 * and has no effect on the broker.
 */
@FunctionalInterface
public interface BrokerListener {

    void on(BrokerEvent event);
}
