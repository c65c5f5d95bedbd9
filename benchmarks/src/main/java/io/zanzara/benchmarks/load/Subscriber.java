package io.zanzara.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Receives, acknowledges and checks. */
final class Subscriber implements Traffic {

    private final int qos;
    private final int firstPublisher;
    private final StreamCheck[] streams;
    private final Deliveries deliveries;
    private @Nullable Client client;
    private long firstAt;

    /**
     * @param qos that every message is to have
     * @param firstPublisher the number of the first publisher it hears
     * @param streams one for each publisher it hears
     * @param deliveries is told of each message
     */
    Subscriber(int qos, int firstPublisher, StreamCheck[] streams, Deliveries deliveries) {
        this.qos = qos;
        this.firstPublisher = firstPublisher;
        this.streams = streams;
        this.deliveries = deliveries;
    }

    void attach(Client value) {
        client = value;
        firstAt = 0;
    }

    @Override
    public void onPublish(int qosOfIt, boolean duplicate, int packetId, ByteBuffer in, int at, int length) {
        if (firstAt == 0) {
            firstAt = System.nanoTime();
        }
        int publisher = length < PublishTemplate.STAMP_BYTES ? -1 : PublishTemplate.publisher(in, at);
        int stream = publisher - firstPublisher;
        if (qosOfIt != qos || stream < 0 || stream >= streams.length) {
            deliveries.unexpected();
        } else {
            long accounted = streams[stream].received(PublishTemplate.sequence(in, at), duplicate);
            deliveries.received(publisher, accounted, PublishTemplate.nanoTime(in, at));
        }
        if (qosOfIt > 0) {
            acknowledge(qosOfIt == 1 ? Packets.PUBACK : Packets.PUBREC, packetId);
        }
    }

    @Override
    public void onAcknowledgement(int type, int packetId) {
        if (type == Packets.PUBREL) {
            acknowledge(Packets.PUBCOMP, packetId);
        } else {
            deliveries.unexpected();
        }
    }

    private void acknowledge(int type, int packetId) {
        Packets.acknowledgement(Objects.requireNonNull(client).connection().reserve(4), type, packetId);
    }

    /** When the first message of this connection came, by {@link System#nanoTime}; 0 if none has. */
    long firstAt() {
        return firstAt;
    }

    StreamCheck[] streams() {
        return streams;
    }
}
