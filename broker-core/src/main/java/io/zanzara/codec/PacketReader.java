package io.zanzara.codec;

import static io.zanzara.codec.Properties.setOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Topic;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds packets in a stream of bytes, for one connection: it learns the protocol version from CONNECT. Everything that the standard calls
 * malformed is refused here. Not thread-safe.
 */
public final class PacketReader {

    private static final long WILL_PROPERTIES = setOf(
            Properties.WILL_DELAY,
            Properties.PAYLOAD_FORMAT,
            Properties.MESSAGE_EXPIRY,
            Properties.CONTENT_TYPE,
            Properties.RESPONSE_TOPIC,
            Properties.CORRELATION_DATA,
            Properties.USER_PROPERTY);
    private static final long CONNECT_PROPERTIES = setOf(
            Properties.SESSION_EXPIRY,
            Properties.RECEIVE_MAXIMUM,
            Properties.MAXIMUM_PACKET_SIZE,
            Properties.TOPIC_ALIAS_MAXIMUM,
            Properties.REQUEST_RESPONSE_INFORMATION,
            Properties.REQUEST_PROBLEM_INFORMATION,
            Properties.USER_PROPERTY,
            Properties.AUTHENTICATION_METHOD,
            Properties.AUTHENTICATION_DATA);
    private static final long PUBLISH_PROPERTIES = setOf(
            Properties.PAYLOAD_FORMAT,
            Properties.MESSAGE_EXPIRY,
            Properties.TOPIC_ALIAS,
            Properties.RESPONSE_TOPIC,
            Properties.CORRELATION_DATA,
            Properties.USER_PROPERTY,
            Properties.SUBSCRIPTION_IDENTIFIER,
            Properties.CONTENT_TYPE);
    private static final long ACK_PROPERTIES = setOf(Properties.REASON_STRING, Properties.USER_PROPERTY);
    private static final long SUBSCRIBE_PROPERTIES =
            setOf(Properties.SUBSCRIPTION_IDENTIFIER, Properties.USER_PROPERTY);
    private static final long UNSUBSCRIBE_PROPERTIES = setOf(Properties.USER_PROPERTY);
    private static final long CLIENT_DISCONNECT_PROPERTIES =
            setOf(Properties.SESSION_EXPIRY, Properties.REASON_STRING, Properties.USER_PROPERTY);
    private static final long AUTH_PROPERTIES = setOf(
            Properties.AUTHENTICATION_METHOD,
            Properties.AUTHENTICATION_DATA,
            Properties.REASON_STRING,
            Properties.USER_PROPERTY);
    private static final ReasonCode[] REASON_CODES = new ReasonCode[256];

    static {
        for (ReasonCode code : ReasonCode.values()) {
            REASON_CODES[code.code()] = code;
        }
    }

    private final int maxPacketBytes;
    private final FieldReader in = new FieldReader(Unpooled.EMPTY_BUFFER);
    private int protocolLevel;

    /** @param maxPacketBytes the largest packet accepted, fixed header included */
    public PacketReader(int maxPacketBytes) {
        this.maxPacketBytes = maxPacketBytes;
    }

    /** Returns the version of the CONNECT that was read: 3, 4 or 5; 0 before it. */
    public int protocolLevel() {
        return protocolLevel;
    }

    /**
     * Takes the next packet.
     *
     * @param bytes what has arrived; its reader index moves only if a whole packet is there
     * @return the packet, or null if it is not all there yet
     * @throws Malformed if the bytes are no packet, or one too large; the connection can't go on then
     */
    public @Nullable Packet read(ByteBuf bytes) throws Malformed {
        int available = bytes.readableBytes();
        if (available < 2) {
            return null;
        }
        int start = bytes.readerIndex();
        int length = 0;
        int header = 1;
        while (true) {
            if (header >= available) {
                return null;
            }
            int next = bytes.getUnsignedByte(start + header);
            length |= (next & 0x7F) << 7 * (header - 1);
            if (next < 0x80) {
                if (next == 0 && header > 1) {
                    throw FieldReader.malformed(
                            "the remaining length is not encoded in the fewest bytes"); // [MQTT-1.5.5-1]
                }
                header++;
                break;
            }
            if (++header > 4) {
                throw FieldReader.malformed("the remaining length is longer than four bytes");
            }
        }
        int first = bytes.getUnsignedByte(start);
        checkFirst(first);
        if (header + length > maxPacketBytes) {
            throw new Malformed(
                    ReasonCode.PACKET_TOO_LARGE,
                    "a packet of " + (header + length) + " bytes is above the limit of " + maxPacketBytes);
        }
        if (available < header + length) {
            return null;
        }
        bytes.readerIndex(start + header);
        in.begin(bytes, length);
        return readBody(first >> 4, first & 0x0F);
    }

    private void checkFirst(int first) throws Malformed {
        int type = first >> 4;
        int flags = first & 0x0F;
        boolean fromServerOnly = type == 2 || type == 9 || type == 11 || type == 13;
        if (type == 0 || fromServerOnly || (type == 15 && protocolLevel != 5 && protocolLevel != 0)) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "a client must not send packets of type " + type);
        }
        if (protocolLevel == 0 && type != 1) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "the first packet must be CONNECT"); // [MQTT-3.1.0-1]
        }
        int expected = type == 6 || type == 8 || type == 10 ? 2 : 0;
        if (type != 3 && flags != expected) {
            throw FieldReader.malformed("the flags of packet type " + type + " must be " + expected); // [MQTT-2.1.3-1]
        }
    }

    private Packet readBody(int type, int flags) throws Malformed {
        Packet packet = switch (type) {
            case 1 -> connect();
            case 3 -> publish(flags);
            case 4 -> ack(AckType.PUBACK);
            case 5 -> ack(AckType.PUBREC);
            case 6 -> ack(AckType.PUBREL);
            case 7 -> ack(AckType.PUBCOMP);
            case 8 -> subscribe();
            case 10 -> unsubscribe();
            case 12 -> new Packet.Pingreq();
            case 14 -> disconnect();
            case 15 -> auth();
            default -> throw new Malformed(ReasonCode.PROTOCOL_ERROR, "unknown packet type " + type);
        };
        in.requireEnd("a packet of type " + type);
        return packet;
    }

    private Packet connect() throws Malformed {
        String name = in.string("the protocol name");
        int level = in.unsignedByte("the protocol level");
        boolean known = name.equals("MQTT") ? level == 4 || level == 5 : name.equals("MQIsdp") && level == 3;
        if (!known) {
            if (!name.equals("MQTT") && !name.equals("MQIsdp")) {
                // [MQTT-3.1.2-1]
                throw new Malformed(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "the protocol name is not MQTT");
            }
            in.rest();
            return ofUnknownLevel(level == 3 || level == 4 || level == 5 ? 0 : level);
        }
        if (protocolLevel == 0) {
            protocolLevel = level;
        }
        int flags = in.unsignedByte("the connect flags");
        boolean hasWill = (flags & 0x04) != 0;
        int willQos = flags >> 3 & 3;
        boolean willRetain = (flags & 0x20) != 0;
        boolean hasPassword = (flags & 0x40) != 0;
        boolean hasUserName = (flags & 0x80) != 0;
        if ((flags & 0x01) != 0) {
            throw FieldReader.malformed("the reserved connect flag must be 0"); // [MQTT-3.1.2-3]
        }
        if (willQos == 3 || (!hasWill && (willQos != 0 || willRetain))) {
            throw FieldReader.malformed("the will flags contradict each other"); // [MQTT-3.1.2-11], [MQTT-3.1.2-12]
        }
        if (level < 5 && hasPassword && !hasUserName) {
            throw FieldReader.malformed("a password needs a user name"); // [MQTT-3.1.2-22] of 3.1.1
        }
        int keepAlive = in.unsignedShort("the keep-alive");
        Properties properties = properties(CONNECT_PROPERTIES, "CONNECT");
        String clientId = in.string("the client identifier");
        Packet.WillFields will = hasWill ? will(Qos.of(willQos), willRetain) : null;
        String userName = hasUserName ? in.string("the user name") : null;
        byte[] password = hasPassword ? in.binary("the password") : null;
        if (properties.bytes(Properties.AUTHENTICATION_DATA) != null
                && properties.text(Properties.AUTHENTICATION_METHOD) == null) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "authentication data needs an authentication method");
        }
        return new Packet.Connect(
                level,
                clientId,
                (flags & 0x02) != 0,
                keepAlive,
                will,
                userName,
                password,
                properties.number(Properties.SESSION_EXPIRY, 0),
                (int) properties.number(Properties.RECEIVE_MAXIMUM, 65_535),
                properties.number(Properties.MAXIMUM_PACKET_SIZE, -1),
                (int) properties.number(Properties.TOPIC_ALIAS_MAXIMUM, 0),
                properties.number(Properties.REQUEST_RESPONSE_INFORMATION, 0) == 1,
                properties.number(Properties.REQUEST_PROBLEM_INFORMATION, 1) == 1,
                properties.text(Properties.AUTHENTICATION_METHOD),
                properties.bytes(Properties.AUTHENTICATION_DATA),
                properties.userProperties());
    }

    private static Packet ofUnknownLevel(int level) {
        return new Packet.Connect(
                level, "", true, 0, null, null, null, 0, 65_535, -1, 0, false, true, null, null, List.of());
    }

    private Packet.WillFields will(Qos qos, boolean retain) throws Malformed {
        Properties properties = properties(WILL_PROPERTIES, "the will");
        String topic = in.string("the will topic");
        byte[] payload = in.binary("the will message");
        return new Packet.WillFields(
                topic,
                payload,
                qos,
                retain,
                properties.number(Properties.WILL_DELAY, 0),
                (int) properties.number(Properties.PAYLOAD_FORMAT, -1),
                properties.number(Properties.MESSAGE_EXPIRY, -1),
                properties.text(Properties.CONTENT_TYPE),
                responseTopic(properties),
                properties.bytes(Properties.CORRELATION_DATA),
                properties.userProperties());
    }

    private static @Nullable String responseTopic(Properties properties) throws Malformed {
        String topic = properties.text(Properties.RESPONSE_TOPIC);
        if (topic != null && Topic.defectOf(topic) != null) {
            // [MQTT-3.3.2-14]
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "the response topic is not a topic name");
        }
        return topic;
    }

    private Packet publish(int flags) throws Malformed {
        int qos = flags >> 1 & 3;
        boolean dup = (flags & 8) != 0;
        if (qos == 3) {
            throw FieldReader.malformed("QoS 3 does not exist"); // [MQTT-3.3.1-4]
        }
        if (qos == 0 && dup) {
            throw FieldReader.malformed("DUP must not be set at QoS 0"); // [MQTT-3.3.1-2]
        }
        String topic = in.string("the topic name");
        if (!topic.isEmpty() && Topic.defectOf(topic) != null) {
            throw new Malformed(ReasonCode.TOPIC_NAME_INVALID, "wildcards in a topic name"); // [MQTT-3.3.2-2]
        }
        int packetId = qos == 0 ? 0 : in.packetIdentifier();
        Properties properties = properties(PUBLISH_PROPERTIES, "PUBLISH");
        if (properties.number(Properties.SUBSCRIPTION_IDENTIFIER, -1) >= 0) {
            // [MQTT-3.3.4-6]
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "a client must not send subscription identifiers");
        }
        int alias = (int) properties.number(Properties.TOPIC_ALIAS, 0);
        if (topic.isEmpty() && alias == 0) {
            throw new Malformed(
                    protocolLevel == 5 ? ReasonCode.PROTOCOL_ERROR : ReasonCode.TOPIC_NAME_INVALID,
                    "an empty topic name without a topic alias");
        }
        String responseTopic = responseTopic(properties);
        return new Packet.Publish(
                dup,
                Qos.of(qos),
                (flags & 1) != 0,
                packetId,
                topic,
                in.rest(),
                alias,
                (int) properties.number(Properties.PAYLOAD_FORMAT, -1),
                properties.number(Properties.MESSAGE_EXPIRY, -1),
                properties.text(Properties.CONTENT_TYPE),
                responseTopic,
                properties.bytes(Properties.CORRELATION_DATA),
                Properties.NONE,
                properties.userProperties());
    }

    private Packet ack(AckType type) throws Malformed {
        int packetId = in.packetIdentifier();
        ReasonCode code = ReasonCode.SUCCESS;
        String reason = null;
        if (protocolLevel == 5 && in.remaining() > 0) {
            code = reasonCode();
            if (in.remaining() > 0) {
                reason = properties(ACK_PROPERTIES, type.name()).text(Properties.REASON_STRING);
            }
        }
        return new Packet.Ack(type, packetId, code, reason);
    }

    private ReasonCode reasonCode() throws Malformed {
        int value = in.unsignedByte("the reason code");
        ReasonCode code = REASON_CODES[value];
        if (code == null) {
            throw FieldReader.malformed("unknown reason code 0x" + Integer.toHexString(value));
        }
        return code;
    }

    private Packet subscribe() throws Malformed {
        int packetId = in.packetIdentifier();
        Properties properties = properties(SUBSCRIBE_PROPERTIES, "SUBSCRIBE");
        List<Packet.SubscribeEntry> entries = new ArrayList<>(2);
        while (in.remaining() > 0) {
            String filter = in.string("a topic filter");
            entries.add(entry(filter, in.unsignedByte("the subscription options")));
        }
        requireSome(entries, "SUBSCRIBE"); // [MQTT-3.8.3-2]
        int identifier = (int) properties.number(Properties.SUBSCRIPTION_IDENTIFIER, 0);
        return new Packet.Subscribe(packetId, identifier, List.copyOf(entries), properties.userProperties());
    }

    private Packet.SubscribeEntry entry(String filter, int options) throws Malformed {
        int qos = options & 3;
        int reserved = protocolLevel == 5 ? 0xC0 : 0xFC;
        int handling = options >> 4 & 3;
        if (qos == 3 || (options & reserved) != 0) {
            throw FieldReader.malformed("reserved bits in the subscription options"); // [MQTT-3.8.3-5]
        }
        if (handling == 3) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, "retain handling 3 does not exist");
        }
        return new Packet.SubscribeEntry(
                filter, Qos.of(qos), (options & 4) != 0, (options & 8) != 0, RetainHandling.of(handling));
    }

    private Packet unsubscribe() throws Malformed {
        int packetId = in.packetIdentifier();
        List<UserProperty> userProperties =
                properties(UNSUBSCRIBE_PROPERTIES, "UNSUBSCRIBE").userProperties();
        List<String> filters = new ArrayList<>(2);
        while (in.remaining() > 0) {
            filters.add(in.string("a topic filter"));
        }
        requireSome(filters, "UNSUBSCRIBE"); // [MQTT-3.10.3-2]
        return new Packet.Unsubscribe(packetId, List.copyOf(filters), userProperties);
    }

    private static void requireSome(List<?> entries, String packet) throws Malformed {
        if (entries.isEmpty()) {
            throw new Malformed(ReasonCode.PROTOCOL_ERROR, packet + " without a topic filter");
        }
    }

    private Packet disconnect() throws Malformed {
        if (protocolLevel != 5 || in.remaining() == 0) {
            return new Packet.Disconnect(ReasonCode.SUCCESS, -1, null, null);
        }
        ReasonCode code = reasonCode();
        Properties properties =
                in.remaining() == 0 ? Properties.none() : properties(CLIENT_DISCONNECT_PROPERTIES, "DISCONNECT");
        return new Packet.Disconnect(
                code,
                properties.number(Properties.SESSION_EXPIRY, -1),
                properties.text(Properties.REASON_STRING),
                null);
    }

    private Packet auth() throws Malformed {
        if (in.remaining() == 0) {
            return new Packet.Auth(ReasonCode.SUCCESS, null, null, null);
        }
        ReasonCode code = reasonCode();
        Properties properties = in.remaining() == 0 ? Properties.none() : properties(AUTH_PROPERTIES, "AUTH");
        return new Packet.Auth(
                code,
                properties.text(Properties.AUTHENTICATION_METHOD),
                properties.bytes(Properties.AUTHENTICATION_DATA),
                properties.text(Properties.REASON_STRING));
    }

    private Properties properties(long allowed, String packet) throws Malformed {
        return protocolLevel == 5 ? Properties.read(in, allowed, packet, false) : Properties.none();
    }
}
