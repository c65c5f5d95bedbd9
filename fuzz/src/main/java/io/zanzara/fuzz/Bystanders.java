package io.zanzara.fuzz;

import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A publisher and a subscriber for each version, who mind their own business at QoS 1 and 2. */
final class Bystanders implements AutoCloseable {

    private final List<BystanderPair> pairs = new ArrayList<>();

    /** Connects and subscribes them, and lets them begin. */
    Bystanders(int port, Findings findings) throws IOException {
        for (Packets version : List.of(Packets.MQTT_3_1, Packets.MQTT_3_1_1, Packets.MQTT_5)) {
            pairs.add(new BystanderPair(version, port, findings));
        }
        pairs.forEach(BystanderPair::start);
    }

    /** Messages received so far. */
    long received() {
        return pairs.stream().mapToLong(BystanderPair::received).sum();
    }

    /** Whether the messages of each still flow: all have received so many more since a count. */
    boolean haveMoved(List<Long> since, long messages) {
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i).received() < since.get(i) + messages) {
                return false;
            }
        }
        return true;
    }

    List<Long> counts() {
        return pairs.stream().map(BystanderPair::received).toList();
    }

    /** Returns the longest time from a PUBLISH to the end of its exchange, in milliseconds. */
    long slowestMillis() {
        return pairs.stream().mapToLong(BystanderPair::slowestMillis).max().orElse(0);
    }

    /** Lets the publishers stop, waits for what is under way, and checks that all came. */
    void finish() throws InterruptedException {
        for (BystanderPair pair : pairs) {
            pair.finish();
        }
    }

    @Override
    public void close() {
        pairs.forEach(BystanderPair::close);
    }
}
