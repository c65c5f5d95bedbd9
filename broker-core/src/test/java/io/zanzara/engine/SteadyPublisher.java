package io.zanzara.engine;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes 1, 2, 3 … to one topic until it is told to stop, with up to a window of messages unacknowledged, and pings a client's keep-alive of
 * one second. It never connects again: whatever ends its connection is a failure.
 */
final class SteadyPublisher implements AutoCloseable {

    private static final int KEEP_ALIVE_SECONDS = 1;
    private static final long PING_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int AT_ONCE = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final int IDENTIFIERS = 65_535;

    final String name;
    final int qos;
    final int window;
    private final String topic;
    private final byte[] padding;
    private final Packets packets;
    private final RawClient connection;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicInteger complete = new AtomicInteger();
    private final Map<Integer, Integer> unacknowledged = new HashMap<>();
    private final Thread writer = new Thread(this::write, "steady-publisher");
    private final Thread reader = new Thread(this::read, "steady-publisher-answers");
    private long lastWritten = System.nanoTime();
    private volatile boolean stopped;
    private volatile boolean closed;
    private volatile @Nullable String failure;

    /** Connects with a persistent session and begins. */
    SteadyPublisher(int port, Packets packets, String name, int qos, int window, int paddingBytes) throws IOException {
        this.name = name;
        this.qos = qos;
        this.window = window;
        this.topic = "kept/" + name;
        this.padding = new byte[paddingBytes];
        this.packets = packets;
        this.connection = RawClient.connect(
                port, packets, Packets.Connect.persistent(name).keepAlive(KEEP_ALIVE_SECONDS));
        writer.start();
        reader.start();
    }

    private void write() {
        try {
            while (!closed) {
                for (int i = 0; i < AT_ONCE && !stopped; i++) {
                    publish();
                }
                ping();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            failed("writing: " + e);
        }
    }

    private synchronized void publish() throws IOException {
        if (unacknowledged.size() >= window) {
            return;
        }
        int number = sent.get() + 1;
        int identifier = 1 + number % IDENTIFIERS;
        if (unacknowledged.putIfAbsent(identifier, number) == null) {
            sent.set(number);
            byte[] text = (name + " " + number + " ").getBytes(StandardCharsets.UTF_8);
            byte[] payload = java.util.Arrays.copyOf(text, text.length + padding.length);
            connection.send(packets.publish(topic, payload, qos, false, false, identifier));
            lastWritten = System.nanoTime();
        }
    }

    private synchronized void ping() throws IOException {
        if (System.nanoTime() - lastWritten > PING_AFTER_NANOS) {
            connection.send(packets.pingReq());
            lastWritten = System.nanoTime();
        }
    }

    private void read() {
        try {
            while (!closed) {
                Packet packet = connection.poll(SILENCE);
                if (packet != null) {
                    handle(packet);
                }
            }
        } catch (EOFException e) {
            failed("the broker has closed the connection");
        } catch (IOException e) {
            failed("reading: " + e);
        }
    }

    private synchronized void handle(Packet packet) throws IOException {
        int identifier = packet.packetIdentifier();
        switch (packet.type()) {
            case Packet.PUBACK -> acknowledged(identifier, complete.get() + 1);
            case Packet.PUBCOMP -> acknowledged(identifier, 0);
            case Packet.PUBREC -> {
                received.incrementAndGet();
                connection.send(packets.acknowledge(Packet.PUBREL, identifier));
                lastWritten = System.nanoTime();
            }
            case Packet.PINGRESP -> {}
            default -> failed("unexpected " + packet);
        }
    }

    private void acknowledged(int identifier, int expected) {
        Integer number = unacknowledged.remove(identifier);
        if (number == null || expected > 0 && number != expected) {
            failed("acknowledged " + number + " instead of " + expected);
        }
        complete.incrementAndGet();
    }

    private void failed(String reason) {
        if (!closed && failure == null) {
            failure = name + ": " + reason;
        }
    }

    /** Returns what went wrong, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    int sent() {
        return sent.get();
    }

    /** Returns the PUBRECs and the last acknowledgements so far: all that says that the store has something. */
    int answers() {
        return received.get() + complete.get();
    }

    int complete() {
        return complete.get();
    }

    /** Publishes nothing more; still answers. */
    void stop() {
        stopped = true;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        connection.close();
    }
}
