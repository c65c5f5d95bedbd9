package io.zanzara.crash;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client with a persistent session that does exactly what the standard asks of one: it keeps its part of the session across connections, sends
 * again what was not acknowledged, and takes a QoS 2 message once. Its methods wait for the broker's answer and throw {@link Died} if it can't
 * come.
 */
final class Actor implements AutoCloseable {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final String name;
    private final Packets packets;
    private final BooleanSupplier brokerDied;
    private final List<String> history = new ArrayList<>();
    private final Set<Integer> unreleased = new HashSet<>();
    private final Map<Integer, Outgoing> unacknowledged = new LinkedHashMap<>();
    private final List<Packet> received = new ArrayList<>();
    private final Set<String> sent = new HashSet<>();
    private final Set<Integer> answers = new TreeSet<>();
    private final List<Integer> withheld = new ArrayList<>();
    private int nextIdentifier = 1;
    private boolean withholding;
    private boolean knownToHaveSession;
    private @Nullable RawClient connection;

    /** A message on its way to the broker. */
    private static final class Outgoing {
        final String topic;
        final String text;
        final int qos;
        final boolean retain;
        boolean released;

        Outgoing(String topic, String text, int qos, boolean retain) {
            this.topic = topic;
            this.text = text;
            this.qos = qos;
            this.retain = retain;
        }
    }

    Actor(String name, Packets packets, BooleanSupplier brokerDied) {
        this.name = name;
        this.packets = packets;
        this.brokerDied = brokerDied;
    }

    // ---- connections

    void connect(int port) {
        connect(port, Packets.Connect.persistent(name));
    }

    /** Connects, also over a connection it has: the broker ends that one. Sends again what the session still owes. */
    synchronized void connect(int port, Packets.Connect options) {
        RawClient client = open(port);
        try {
            Packet answer = client.connect(options);
            history.add("connected: " + answer);
            if (options.clean()) {
                unreleased.clear();
                unacknowledged.clear();
            } else if (knownToHaveSession && !answer.sessionPresent()) {
                throw new AssertionError(name + ": its session is gone\n" + history());
            } else if (!answer.sessionPresent()) {
                unreleased.clear();
            }
            knownToHaveSession = !options.clean() || packets.level() == 5;
            withheld.clear();
            RawClient before = connection;
            connection = client;
            if (before != null) {
                before.close();
            }
            resend(client, answer.sessionPresent());
        } catch (IOException e) {
            close(client);
            died(e);
        }
        Thread reader = new Thread(() -> read(client), "actor-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private RawClient open(int port) {
        try {
            return RawClient.open(port, packets);
        } catch (IOException e) {
            died(e);
            throw new AssertionError(e);
        }
    }

    /** [MQTT-4.4.0-1]: in the first order, with the first packet identifiers. */
    private void resend(RawClient client, boolean present) throws IOException {
        for (Map.Entry<Integer, Outgoing> each : unacknowledged.entrySet()) {
            if (each.getValue().released && present) {
                client.write(packets.acknowledge(Packet.PUBREL, each.getKey()));
            } else {
                each.getValue().released = false;
                client.write(publish(each.getKey(), each.getValue(), present));
            }
        }
        client.flush();
    }

    private byte[] publish(int identifier, Outgoing message, boolean duplicate) {
        byte[] payload = message.text.getBytes(StandardCharsets.UTF_8);
        return packets.publish(message.topic, payload, message.qos, message.retain, duplicate, identifier);
    }

    /** Cuts the connection, without DISCONNECT. */
    synchronized void cut() {
        close(connection);
        connection = null;
    }

    void disconnect() {
        synchronized (this) {
            RawClient client = connection;
            connection = null;
            if (client != null) {
                try {
                    client.disconnect();
                } catch (IOException e) {
                    died(e);
                }
            }
        }
    }

    private static void close(@Nullable RawClient client) {
        try {
            if (client != null) {
                client.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        cut();
    }

    // ---- what comes in

    private void read(RawClient client) {
        try {
            while (true) {
                Packet packet = client.read();
                synchronized (this) {
                    if (connection != client) {
                        return;
                    }
                    history.add(packet.toString() + (packet.type() == Packet.PUBLISH ? " " + packet.text() : ""));
                    handle(client, packet);
                }
            }
        } catch (java.net.SocketTimeoutException e) {
            read(client);
        } catch (IOException e) {
            synchronized (this) {
                history.add("connection ended: " + e);
            }
        }
    }

    private void handle(RawClient client, Packet packet) throws IOException {
        int identifier = packet.packetIdentifier();
        switch (packet.type()) {
            case Packet.PUBLISH -> {
                if (packet.qos() < 2) {
                    received.add(packet);
                } else if (unreleased.add(identifier)) {
                    received.add(packet);
                }
                if (withholding) {
                    withheld.add(packet.qos() == 2 ? -identifier : identifier);
                } else {
                    acknowledge(client, packet.qos(), identifier);
                }
            }
            case Packet.PUBREL -> {
                unreleased.remove(identifier);
                client.send(packets.acknowledge(Packet.PUBCOMP, identifier));
            }
            case Packet.PUBACK, Packet.PUBCOMP -> unacknowledged.remove(identifier);
            case Packet.PUBREC -> {
                Outgoing message = unacknowledged.get(identifier);
                if (message != null) {
                    message.released = true;
                }
                client.send(packets.acknowledge(Packet.PUBREL, identifier));
            }
            case Packet.SUBACK, Packet.UNSUBACK -> answers.add(identifier);
            default -> {}
        }
    }

    private void acknowledge(RawClient client, int qos, int identifier) throws IOException {
        if (qos > 0) {
            client.send(packets.acknowledge(qos == 1 ? Packet.PUBACK : Packet.PUBREC, identifier));
        }
    }

    /** From now on it receives without acknowledging. */
    synchronized void withhold() {
        withholding = true;
    }

    /** Acknowledges what it has, and what comes. */
    synchronized void acknowledgeAgain() {
        withholding = false;
        RawClient client = connection;
        if (client == null) {
            return;
        }
        try {
            for (int each : withheld) {
                acknowledge(client, each < 0 ? 2 : 1, Math.abs(each));
            }
        } catch (IOException e) {
            died(e);
        }
        withheld.clear();
    }

    // ---- what goes out

    /** Subscribes and waits for SUBACK. */
    void subscribe(String filter, int qos) {
        int identifier = ask(id -> packets.subscribe(id, qos, filter));
        await("SUBACK", () -> answers.contains(identifier));
    }

    private synchronized int ask(java.util.function.IntFunction<byte[]> packet) {
        int identifier = nextIdentifier++;
        write(packet.apply(identifier));
        return identifier;
    }

    /** Sends a message, unless it was sent before; it is sent again after each reconnect until it is acknowledged. */
    synchronized void publish(String topic, String text, int qos, boolean retain) {
        if (!sent.add(text)) {
            return;
        }
        Outgoing message = new Outgoing(topic, text, qos, retain);
        int identifier = nextIdentifier++;
        unacknowledged.put(identifier, message);
        write(publish(identifier, message, false));
    }

    private void write(byte[] packet) {
        RawClient client = connection;
        if (client == null) {
            throw new Died();
        }
        try {
            client.send(packet);
        } catch (IOException e) {
            died(e);
        }
    }

    /** Waits until so few of its messages are unacknowledged. */
    void awaitUnacknowledged(int most) {
        await("acknowledgements", () -> unacknowledged.size() <= most);
    }

    void awaitAcknowledged() {
        await("acknowledgements", unacknowledged::isEmpty);
    }

    /** Waits until it has received these texts. */
    void awaitReceived(List<String> texts) {
        await("messages " + texts, () -> texts().containsAll(texts));
    }

    /** Waits until it has received so many messages, first deliveries and others. */
    void awaitReceived(int count) {
        await(count + " messages", () -> received.size() >= count);
    }

    void awaitNothingUnreleased() {
        await("PUBRELs", unreleased::isEmpty);
    }

    private void await(String what, BooleanSupplier condition) {
        try {
            await(what, brokerDied, () -> {
                synchronized (this) {
                    return condition.getAsBoolean();
                }
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + history(), e);
        }
    }

    /** Waits for a condition, or for the broker's death. */
    static void await(String what, BooleanSupplier brokerDied, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (brokerDied.getAsBoolean()) {
                throw new Died();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(500_000);
        }
    }

    private void died(IOException cause) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!brokerDied.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(name + " lost its connection to a living broker\n" + history(), cause);
            }
            Thread.onSpinWait();
        }
        throw new Died();
    }

    // ---- seen from outside

    String name() {
        return name;
    }

    synchronized List<Packet> received() {
        return List.copyOf(received);
    }

    synchronized List<String> texts() {
        return received.stream().map(Packet::text).toList();
    }

    synchronized void forgetReceived() {
        received.clear();
    }

    synchronized String history() {
        return name + ":\n  " + String.join("\n  ", history);
    }
}
