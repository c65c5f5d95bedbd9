package io.zanzara.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Malformed;
import io.zanzara.codec.Packet;
import io.zanzara.codec.PacketReader;
import org.jspecify.annotations.Nullable;

/**
 * What went over one connection, both ways, read with the broker's codec: it knows when the client has sent what ends the connection, or half a
 * packet, and finds the packets in what the broker sends.
 */
final class Exchange {

    private static final int FIRST_LEVEL = 4; // in which the broker answers what is no CONNECT

    private final PacketReader sent = new PacketReader(DecoderRun.MAX_PACKET_BYTES);
    private final ByteBuf outgoing = Unpooled.buffer();
    private final ByteBuf incoming = Unpooled.buffer();
    private @Nullable PacketReader received;
    private boolean refused;

    /** Takes note of what is sent; returns whether the broker will find only whole packets that it can read. */
    boolean send(byte[] bytes) {
        outgoing.writeBytes(bytes);
        try {
            while (sent.read(outgoing) != null) {
                outgoing.discardReadBytes();
            }
        } catch (Malformed e) {
            refused = true;
        }
        return !refused && !outgoing.isReadable();
    }

    /** Whether what was sent must end the connection. */
    boolean isRefused() {
        return refused;
    }

    /** Takes what came. */
    void receive(ByteBuf bytes) {
        incoming.writeBytes(bytes);
    }

    /**
     * Returns the next packet of the broker, or null if there is none yet.
     *
     * @throws Malformed if it is none for a client of this version
     */
    @Nullable
    Packet next() throws Malformed {
        PacketReader reader = received;
        if (reader == null) {
            if (incoming.readableBytes() < 2) {
                return null;
            }
            reader = PacketReader.forClient(level(), Integer.MAX_VALUE);
            received = reader;
        }
        Packet packet = reader.read(incoming);
        if (packet == null) {
            incoming.discardSomeReadBytes();
        }
        return packet;
    }

    /** Returns the level of the answers; where no CONNECT could be read, the broker's first packet shows it: a CONNACK of 3.x has two bytes. */
    private int level() {
        int level = sent.protocolLevel() & 0x7F;
        if (level == 0) {
            return incoming.getByte(1) == 2 ? FIRST_LEVEL : 5;
        }
        return level >= 5 ? 5 : level == 3 ? 3 : FIRST_LEVEL;
    }

    void release() {
        outgoing.release();
        incoming.release();
    }
}
