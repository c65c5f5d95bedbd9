package io.zanzara.fuzz;

import io.zanzara.fuzz.Findings.Kind;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Publishes numbers at QoS 1 and 2 and checks what the subscriber gets. */
final class BystanderPair {

    private static final int AT_ONCE = 4;
    private static final long PAUSE_MILLIS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LAST_MESSAGES = Duration.ofMillis(300);

    private final Packets packets;
    private final Findings findings;
    private final RawClient publisher;
    private final RawClient subscriber;
    private final ReceivedNumbers[] numbers = new ReceivedNumbers[3];
    private final Thread publishing;
    private final Thread subscribing;
    private volatile long sent;
    private volatile long slowestNanos;
    private volatile boolean finishing;
    private volatile boolean closing;

    BystanderPair(Packets packets, int port, Findings findings) throws IOException {
        this.packets = packets;
        this.findings = findings;
        String name = "bystander-" + packets.level();
        subscriber = RawClient.connect(port, packets, subscription(name + "-subscriber"));
        subscriber.send(packets.subscribe(1, 1, topic(1)), packets.subscribe(2, 2, topic(2)));
        subscriber.expect(Packet.SUBACK);
        subscriber.expect(Packet.SUBACK);
        publisher = RawClient.connect(port, packets, Packets.Connect.clean(name + "-publisher"));
        for (int qos = 1; qos <= 2; qos++) {
            numbers[qos] = new ReceivedNumbers("level " + packets.level() + ", QoS " + qos, findings);
        }
        publishing = new Thread(() -> guarded("publisher", this::publish), name + "-publisher");
        subscribing = new Thread(() -> guarded("subscriber", this::receive), name + "-subscriber");
    }

    /** Both kinds of session: one that ends with its connection, and those whose messages go to the store. */
    private Packets.Connect subscription(String clientId) {
        return packets.level() == 3 ? Packets.Connect.clean(clientId) : Packets.Connect.persistent(clientId);
    }

    private String topic(int qos) {
        return "bystander/" + packets.level() + "/" + qos;
    }

    void start() {
        publishing.setDaemon(true);
        subscribing.setDaemon(true);
        publishing.start();
        subscribing.start();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void guarded(String who, Work work) {
        try {
            work.run();
        } catch (IOException | InterruptedException e) {
            if (!closing) {
                findings.add(Kind.BYSTANDER_CLOSED, "level " + packets.level() + ", " + who + ": " + e);
            }
        }
    }

    private void publish() throws IOException, InterruptedException {
        while (!finishing && !closing) {
            long start = System.nanoTime();
            long first = sent;
            for (int i = 1; i <= AT_ONCE; i++) {
                String text = String.valueOf(first + i);
                publisher.write(packets.publish(topic(1), text, 1, 2 * i - 1));
                publisher.write(packets.publish(topic(2), text, 2, 2 * i));
            }
            sent = first + AT_ONCE;
            publisher.flush();
            awaitAcknowledgements();
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private void awaitAcknowledgements() throws IOException {
        for (int done = 0; done < 2 * AT_ONCE; ) {
            Packet packet = publisher.poll(PATIENCE);
            if (packet == null) {
                throw new IOException("no acknowledgement for " + PATIENCE.toSeconds() + " seconds");
            }
            switch (packet.type()) {
                case Packet.PUBACK, Packet.PUBCOMP -> done++;
                case Packet.PUBREC -> publisher.send(packets.acknowledge(Packet.PUBREL, packet.packetIdentifier()));
                default -> throw new IOException("unexpected: " + packet);
            }
        }
    }

    private void receive() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!closing) {
            Packet packet = subscriber.poll(LAST_MESSAGES);
            if (packet != null) {
                received(packet);
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (finishing && !publishing.isAlive() && isComplete()) {
                return;
            } else if (System.nanoTime() - deadline > 0) {
                throw new IOException("no message for " + PATIENCE.toSeconds() + " seconds");
            }
        }
    }

    private boolean isComplete() {
        return numbers[1].last() >= sent && numbers[2].last() >= sent;
    }

    private void received(Packet packet) throws IOException {
        int identifier = packet.packetIdentifier();
        switch (packet.type()) {
            case Packet.PUBLISH -> {
                numbers[Math.max(1, packet.qos())].received(packet.text());
                subscriber.send(packets.acknowledge(packet.qos() == 2 ? Packet.PUBREC : Packet.PUBACK, identifier));
            }
            case Packet.PUBREL -> subscriber.send(packets.acknowledge(Packet.PUBCOMP, identifier));
            default -> throw new IOException("unexpected: " + packet);
        }
    }

    long received() {
        return numbers[1].last() + numbers[2].last();
    }

    long slowestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(slowestNanos);
    }

    void finish() throws InterruptedException {
        finishing = true;
        publishing.join();
        subscribing.join();
        numbers[1].finish(sent);
        numbers[2].finish(sent);
    }

    void close() {
        closing = true;
        for (RawClient client : new RawClient[] {publisher, subscriber}) {
            try {
                client.close();
            } catch (IOException e) {
                // it is gone either way
            }
        }
    }
}
