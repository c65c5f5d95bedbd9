package io.zanzara.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Publishes numbered messages, as fast as its window allows or when it is told. */
final class Publisher implements Traffic {

    static final int PACKET_IDS = 16_384;

    private static final int SOCKET_BYTES = 1 << 16;
    private static final long FREE = Long.MIN_VALUE;

    private final int qos;
    private final PublishTemplate template;
    private final Histogram latency;
    private final long[] intendedAt;
    private @Nullable Client client;
    private long sent;
    private long acknowledged;
    private long unexpected;
    private int inFlight;

    /**
     * @param latency takes the nanoseconds from the moment a message was to be sent to its PUBACK or PUBCOMP
     */
    Publisher(int qos, PublishTemplate template, Histogram latency) {
        this.qos = qos;
        this.template = template;
        this.latency = latency;
        this.intendedAt = new long[qos == 0 ? 0 : PACKET_IDS];
        Arrays.fill(intendedAt, FREE);
    }

    void attach(Client value) {
        client = value;
    }

    /**
     * Sends the next message.
     *
     * @param intended when it was to be sent, by {@link System#nanoTime}
     * @return false if it can't be now: the socket is full, or all packet identifiers are in use
     */
    boolean send(long intended) {
        Connection connection = Objects.requireNonNull(client).connection();
        if (connection.unsent() > SOCKET_BYTES || !connection.isOpen()) {
            return false;
        }
        int packetId = 0;
        if (qos > 0) {
            int slot = (int) (sent % PACKET_IDS);
            if (intendedAt[slot] != FREE) {
                return false;
            }
            intendedAt[slot] = intended;
            packetId = slot + 1;
            inFlight++;
        }
        template.write(connection.reserve(template.length()), packetId, sent, intended);
        sent++;
        return true;
    }

    @Override
    public void onPublish(int qosOfIt, boolean duplicate, int packetId, ByteBuffer in, int at, int length) {
        unexpected++;
    }

    @Override
    public void onAcknowledgement(int type, int packetId) {
        if (qos == 0 || packetId < 1 || packetId > PACKET_IDS || intendedAt[packetId - 1] == FREE) {
            unexpected++;
        } else if (qos == 2 && type == Packets.PUBREC) {
            Connection connection = Objects.requireNonNull(client).connection();
            Packets.acknowledgement(connection.reserve(4), Packets.PUBREL, packetId);
        } else if (type == (qos == 1 ? Packets.PUBACK : Packets.PUBCOMP)) {
            latency.recordValue(Math.max(
                    0, Math.min(latency.getHighestTrackableValue(), System.nanoTime() - intendedAt[packetId - 1])));
            intendedAt[packetId - 1] = FREE;
            inFlight--;
            acknowledged++;
        } else {
            unexpected++;
        }
    }

    long sent() {
        return sent;
    }

    /** How many were acknowledged to the end. */
    long acknowledged() {
        return acknowledged;
    }

    int inFlight() {
        return inFlight;
    }

    /** Packets that no broker should have sent to this client. */
    long unexpected() {
        return unexpected;
    }
}
