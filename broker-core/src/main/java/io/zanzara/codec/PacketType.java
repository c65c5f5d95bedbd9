package io.zanzara.codec;

/** The control packet types, the high nibble of a packet's first byte. */
final class PacketType {

    static final int CONNECT = 1;
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBSCRIBE = 8;
    static final int SUBACK = 9;
    static final int UNSUBSCRIBE = 10;
    static final int UNSUBACK = 11;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;
    static final int AUTH = 15;

    /** Stands for the will within CONNECT, which has properties of its own; no packet has this type. */
    static final int WILL = 0;

    private PacketType() {}

    /** Returns the flags that a packet of this type must have, PUBLISH excepted. */
    static int requiredFlags(int type) {
        return type == PUBREL || type == SUBSCRIBE || type == UNSUBSCRIBE ? 0b0010 : 0;
    }

    static boolean isSentByClients(int type) {
        return switch (type) {
            case CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP -> true;
            case SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT, AUTH -> true;
            default -> false;
        };
    }

    static boolean isSentByServers(int type, int protocolLevel) {
        return switch (type) {
            case CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP -> true;
            case SUBACK, UNSUBACK, PINGRESP -> true;
            case DISCONNECT, AUTH -> protocolLevel == 5;
            default -> false;
        };
    }
}
