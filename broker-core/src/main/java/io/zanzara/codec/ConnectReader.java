package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;
import static io.zanzara.message.ReasonCode.TOPIC_NAME_INVALID;
import static io.zanzara.message.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.WillFields;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Topic;
import java.util.List;

/** Reads the bodies of CONNECT and CONNACK. */
final class ConnectReader {

    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    /** The bytes of the longest protocol name there is, its length and the level. */
    static final int MOST_BYTES_TO_LEVEL = 9;

    /** Stands for the level of another version's name; like every level that isn't spoken, it is refused. */
    static final int NOT_A_LEVEL = 0;

    private ConnectReader() {}

    /**
     * Reads protocol name and level, which say how to read the rest and how to answer.
     *
     * @return the level, spoken or not; {@link #NOT_A_LEVEL} for one that does not go with the name
     */
    static int level(Fields fields) throws Malformed {
        String name = fields.text();
        boolean isOldName = name.equals("MQIsdp");
        if (!isOldName && !name.equals("MQTT")) {
            // [MQTT-3.1.2-1] [MQTT-3.1.2-1 of 3.1.1]
            throw new Malformed(UNSUPPORTED_PROTOCOL_VERSION, "the protocol name is neither MQTT nor MQIsdp");
        }
        int level = fields.unsignedByte();
        boolean isOldLevel = level <= 3;
        return isSpoken(level) && isOldName != isOldLevel ? NOT_A_LEVEL : level;
    }

    /** Whether this broker speaks a version; what is refused for its level is not read any further. */
    static boolean isSpoken(int level) {
        return level >= 3 && level <= 5;
    }

    /** Returns what a CONNECT of a level that isn't spoken comes to: enough to be refused [MQTT-3.1.2-2] [MQTT-3.1.2-2 of 3.1.1]. */
    static Connect unsupported(int level) {
        return new Connect(level, "", true, 0, null, null, null, 0, 65_535, -1, 0, false, true, null, null, List.of());
    }

    /** @param level what {@link #level} has read, a spoken one */
    static Connect connect(Fields fields, int level) throws Malformed {
        int flags = fields.unsignedByte();
        checkFlags(flags, level);
        int keepAlive = fields.unsignedShort();
        Properties properties = level == 5 ? Properties.read(fields, PacketType.CONNECT) : Properties.none();
        // [MQTT-3.1.3-1] [MQTT-3.1.3-3] [MQTT-3.1.3-4] [MQTT-3.1.3-1 of 3.1.1] [MQTT-3.1.3-3 of 3.1.1]
        // [MQTT-3.1.3-4 of 3.1.1]
        String clientId = fields.text();
        // [MQTT-3.1.2-9] [MQTT-3.1.2-9 of 3.1.1] [MQTT-3.1.2-11 of 3.1.1]
        WillFields will = (flags & WILL) != 0 ? will(fields, flags, level) : null;
        // [MQTT-3.1.2-16] [MQTT-3.1.2-17] [MQTT-3.1.3-12] [MQTT-3.1.2-18 of 3.1.1] [MQTT-3.1.2-19 of 3.1.1]
        // [MQTT-3.1.3-11 of 3.1.1]
        String userName = (flags & USER_NAME) != 0 && isPresent(fields, level) ? fields.text() : null;
        // [MQTT-3.1.2-18] [MQTT-3.1.2-19] [MQTT-3.1.2-20 of 3.1.1] [MQTT-3.1.2-21 of 3.1.1]
        byte[] password = (flags & PASSWORD) != 0 && isPresent(fields, level) ? fields.binary() : null;
        // [MQTT-3.1.4-1] [MQTT-3.1.4-1 of 3.1.1]
        fields.requireEnd();
        return new Connect(
                level,
                clientId,
                (flags & CLEAN_START) != 0,
                keepAlive,
                will,
                userName,
                password,
                properties.number(Property.SESSION_EXPIRY, 0L),
                properties.number(Property.RECEIVE_MAXIMUM, 65_535),
                properties.number(Property.MAXIMUM_PACKET_SIZE, -1L),
                properties.number(Property.TOPIC_ALIAS_MAXIMUM, 0),
                properties.flag(Property.REQUEST_RESPONSE_INFORMATION, false),
                properties.flag(Property.REQUEST_PROBLEM_INFORMATION, true),
                properties.text(Property.AUTHENTICATION_METHOD),
                properties.binary(Property.AUTHENTICATION_DATA),
                properties.userProperties());
    }

    private static void checkFlags(int flags, int level) throws Malformed {
        if ((flags & 1) != 0) {
            // [MQTT-3.1.2-3] [MQTT-3.1.2-3 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "the reserved connect flag is set");
        }
        int willQos = flags >> WILL_QOS_SHIFT & 3;
        if (willQos == 3) {
            // [MQTT-3.1.2-12] [MQTT-3.1.2-14 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "the will has quality of service 3");
        }
        if ((flags & WILL) == 0 && (willQos != 0 || (flags & WILL_RETAIN) != 0)) {
            // [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-11 of 3.1.1] [MQTT-3.1.2-13 of 3.1.1]
            // [MQTT-3.1.2-15 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "will flags are set without a will");
        }
        if (level < 5 && (flags & PASSWORD) != 0 && (flags & USER_NAME) == 0) {
            // [MQTT-3.1.2-22 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "there is a password without a user name");
        }
    }

    /** In MQTT 3.1 the remaining length has precedence: user name and password may be missing in spite of their flags. */
    private static boolean isPresent(Fields fields, int level) {
        return level != 3 || fields.remaining() > 0;
    }

    private static WillFields will(Fields fields, int flags, int level) throws Malformed {
        Properties properties = level == 5 ? Properties.read(fields, PacketType.WILL) : Properties.none();
        // [MQTT-3.1.3-11] [MQTT-3.1.3-10 of 3.1.1]
        String topic = fields.text();
        String defect = Topic.defectOf(topic);
        if (defect != null) {
            throw new Malformed(TOPIC_NAME_INVALID, "the will topic is invalid: " + defect);
        }
        return new WillFields(
                topic,
                fields.binary(),
                Qos.of(flags >> WILL_QOS_SHIFT & 3),
                (flags & WILL_RETAIN) != 0,
                properties.number(Property.WILL_DELAY, 0L),
                properties.number(Property.PAYLOAD_FORMAT, -1),
                properties.number(Property.MESSAGE_EXPIRY, -1L),
                properties.text(Property.CONTENT_TYPE),
                properties.text(Property.RESPONSE_TOPIC),
                properties.binary(Property.CORRELATION_DATA),
                properties.userProperties());
    }

    static Connack connack(Fields fields, int protocolLevel) throws Malformed {
        int flags = fields.unsignedByte();
        if (protocolLevel == 3) {
            flags = 0; // reserved and unused in MQTT 3.1
        }
        if ((flags & 0xFE) != 0) {
            throw new Malformed(MALFORMED_PACKET, "reserved CONNACK flags are set"); // [MQTT-3.2.2-1]
        }
        ReasonCode reasonCode = protocolLevel == 5
                ? ReasonCodes.read(fields, ReasonCodes.CONNACK)
                : ReasonCodes.readConnectReturnCode(fields);
        if (flags == 1 && reasonCode != ReasonCode.SUCCESS) {
            // [MQTT-3.2.2-6] [MQTT-3.2.2-4 of 3.1.1]
            throw new Malformed(PROTOCOL_ERROR, "a CONNACK that refuses says that there is a session");
        }
        Properties properties = protocolLevel == 5 ? Properties.read(fields, PacketType.CONNACK) : Properties.none();
        fields.requireEnd();
        return connack(flags == 1, reasonCode, properties);
    }

    private static Connack connack(boolean sessionPresent, ReasonCode reasonCode, Properties properties) {
        return new Connack(
                sessionPresent,
                reasonCode,
                properties.number(Property.SESSION_EXPIRY, -1L),
                properties.number(Property.RECEIVE_MAXIMUM, 65_535),
                properties.number(Property.MAXIMUM_QOS, 2),
                properties.flag(Property.RETAIN_AVAILABLE, true),
                properties.number(Property.MAXIMUM_PACKET_SIZE, -1L),
                properties.text(Property.ASSIGNED_CLIENT_ID),
                properties.number(Property.TOPIC_ALIAS_MAXIMUM, 0),
                properties.text(Property.REASON_STRING),
                properties.flag(Property.WILDCARD_AVAILABLE, true),
                properties.flag(Property.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, true),
                properties.flag(Property.SHARED_AVAILABLE, true),
                properties.number(Property.SERVER_KEEP_ALIVE, -1),
                properties.text(Property.RESPONSE_INFORMATION),
                properties.text(Property.SERVER_REFERENCE),
                properties.text(Property.AUTHENTICATION_METHOD),
                properties.binary(Property.AUTHENTICATION_DATA));
    }
}
