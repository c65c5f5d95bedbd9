package io.zanzara.benchmarks.load;

import java.nio.ByteBuffer;

/** Finds the packets that a broker sends in the bytes that have come. */
final class PacketScanner {

    private static final int INCOMPLETE = -1;

    private PacketScanner() {}

    /**
     * Hands over all packets between position and limit that are complete, and moves the position behind them.
     *
     * @throws MalformedPacketException if what is there is no packet of MQTT 3.1.1
     */
    static void scan(ByteBuffer in, PacketHandler handler) throws MalformedPacketException {
        int at = in.position();
        int limit = in.limit();
        while (limit - at >= 2) {
            int length = in.get(at + 1);
            int body = at + 2;
            if (length < 0) {
                length = longLength(in, at + 1, limit);
                if (length == INCOMPLETE) {
                    break;
                }
                body = at + 1 + lengthBytes(length);
            }
            if (length > limit - body) {
                break;
            }
            packet(in, in.get(at) & 0xFF, body, length, handler);
            at = body + length;
        }
        in.position(at);
    }

    private static int longLength(ByteBuffer in, int from, int limit) throws MalformedPacketException {
        int length = 0;
        for (int i = 0; i < 4; i++) {
            if (from + i == limit) {
                return INCOMPLETE;
            }
            int digit = in.get(from + i);
            length |= (digit & 0x7F) << 7 * i;
            if (digit >= 0) {
                return length;
            }
        }
        throw new MalformedPacketException("a remaining length of more than four bytes");
    }

    private static int lengthBytes(int length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
    }

    private static void packet(ByteBuffer in, int header, int at, int length, PacketHandler handler)
            throws MalformedPacketException {
        int type = header >> 4;
        switch (type) {
            case Packets.PUBLISH -> publish(in, header, at, length, handler);
            case Packets.PUBACK, Packets.PUBREC, Packets.PUBREL, Packets.PUBCOMP -> {
                require(length == 2, type, length);
                handler.onAcknowledgement(type, in.getShort(at) & 0xFFFF);
            }
            case Packets.CONNACK -> {
                require(length == 2, type, length);
                handler.onConnack(in.get(at + 1) & 0xFF);
            }
            case Packets.SUBACK -> {
                require(length == 3, type, length);
                handler.onSuback(in.get(at + 2) & 0xFF);
            }
            case Packets.UNSUBACK, Packets.PINGRESP -> {}
            default -> throw new MalformedPacketException("a packet of type " + type);
        }
    }

    private static void publish(ByteBuffer in, int header, int at, int length, PacketHandler handler)
            throws MalformedPacketException {
        require(length >= 2, Packets.PUBLISH, length);
        int qos = header >> 1 & 3;
        int payload = at + 2 + (in.getShort(at) & 0xFFFF);
        int packetId = 0;
        if (qos > 0) {
            require(payload + 2 <= at + length, Packets.PUBLISH, length);
            packetId = in.getShort(payload) & 0xFFFF;
            payload += 2;
        }
        int payloadLength = at + length - payload;
        require(payloadLength >= 0, Packets.PUBLISH, length);
        handler.onPublish(qos, (header & 8) != 0, packetId, in, payload, payloadLength);
    }

    private static void require(boolean holds, int type, int length) throws MalformedPacketException {
        if (!holds) {
            throw new MalformedPacketException("a packet of type " + type + " with a remaining length of " + length);
        }
    }
}
