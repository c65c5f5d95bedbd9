package io.zanzara.benchmarks.limits;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** What one event loop still has to do in this turn: connections to flush, and messages for connections of other loops. */
final class PassThroughLoop {

    private final EventLoop executor;
    private final List<PassThroughLink> toFlush = new ArrayList<>();
    private final Map<PassThroughLoop, List<Delivery>> toHandOver = new IdentityHashMap<>();
    private final Runnable endOfTurn = this::endTurn;
    private boolean ending;

    /** A message for a connection. */
    record Delivery(PassThroughLink link, byte[] topic, byte[] payload, int qos) {}

    PassThroughLoop(EventLoop executor) {
        this.executor = executor;
    }

    void toFlush(PassThroughLink link) {
        toFlush.add(link);
        endTurnLater();
    }

    void handOver(PassThroughLoop other, Delivery delivery) {
        toHandOver.computeIfAbsent(other, loop -> new ArrayList<>()).add(delivery);
        endTurnLater();
    }

    /** Tasks run after all sockets that were ready have been read. */
    private void endTurnLater() {
        if (!ending) {
            ending = true;
            executor.execute(endOfTurn);
        }
    }

    private void endTurn() {
        ending = false;
        toHandOver.forEach((other, deliveries) -> {
            List<Delivery> batch = List.copyOf(deliveries);
            other.executor.execute(
                    () -> batch.forEach(each -> each.link().deliver(each.topic(), each.payload(), each.qos())));
        });
        toHandOver.clear();
        toFlush.forEach(PassThroughLink::flush);
        toFlush.clear();
    }
}
