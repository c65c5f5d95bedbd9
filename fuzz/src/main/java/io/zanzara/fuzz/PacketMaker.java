package io.zanzara.fuzz;

import io.zanzara.testclient.Bytes;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;

/** The generator that knows the structure: valid packets of one version, with random fields and properties. */
final class PacketMaker {

    private static final int[] CONNECT = {
        Properties.SESSION_EXPIRY,
        Properties.RECEIVE_MAXIMUM,
        Properties.MAXIMUM_PACKET_SIZE,
        Properties.TOPIC_ALIAS_MAXIMUM,
        Properties.REQUEST_RESPONSE_INFORMATION,
        Properties.REQUEST_PROBLEM_INFORMATION,
        Properties.USER_PROPERTY
    };
    private static final int[] WILL = {
        Properties.WILL_DELAY,
        Properties.PAYLOAD_FORMAT,
        Properties.MESSAGE_EXPIRY,
        Properties.CONTENT_TYPE,
        Properties.RESPONSE_TOPIC,
        Properties.CORRELATION_DATA,
        Properties.USER_PROPERTY
    };
    private static final int[] PUBLISH = {
        Properties.PAYLOAD_FORMAT,
        Properties.MESSAGE_EXPIRY,
        Properties.CONTENT_TYPE,
        Properties.RESPONSE_TOPIC,
        Properties.CORRELATION_DATA,
        Properties.USER_PROPERTY
    };
    private static final int[] SUBSCRIBE = {Properties.SUBSCRIPTION_IDENTIFIER, Properties.USER_PROPERTY};
    private static final int[] UNSUBSCRIBE = {Properties.USER_PROPERTY};
    private static final int[] ACKNOWLEDGE = {Properties.REASON_STRING, Properties.USER_PROPERTY};
    private static final int[] DISCONNECT = {Properties.REASON_STRING, Properties.USER_PROPERTY};
    private static final int[] AUTH = {
        Properties.AUTHENTICATION_DATA, Properties.REASON_STRING, Properties.USER_PROPERTY
    };
    private static final int MOST_ALIASES = 32;
    private static final int LEAST_PACKET_SIZE = 40;

    private final int level;
    private final Words words;

    PacketMaker(int level, Words words) {
        this.level = level;
        this.words = words;
    }

    /** CONNECT; sometimes with a will, a user name, a password, and seldom with a method of authentication. */
    byte[] connect(String clientId, boolean clean) {
        boolean will = words.oneIn(4);
        boolean user = words.oneIn(4);
        boolean password = words.oneIn(3) && (user || level == 5);
        int flags = (clean ? 2 : 0)
                | (will ? 4 | words.below(3) << 3 | words.below(2) << 5 : 0)
                | (password ? 0x40 : 0)
                | (user ? 0x80 : 0);
        Bytes body = new Bytes();
        body.string(level == 3 ? "MQIsdp" : "MQTT").one(level).one(flags).two(keepAlive());
        if (level == 5) {
            body.sized(withMethod(properties(CONNECT), words.oneIn(100)));
        }
        body.string(clientId);
        if (will) {
            if (level == 5) {
                body.sized(properties(WILL));
            }
            body.string(words.topic()).binary(words.binary());
        }
        if (user) {
            body.string(words.text());
        }
        if (password) {
            body.binary(words.binary());
        }
        return Packets.packet(Packet.CONNECT, 0, body.toArray());
    }

    private int keepAlive() {
        return words.oneIn(50) ? 1 + words.below(2) : words.oneIn(2) ? 0 : 600;
    }

    /** PUBLISH to a topic by its name, in 5.0 sometimes with an alias that the broker allows. */
    byte[] publish(int qos, boolean duplicate, int packetIdentifier) {
        return publish(
                words.topic(), words.oneIn(8) ? 1 + words.below(MOST_ALIASES) : 0, qos, duplicate, packetIdentifier);
    }

    /**
     * PUBLISH to a topic.
     *
     * @param alias 0 for none; 5.0 only
     */
    byte[] publish(String topic, int alias, int qos, boolean duplicate, int packetIdentifier) {
        Bytes body = new Bytes().string(topic);
        if (qos > 0) {
            body.two(packetIdentifier);
        }
        if (level == 5) {
            Bytes all = new Bytes().raw(properties(PUBLISH));
            if (alias > 0) {
                all.one(Properties.TOPIC_ALIAS).two(alias);
            }
            body.sized(all.toArray());
        }
        body.raw(words.payload());
        int flags = (duplicate && qos > 0 ? 8 : 0) | qos << 1 | (words.oneIn(30) ? 1 : 0);
        return Packets.packet(Packet.PUBLISH, flags, body.toArray());
    }

    byte[] subscribe(int packetIdentifier) {
        Bytes body = start(packetIdentifier, SUBSCRIBE);
        int filters = words.oneIn(10) ? 1 + words.below(30) : 1 + words.below(3);
        for (int i = 0; i < filters; i++) {
            String filter = words.filter();
            int options = words.below(3);
            if (level == 5) {
                boolean noLocal = words.oneIn(4) && !filter.startsWith("$share");
                options |= (noLocal ? 4 : 0) | words.below(2) << 3 | words.below(3) << 4;
            }
            body.string(filter).one(options);
        }
        return Packets.packet(Packet.SUBSCRIBE, 2, body.toArray());
    }

    byte[] unsubscribe(int packetIdentifier) {
        Bytes body = start(packetIdentifier, UNSUBSCRIBE);
        int filters = 1 + words.below(5);
        for (int i = 0; i < filters; i++) {
            body.string(words.filter());
        }
        return Packets.packet(Packet.UNSUBSCRIBE, 2, body.toArray());
    }

    private Bytes start(int packetIdentifier, int[] allowed) {
        Bytes body = new Bytes().two(packetIdentifier);
        if (level == 5) {
            body.sized(properties(allowed));
        }
        return body;
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP: in 5.0 short, with a reason code, or with properties too. */
    byte[] acknowledge(int type, int packetIdentifier) {
        Bytes body = new Bytes().two(packetIdentifier);
        if (level == 5 && words.oneIn(4)) {
            body.one(0);
            if (words.oneIn(2)) {
                body.sized(properties(ACKNOWLEDGE));
            }
        }
        return Packets.packet(type, type == Packet.PUBREL ? 2 : 0, body.toArray());
    }

    /** PUBACK or PUBREC that refuses; 5.0 only, in the others a success. */
    byte[] refuse(int type, int packetIdentifier) {
        if (level < 5) {
            return acknowledge(type, packetIdentifier);
        }
        int[] reasons = {0x80, 0x83, 0x87, 0x90, 0x97, 0x99};
        return Packets.packet(
                type,
                0,
                new Bytes()
                        .two(packetIdentifier)
                        .one(reasons[words.below(reasons.length)])
                        .toArray());
    }

    byte[] pingReq() {
        return Packets.packet(Packet.PINGREQ, 0, new byte[0]);
    }

    byte[] disconnect() {
        Bytes body = new Bytes();
        if (level == 5 && words.oneIn(2)) {
            body.one(words.oneIn(2) ? 0 : 4);
            if (words.oneIn(2)) {
                body.sized(properties(DISCONNECT));
            }
        }
        return Packets.packet(Packet.DISCONNECT, 0, body.toArray());
    }

    byte[] auth() {
        byte[] body = new Bytes()
                .one(0x18 + words.below(2))
                .sized(withMethod(properties(AUTH), true))
                .toArray();
        return Packets.packet(Packet.AUTH, 0, body);
    }

    /** Any packet of a client but CONNECT, with any packet identifier. */
    byte[] any() {
        int identifier = words.oneIn(4) ? (int) Math.max(1, words.edge(65_535)) : 1 + words.below(300);
        return switch (words.below(10)) {
            case 0, 1, 2 -> publish(words.below(3), words.oneIn(4), identifier);
            case 3 -> acknowledge(Packet.PUBACK + words.below(4), identifier);
            case 4 -> refuse(Packet.PUBACK + words.below(2), identifier);
            case 5, 6 -> subscribe(identifier);
            case 7 -> unsubscribe(identifier);
            case 8 -> words.oneIn(4) ? disconnect() : pingReq();
            default -> words.oneIn(4) ? auth() : pingReq();
        };
    }

    private byte[] withMethod(byte[] properties, boolean method) {
        Bytes all = new Bytes().raw(properties);
        if (method) {
            all.one(Properties.AUTHENTICATION_METHOD).string(words.oneIn(2) ? "SCRAM-SHA-256" : words.text());
        }
        return all.toArray();
    }

    /** Some of those allowed, in their order, with values that are allowed. */
    private byte[] properties(int[] allowed) {
        Bytes out = new Bytes();
        if (words.oneIn(2)) {
            return out.toArray();
        }
        for (int identifier : allowed) {
            if (words.oneIn(3)) {
                property(out, identifier);
            }
        }
        return out.toArray();
    }

    private void property(Bytes out, int identifier) {
        out.one(identifier);
        switch (identifier) {
            case Properties.PAYLOAD_FORMAT,
                    Properties.REQUEST_PROBLEM_INFORMATION,
                    Properties.REQUEST_RESPONSE_INFORMATION -> out.one(words.below(2));
            case Properties.RECEIVE_MAXIMUM -> out.two((int) Math.max(1, words.edge(65_535)));
            case Properties.TOPIC_ALIAS_MAXIMUM -> out.two((int) words.edge(65_535));
            case Properties.MAXIMUM_PACKET_SIZE -> out.four(Math.max(LEAST_PACKET_SIZE, words.edge(0xFFFF_FFFFL)));
            case Properties.SESSION_EXPIRY, Properties.MESSAGE_EXPIRY, Properties.WILL_DELAY ->
                out.four(words.edge(0xFFFF_FFFFL));
            case Properties.SUBSCRIPTION_IDENTIFIER -> out.variable((int) Math.max(1, words.edge(268_435_455)));
            case Properties.CORRELATION_DATA, Properties.AUTHENTICATION_DATA -> out.binary(words.binary());
            case Properties.RESPONSE_TOPIC -> out.string(words.topic());
            case Properties.USER_PROPERTY -> out.string(words.text()).string(words.text());
            default -> out.string(words.text());
        }
    }
}
