package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PACKET_TOO_LARGE;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;

import io.netty.buffer.ByteBuf;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.codec.Packet.Auth;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.Disconnect;
import io.zanzara.codec.Packet.Pingreq;
import io.zanzara.codec.Packet.Pingresp;
import io.zanzara.message.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Finds the packets in the bytes of one connection and refuses what the standard forbids. It learns the protocol level from the CONNECT it
 * reads. After a {@link Malformed} it is of no more use: the connection must be closed.
 */
public final class PacketReader {

    private static final int MOST_LENGTH_BYTES = 4;
    private static final int NO_LEVEL_YET = -1;

    private final boolean isServer;
    private final int maxPacketBytes;
    private final TopicMemory lastTopic = new TopicMemory();
    private int protocolLevel;

    private PacketReader(boolean isServer, int protocolLevel, int maxPacketBytes) {
        this.isServer = isServer;
        this.protocolLevel = protocolLevel;
        this.maxPacketBytes = maxPacketBytes;
    }

    /**
     * A server's reader: takes only what clients send, and CONNECT first.
     *
     * @param maxPacketBytes the size of the largest packet that is accepted, fixed header included
     */
    public PacketReader(int maxPacketBytes) {
        this(true, NO_LEVEL_YET, maxPacketBytes);
    }

    /** A client's reader: takes only what servers send. */
    public static PacketReader forClient(int protocolLevel, int maxPacketBytes) {
        return new PacketReader(false, protocolLevel, maxPacketBytes);
    }

    /** Returns the level of the CONNECT that was read, spoken or not, or 0 before; also of one that is wrong further behind. */
    public int protocolLevel() {
        return Math.max(0, protocolLevel);
    }

    /**
     * Reads one packet, or returns null and consumes nothing if it isn't whole yet. A CONNECT whose level is not spoken is returned with that
     * level and neutral values, so that it can be refused.
     */
    public @Nullable Packet read(ByteBuf in) throws Malformed {
        int start = in.readerIndex();
        int available = in.readableBytes();
        if (available == 0) {
            return null;
        }
        int first = in.getUnsignedByte(start);
        checkFirstByte(first >> 4, first & 0x0F);

        int remaining = 0;
        int lengthBytes = 0;
        int digit;
        do {
            if (lengthBytes == MOST_LENGTH_BYTES) {
                throw new Malformed(MALFORMED_PACKET, "the remaining length has more than four bytes");
            }
            if (available == 1 + lengthBytes) {
                return null;
            }
            digit = in.getUnsignedByte(start + 1 + lengthBytes);
            remaining |= (digit & 0x7F) << 7 * lengthBytes;
            lengthBytes++;
        } while (digit >= 0x80);

        int total = 1 + lengthBytes + remaining;
        // [MQTT-3.2.2-15]
        if (total > maxPacketBytes) {
            if (first >> 4 == PacketType.CONNECT && !hasLevel(in, start + 1 + lengthBytes, remaining)) {
                return null; // the level says how to refuse it
            }
            throw new Malformed(
                    PACKET_TOO_LARGE, "a packet has " + total + " bytes, " + maxPacketBytes + " are allowed");
        }
        if (available < total) {
            return null;
        }
        Packet packet = body(first, new Fields(in, start + 1 + lengthBytes, start + total));
        if (digit == 0 && lengthBytes > 1 && protocolLevel == 5) {
            // [MQTT-1.5.5-1]; the older versions do not ask for it
            throw new Malformed(MALFORMED_PACKET, "the remaining length is longer than it needs to be");
        }
        in.readerIndex(start + total);
        return packet;
    }

    /** Whether so much of a CONNECT is there that its level can be read; reads it then. */
    private boolean hasLevel(ByteBuf in, int start, int remaining) throws Malformed {
        int length = Math.min(remaining, ConnectReader.MOST_BYTES_TO_LEVEL);
        if (in.writerIndex() < start + length) {
            return false;
        }
        protocolLevel = ConnectReader.level(new Fields(in, start, start + length));
        return true;
    }

    private void checkFirstByte(int type, int flags) throws Malformed {
        if (isServer) {
            checkOrder(type);
        }
        if (type == 0 || type == PacketType.AUTH && protocolLevel < 5) {
            throw new Malformed(MALFORMED_PACKET, "packet type " + type + " is reserved");
        }
        if (isServer ? !PacketType.isSentByClients(type) : !PacketType.isSentByServers(type, protocolLevel)) {
            throw new Malformed(PROTOCOL_ERROR, "packet type " + type + " is not for this direction");
        }
        if (type == PacketType.PUBLISH) {
            return;
        }
        int required = PacketType.requiredFlags(type);
        // MQTT 3.1 sets DUP also where it resends PUBREL, SUBSCRIBE and UNSUBSCRIBE.
        int mask = protocolLevel == 3 && required != 0 ? 0b0111 : 0b1111;
        if ((flags & mask) != required) {
            // [MQTT-2.1.3-1] [MQTT-2.2.2-1 of 3.1.1] [MQTT-2.2.2-2 of 3.1.1]
            // [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
            // [MQTT-3.6.1-1 of 3.1.1] [MQTT-3.8.1-1 of 3.1.1] [MQTT-3.10.1-1 of 3.1.1] [MQTT-3.14.1-1 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "packet type " + type + " must not have flags " + flags);
        }
    }

    private void checkOrder(int type) throws Malformed {
        if (protocolLevel == NO_LEVEL_YET) {
            if (type != PacketType.CONNECT) {
                // [MQTT-3.1.0-1] [MQTT-3.1.0-1 of 3.1.1]
                throw new Malformed(PROTOCOL_ERROR, "the first packet must be CONNECT");
            }
        } else if (type == PacketType.CONNECT) {
            // [MQTT-3.1.0-2] [MQTT-3.1.0-2 of 3.1.1]
            throw new Malformed(PROTOCOL_ERROR, "there must be only one CONNECT");
        } else if (protocolLevel < 3 || protocolLevel > 5) {
            // [MQTT-3.1.4-6] [MQTT-3.1.4-5 of 3.1.1]
            throw new Malformed(PROTOCOL_ERROR, "nothing may follow a CONNECT that is refused");
        }
    }

    private Packet body(int first, Fields fields) throws Malformed {
        return switch (first >> 4) {
            case PacketType.CONNECT -> connect(fields);
            case PacketType.CONNACK -> ConnectReader.connack(fields, protocolLevel);
            case PacketType.PUBLISH -> PublishReader.publish(fields, first & 0x0F, protocolLevel, !isServer, lastTopic);
            case PacketType.PUBACK -> PublishReader.ack(fields, AckType.PUBACK, protocolLevel);
            case PacketType.PUBREC -> PublishReader.ack(fields, AckType.PUBREC, protocolLevel);
            case PacketType.PUBREL -> PublishReader.ack(fields, AckType.PUBREL, protocolLevel);
            case PacketType.PUBCOMP -> PublishReader.ack(fields, AckType.PUBCOMP, protocolLevel);
            case PacketType.SUBSCRIBE -> SubscribeReader.subscribe(fields, protocolLevel);
            case PacketType.SUBACK -> SubscribeReader.suback(fields, protocolLevel);
            case PacketType.UNSUBSCRIBE -> SubscribeReader.unsubscribe(fields, protocolLevel);
            case PacketType.UNSUBACK -> SubscribeReader.unsuback(fields, protocolLevel);
            case PacketType.PINGREQ -> empty(fields, new Pingreq());
            case PacketType.PINGRESP -> empty(fields, new Pingresp());
            case PacketType.DISCONNECT -> disconnect(fields);
            default -> auth(fields);
        };
    }

    private Connect connect(Fields fields) throws Malformed {
        int level = ConnectReader.level(fields);
        protocolLevel = level;
        return ConnectReader.isSpoken(level) ? ConnectReader.connect(fields, level) : ConnectReader.unsupported(level);
    }

    private static Packet empty(Fields fields, Packet packet) throws Malformed {
        fields.requireEnd();
        return packet;
    }

    private Disconnect disconnect(Fields fields) throws Malformed {
        if (protocolLevel < 5 || fields.remaining() == 0) {
            fields.requireEnd();
            return new Disconnect(ReasonCode.SUCCESS, -1, null, null);
        }
        ReasonCode reasonCode =
                ReasonCodes.read(fields, isServer ? ReasonCodes.DISCONNECT_OF_CLIENT : ReasonCodes.DISCONNECT);
        if (fields.remaining() == 0) {
            return new Disconnect(reasonCode, -1, null, null);
        }
        Properties properties = Properties.read(fields, PacketType.DISCONNECT);
        fields.requireEnd();
        if (!isServer && properties.has(Property.SESSION_EXPIRY)) {
            // [MQTT-3.14.2-2]
            throw new Malformed(PROTOCOL_ERROR, "a server must not send a session expiry in DISCONNECT");
        }
        return new Disconnect(
                reasonCode,
                properties.number(Property.SESSION_EXPIRY, -1L),
                properties.text(Property.REASON_STRING),
                properties.text(Property.SERVER_REFERENCE));
    }

    private static Auth auth(Fields fields) throws Malformed {
        if (fields.remaining() == 0) {
            return new Auth(ReasonCode.SUCCESS, null, null, null);
        }
        ReasonCode reasonCode = ReasonCodes.read(fields, ReasonCodes.AUTH);
        Properties properties = Properties.read(fields, PacketType.AUTH);
        fields.requireEnd();
        if (!properties.has(Property.AUTHENTICATION_METHOD)) {
            throw new Malformed(PROTOCOL_ERROR, "AUTH has no authentication method");
        }
        return new Auth(
                reasonCode,
                properties.text(Property.AUTHENTICATION_METHOD),
                properties.binary(Property.AUTHENTICATION_DATA),
                properties.text(Property.REASON_STRING));
    }
}
