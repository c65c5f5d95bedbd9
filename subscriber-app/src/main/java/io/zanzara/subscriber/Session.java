package io.zanzara.subscriber;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A session in the broker, the same for both versions of MQTT. The client reconnects by itself, for ever. */
interface Session {

    /**
     * Sets who handles the messages, which must be done before connecting: a session that is resumed sends what has
     * waited at once. A message is acknowledged when the handler returns true, and stays with the broker otherwise.
     */
    void handleWith(Predicate<byte[]> handler);

    /** Completes with the first connection, however long it takes. */
    CompletableFuture<?> connect();

    /** Completes when the broker has made the subscription. After that the client renews it whenever a session is new. */
    CompletableFuture<?> subscribe();

    CompletableFuture<?> disconnect();
}
