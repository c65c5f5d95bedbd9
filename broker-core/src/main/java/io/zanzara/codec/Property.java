package io.zanzara.codec;

import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5.0, section 2.2.2.2: identifier, type and the packets that may carry them. */
enum Property {
    PAYLOAD_FORMAT(0x01, Type.FLAG, PacketType.PUBLISH, PacketType.WILL),
    MESSAGE_EXPIRY(0x02, Type.INT, PacketType.PUBLISH, PacketType.WILL),
    CONTENT_TYPE(0x03, Type.TEXT, PacketType.PUBLISH, PacketType.WILL),
    RESPONSE_TOPIC(0x08, Type.TEXT, PacketType.PUBLISH, PacketType.WILL),
    CORRELATION_DATA(0x09, Type.BINARY, PacketType.PUBLISH, PacketType.WILL),
    SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARIABLE, PacketType.PUBLISH, PacketType.SUBSCRIBE),
    SESSION_EXPIRY(0x11, Type.INT, PacketType.CONNECT, PacketType.CONNACK, PacketType.DISCONNECT),
    ASSIGNED_CLIENT_ID(0x12, Type.TEXT, PacketType.CONNACK),
    SERVER_KEEP_ALIVE(0x13, Type.SHORT, PacketType.CONNACK),
    AUTHENTICATION_METHOD(0x15, Type.TEXT, PacketType.CONNECT, PacketType.CONNACK, PacketType.AUTH),
    AUTHENTICATION_DATA(0x16, Type.BINARY, PacketType.CONNECT, PacketType.CONNACK, PacketType.AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, Type.FLAG, PacketType.CONNECT),
    WILL_DELAY(0x18, Type.INT, PacketType.WILL),
    REQUEST_RESPONSE_INFORMATION(0x19, Type.FLAG, PacketType.CONNECT),
    RESPONSE_INFORMATION(0x1A, Type.TEXT, PacketType.CONNACK),
    SERVER_REFERENCE(0x1C, Type.TEXT, PacketType.CONNACK, PacketType.DISCONNECT),
    REASON_STRING(
            0x1F,
            Type.TEXT,
            PacketType.CONNACK,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBACK,
            PacketType.UNSUBACK,
            PacketType.DISCONNECT,
            PacketType.AUTH),
    RECEIVE_MAXIMUM(0x21, Type.SHORT, PacketType.CONNECT, PacketType.CONNACK),
    TOPIC_ALIAS_MAXIMUM(0x22, Type.SHORT, PacketType.CONNECT, PacketType.CONNACK),
    TOPIC_ALIAS(0x23, Type.SHORT, PacketType.PUBLISH),
    MAXIMUM_QOS(0x24, Type.FLAG, PacketType.CONNACK),
    RETAIN_AVAILABLE(0x25, Type.FLAG, PacketType.CONNACK),
    USER_PROPERTY(
            0x26,
            Type.PAIR,
            PacketType.CONNECT,
            PacketType.CONNACK,
            PacketType.PUBLISH,
            PacketType.WILL,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBSCRIBE,
            PacketType.SUBACK,
            PacketType.UNSUBSCRIBE,
            PacketType.UNSUBACK,
            PacketType.DISCONNECT,
            PacketType.AUTH),
    MAXIMUM_PACKET_SIZE(0x27, Type.INT, PacketType.CONNECT, PacketType.CONNACK),
    WILDCARD_AVAILABLE(0x28, Type.FLAG, PacketType.CONNACK),
    SUBSCRIPTION_IDENTIFIERS_AVAILABLE(0x29, Type.FLAG, PacketType.CONNACK),
    SHARED_AVAILABLE(0x2A, Type.FLAG, PacketType.CONNACK);

    /** How a value stands on the wire. */
    enum Type {
        /** One byte that is 0 or 1. */
        FLAG,
        SHORT,
        INT,
        VARIABLE,
        TEXT,
        BINARY,
        /** Two texts. */
        PAIR
    }

    static final int COUNT = values().length;

    private static final @Nullable Property[] BY_ID = new Property[0x2B];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final Type type;
    private final int owners;

    Property(int id, Type type, int... owners) {
        this.id = id;
        this.type = type;
        int mask = 0;
        for (int owner : owners) {
            mask |= 1 << owner;
        }
        this.owners = mask;
    }

    /** Returns the property, or null if there is none with this identifier. */
    static @Nullable Property of(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }

    /** Returns the identifier, which always takes one byte. */
    int id() {
        return id;
    }

    Type type() {
        return type;
    }

    /** @param owner a constant of {@link PacketType} */
    boolean isAllowedIn(int owner) {
        return (owners & 1 << owner) != 0;
    }

    /** Whether it may stand more than once in the same packet. */
    boolean isRepeatableIn(int owner) {
        return this == USER_PROPERTY || this == SUBSCRIPTION_IDENTIFIER && owner == PacketType.PUBLISH;
    }
}
