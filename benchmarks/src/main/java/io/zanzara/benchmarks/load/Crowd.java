package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Brings many clients in, some at a time, and out again. */
final class Crowd {

    /** Some brokers let no more than a hundred wait at their door; whoever finds it full tries again a second later. */
    private static final int AT_ONCE = 64;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Network network;

    Crowd(Network network) {
        this.network = network;
    }

    /** Makes a client begin to connect. */
    interface Arrival {
        Client begin(int index) throws IOException;
    }

    /**
     * Connects clients and waits until all are ready.
     *
     * @throws LoadException if one is not let in, or nothing happens for long
     */
    List<Client> connect(int from, int to, int atOnce, Arrival arrival) throws IOException {
        List<Client> clients = new ArrayList<>(to - from);
        int ready = 0;
        long progressAt = System.nanoTime();
        while (ready < to - from) {
            while (clients.size() < to - from && clients.size() - ready < atOnce) {
                clients.add(arrival.begin(from + clients.size()));
            }
            network.turn(100);
            network.check();
            int before = ready;
            while (ready < clients.size() && clients.get(ready).isReady()) {
                ready++;
            }
            if (ready > before) {
                progressAt = System.nanoTime();
            } else if (System.nanoTime() - progressAt > PATIENCE_NANOS) {
                throw new LoadException("after " + (from + ready) + " clients the broker lets no more in");
            }
        }
        return clients;
    }

    List<Client> connect(int from, int to, Arrival arrival) throws IOException {
        return connect(from, to, AT_ONCE, arrival);
    }

    /** Has clients come and go, as many as are named. */
    void visit(int from, int to, IntFunction<Login> logins) throws IOException {
        visit(from, to, AT_ONCE, logins);
    }

    /** The same, so many at a time. */
    void visit(int from, int to, int atOnce, IntFunction<Login> logins) throws IOException {
        for (int first = from; first < to; first += atOnce) {
            int last = Math.min(to, first + atOnce);
            connect(first, last, atOnce, i -> Client.connect(network, logins.apply(i), Traffic.NONE))
                    .forEach(Client::disconnect);
        }
    }
}
