package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Publishers and subscribers of a plan, on connections of their own. All of it runs in the thread that calls, and allocates nothing for a
 * message.
 */
final class Flow implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long NAP_NANOS = 20_000;
    private static final int WAIT_MILLIS = 50;
    private static final int MANY_STREAMS = 1_000;

    private final Target target;
    private final FlowPlan plan;
    private final Network network;
    private final Crowd crowd;
    private final Histogram latency = Quantiles.histogram();
    private final Histogram acknowledgement = Quantiles.histogram();
    private final Deliveries deliveries;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private List<Client> connected = List.of();
    private int copies;

    Flow(Target target, FlowPlan plan) throws IOException {
        this.target = target;
        this.plan = plan;
        network = new Network(target.port());
        crowd = new Crowd(network);
        deliveries = new Deliveries(plan.publishers(), latency);
        int remembered = plan.subscribers() * plan.publishers() > MANY_STREAMS ? 1 << 8 : 1 << 14;
        for (int i = 0; i < plan.subscribers(); i++) {
            StreamCheck[] streams = new StreamCheck[plan.publishersOf(i)];
            for (int stream = 0; stream < streams.length; stream++) {
                streams[stream] = new StreamCheck(remembered);
            }
            subscribers.add(new Subscriber(plan.qos(), plan.firstPublisher(i), streams, deliveries));
        }
        for (int i = 0; i < plan.publishers(); i++) {
            PublishTemplate template =
                    new PublishTemplate(plan.topic(i), plan.topics(), plan.qos(), FlowPlan.PAYLOAD_BYTES, i);
            publishers.add(new Publisher(plan.qos(), template, acknowledgement));
        }
    }

    private Login login(int subscriber) {
        return new Login(plan.root() + "-s" + subscriber, !plan.persistent(), plan.filter(subscriber), plan.qos());
    }

    /** Ends the sessions that an earlier run may have left. */
    void forgetSessions() throws IOException {
        if (plan.persistent()) {
            crowd.visit(0, plan.subscribers(), i -> login(i).forgetting());
        }
    }

    void connectPublishers() throws IOException {
        crowd.connect(0, plan.publishers(), i -> {
            Client client = Client.connect(network, Login.publisher(plan.root() + "-p" + i), publishers.get(i));
            publishers.get(i).attach(client);
            return client;
        });
    }

    /** Connects and subscribes all subscribers. */
    void subscribe() throws IOException {
        connected = crowd.connect(0, plan.subscribers(), i -> arrive(i, login(i)));
        copies = plan.copies();
    }

    /** Connects the sessions that are there; returns the clients, which need not have been accepted yet. */
    List<Client> returnAll() throws IOException {
        List<Client> arriving = new ArrayList<>();
        for (int i = 0; i < plan.subscribers(); i++) {
            arriving.add(arrive(i, login(i).again()));
        }
        connected = arriving;
        return arriving;
    }

    private Client arrive(int index, Login login) throws IOException {
        Client client = Client.connect(network, login, subscribers.get(index));
        subscribers.get(index).attach(client);
        return client;
    }

    /** Takes all subscribers offline; messages are sent to their sessions all the same. */
    void leave() {
        connected.forEach(Client::disconnect);
        connected = List.of();
        copies = 0;
    }

    /** Publishes as fast as the windows allow. */
    void saturate(long nanos) throws IOException {
        saturate(nanos, Long.MAX_VALUE);
    }

    /** Publishes as fast as the windows allow, until the time is over or so many messages have been sent in all. */
    void saturate(long nanos, long most) throws IOException {
        long end = System.nanoTime() + nanos;
        long left = most - sent();
        Progress before = progress();
        while (left > 0 && System.nanoTime() < end) {
            for (int i = 0; i < publishers.size() && left > 0; i++) {
                left -= fill(i, left);
            }
            network.turn(WAIT_MILLIS);
            network.check();
        }
        awaitProgress(before);
    }

    /** What came and what was acknowledged at a moment. */
    private record Progress(long received, long acknowledged) {}

    private Progress progress() {
        return new Progress(deliveries.received(), acknowledged());
    }

    /** A busy machine may get nothing done in a short time; there is nothing to measure then. */
    private void awaitProgress(Progress before) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end
                && (copies > 0 && deliveries.received() == before.received()
                        || plan.qos() > 0 && acknowledged() == before.acknowledged())) {
            network.turn(WAIT_MILLIS);
            network.check();
        }
    }

    private int fill(int index, long most) {
        Publisher publisher = publishers.get(index);
        long now = System.nanoTime();
        long room = plan.window() - publisher.inFlight();
        if (copies > 0) {
            room = Math.min(room, plan.window() - deliveries.outstanding(index) / copies);
        }
        room = Math.min(room, most);
        int count = 0;
        while (count < room && publisher.send(now)) {
            count++;
        }
        deliveries.sent(index, count * copies);
        return count;
    }

    /** Publishes so many messages a second, each at its moment; one that can't be sent then is late, and its latency counts from then. */
    void pace(long nanos, int perSecond) throws IOException {
        long start = System.nanoTime();
        long count = nanos / 1_000 * perSecond / 1_000_000;
        double interval = 1e9 / perSecond;
        long next = 0;
        Progress before = progress();
        while (next < count) {
            long due = start + (long) (next * interval);
            while (next < count && due <= System.nanoTime()) {
                int index = (int) (next % publishers.size());
                if (!publishers.get(index).send(due)) {
                    break;
                }
                deliveries.sent(index, copies);
                next++;
                due = start + (long) (next * interval);
            }
            if (network.turn(0) == 0) {
                LockSupport.parkNanos(NAP_NANOS);
            }
            network.check();
            if (System.nanoTime() - start > 3 * nanos) {
                throw new LoadException("can't keep up with " + perSecond + " messages a second");
            }
        }
        awaitProgress(before);
    }

    /** Waits until all that is under way has come and is acknowledged, or nothing has come for some seconds. */
    void settle() throws IOException {
        long progressAt = System.nanoTime();
        long before = -1;
        while (deliveries.outstanding() > 0 || inFlight() > 0) {
            network.turn(WAIT_MILLIS);
            network.check();
            long progress = deliveries.received() + acknowledged();
            if (progress != before) {
                before = progress;
                progressAt = System.nanoTime();
            } else if (System.nanoTime() - progressAt > PATIENCE_NANOS) {
                return;
            }
        }
    }

    void turn() throws IOException {
        network.turn(WAIT_MILLIS);
        network.check();
    }

    long sent() {
        return publishers.stream().mapToLong(Publisher::sent).sum();
    }

    long acknowledged() {
        return publishers.stream().mapToLong(Publisher::acknowledged).sum();
    }

    long received() {
        return deliveries.received();
    }

    private long inFlight() {
        return publishers.stream().mapToLong(Publisher::inFlight).sum();
    }

    List<Subscriber> subscribers() {
        return subscribers;
    }

    /** Forgets the latencies so far. */
    void resetLatencies() {
        latency.reset();
        acknowledgement.reset();
    }

    Quantiles latency() {
        return Quantiles.of(latency);
    }

    Quantiles acknowledgement() {
        return Quantiles.of(acknowledgement);
    }

    /** What the check has found so far, if nothing more comes. */
    Faults faults() {
        Faults faults = new Faults(
                0,
                0,
                0,
                0,
                deliveries.unexpectedCount()
                        + publishers.stream().mapToLong(Publisher::unexpected).sum());
        for (int i = 0; i < subscribers.size(); i++) {
            StreamCheck[] streams = subscribers.get(i).streams();
            for (int stream = 0; stream < streams.length; stream++) {
                long sent = publishers.get(plan.firstPublisher(i) + stream).sent();
                faults = faults.plus(Faults.of(streams[stream], sent));
            }
        }
        return faults;
    }

    Target target() {
        return target;
    }

    @Override
    public void close() throws IOException {
        network.close();
    }
}
