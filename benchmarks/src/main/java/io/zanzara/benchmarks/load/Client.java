package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One MQTT client: it connects, subscribes if it is to, and then leaves everything to its {@link Traffic}. */
final class Client implements PacketHandler {

    private static final int LOGIN_BYTES = 256;

    private final Network network;
    private final Login login;
    private final Traffic traffic;
    private final Connection connection;
    private final long begunAt = System.nanoTime();
    private boolean ready;
    private long acceptedAt;

    private Client(Network network, Login login, Traffic traffic) throws IOException {
        this.network = network;
        this.login = login;
        this.traffic = traffic;
        this.connection = network.connect(this);
    }

    static Client connect(Network network, Login login, Traffic traffic) throws IOException {
        return new Client(network, login, traffic);
    }

    @Override
    public void onConnected() {
        Packets.connect(connection.reserve(LOGIN_BYTES), login.clientId(), login.clean());
    }

    @Override
    public void onConnack(int returnCode) {
        acceptedAt = System.nanoTime();
        String filter = login.topicFilter();
        if (returnCode != 0) {
            fail("CONNACK with return code " + returnCode);
        } else if (filter == null) {
            ready = true;
        } else {
            Packets.subscribe(connection.reserve(LOGIN_BYTES), 1, filter, login.qos());
        }
    }

    @Override
    public void onSuback(int returnCode) {
        if (returnCode == login.qos()) {
            ready = true;
        } else {
            fail("SUBACK with return code " + returnCode);
        }
    }

    @Override
    public void onPublish(int qos, boolean duplicate, int packetId, ByteBuffer in, int payloadAt, int payloadLength) {
        traffic.onPublish(qos, duplicate, packetId, in, payloadAt, payloadLength);
    }

    @Override
    public void onAcknowledgement(int type, int packetId) {
        traffic.onAcknowledgement(type, packetId);
    }

    @Override
    public void onClosed(String reason) {
        ready = false;
        fail(reason);
    }

    private void fail(String reason) {
        network.failed(login.clientId() + ": " + reason);
    }

    /** Whether CONNACK, and SUBACK if it subscribes, have come. */
    boolean isReady() {
        return ready;
    }

    /** Nanoseconds from the beginning of the TCP handshake to CONNACK. */
    long acceptedAfter() {
        return acceptedAt - begunAt;
    }

    /** When CONNACK came, by {@link System#nanoTime}. */
    long acceptedAt() {
        return acceptedAt;
    }

    Connection connection() {
        return connection;
    }

    /** Says goodbye. */
    void disconnect() {
        connection.close();
        ready = false;
    }
}
