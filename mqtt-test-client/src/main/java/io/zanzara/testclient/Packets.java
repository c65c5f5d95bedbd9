package io.zanzara.testclient;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes a client's control packets, as bytes, in one version of the protocol.
 *
 * @param level the protocol level of CONNECT: 3 (MQTT 3.1), 4 (3.1.1) or 5 (5.0)
 */
public record Packets(int level) {

    public static final Packets MQTT_3_1 = new Packets(3);
    public static final Packets MQTT_3_1_1 = new Packets(4);
    public static final Packets MQTT_5 = new Packets(5);

    private static final byte[] NOTHING = {};

    /**
     * What a CONNECT says. With 5.0 a session that isn't clean gets an expiry interval of its own.
     *
     * @param clean clean session (3.x), clean start (5.0)
     * @param expirySeconds the session expiry interval, 5.0 only; 0xFFFFFFFF never ends it
     * @param keepAliveSeconds 0 for none
     * @param receiveMaximum 5.0 only; 0 leaves it out
     * @param will its will message, or null
     * @param userName sent without a password, or null for none
     */
    public record Connect(
            String clientId,
            boolean clean,
            long expirySeconds,
            int keepAliveSeconds,
            int receiveMaximum,
            @Nullable Will will,
            @Nullable String userName) {

        /** Without a user name. */
        public Connect(
                String clientId,
                boolean clean,
                long expirySeconds,
                int keepAliveSeconds,
                int receiveMaximum,
                @Nullable Will will) {
            this(clientId, clean, expirySeconds, keepAliveSeconds, receiveMaximum, will, null);
        }

        /** A session that stays until it is ended. */
        public static Connect persistent(String clientId) {
            return new Connect(clientId, false, 0xFFFF_FFFFL, 0, 0, null);
        }

        /** A session that begins and ends with its connection. */
        public static Connect clean(String clientId) {
            return new Connect(clientId, true, 0, 0, 0, null);
        }

        public Connect expiry(long seconds) {
            return new Connect(clientId, clean, seconds, keepAliveSeconds, receiveMaximum, will, userName);
        }

        public Connect keepAlive(int seconds) {
            return new Connect(clientId, clean, expirySeconds, seconds, receiveMaximum, will, userName);
        }

        public Connect window(int messages) {
            return new Connect(clientId, clean, expirySeconds, keepAliveSeconds, messages, will, userName);
        }

        public Connect withWill(Will message) {
            return new Connect(clientId, clean, expirySeconds, keepAliveSeconds, receiveMaximum, message, userName);
        }

        public Connect by(String user) {
            return new Connect(clientId, clean, expirySeconds, keepAliveSeconds, receiveMaximum, will, user);
        }

        public Connect startingClean() {
            return new Connect(clientId, true, expirySeconds, keepAliveSeconds, receiveMaximum, will, userName);
        }
    }

    /**
     * A will message.
     *
     * @param delaySeconds 5.0 only
     */
    public record Will(String topic, String payload, int qos, boolean retain, int delaySeconds) {}

    public byte[] connect(Connect options) {
        return connect(options, Properties.NONE);
    }

    /**
     * CONNECT with further properties.
     *
     * @param more 5.0 only
     */
    public byte[] connect(Connect options, Properties more) {
        Will will = options.will();
        Bytes body = new Bytes();
        body.string(level == 3 ? "MQIsdp" : "MQTT").one(level);
        int flags = options.clean() ? 2 : 0;
        if (will != null) {
            flags |= 4 | will.qos() << 3 | (will.retain() ? 32 : 0);
        }
        String userName = options.userName();
        flags |= userName == null ? 0 : 128;
        body.one(flags).two(options.keepAliveSeconds());
        if (level == 5) {
            Bytes properties = new Bytes();
            if (options.expirySeconds() > 0) {
                properties.one(17).four(options.expirySeconds());
            }
            if (options.receiveMaximum() > 0) {
                properties.one(33).two(options.receiveMaximum());
            }
            properties.raw(more.encoded());
            body.sized(properties.toArray());
        }
        body.string(options.clientId());
        if (will != null) {
            if (level == 5) {
                Bytes properties = new Bytes();
                if (will.delaySeconds() > 0) {
                    properties.one(24).four(will.delaySeconds());
                }
                body.sized(properties.toArray());
            }
            body.string(will.topic()).string(will.payload());
        }
        if (userName != null) {
            body.string(userName);
        }
        return packet(Packet.CONNECT, 0, body.toArray());
    }

    /**
     * PUBLISH.
     *
     * @param packetIdentifier 1 to 65,535; not sent at QoS 0
     */
    public byte[] publish(
            String topic, byte[] payload, int qos, boolean retain, boolean duplicate, int packetIdentifier) {
        return publish(topic, payload, qos, retain, duplicate, packetIdentifier, NOTHING);
    }

    /** PUBLISH with a payload in UTF-8, neither retained nor a duplicate. */
    public byte[] publish(String topic, String payload, int qos, int packetIdentifier) {
        return publish(topic, payload.getBytes(StandardCharsets.UTF_8), qos, false, false, packetIdentifier);
    }

    /**
     * PUBLISH with properties.
     *
     * @param properties encoded, without their length; 5.0 only
     */
    public byte[] publish(
            String topic,
            byte[] payload,
            int qos,
            boolean retain,
            boolean duplicate,
            int packetIdentifier,
            byte[] properties) {
        Bytes body = new Bytes().string(topic);
        if (qos > 0) {
            body.two(packetIdentifier);
        }
        if (level == 5) {
            body.sized(properties);
        }
        body.raw(payload);
        return packet(Packet.PUBLISH, (duplicate ? 8 : 0) | qos << 1 | (retain ? 1 : 0), body.toArray());
    }

    /** PUBLISH with properties and a payload in UTF-8, neither retained nor a duplicate; 5.0 only. */
    public byte[] publish(String topic, String payload, int qos, int packetIdentifier, Properties properties) {
        return publish(
                topic,
                payload.getBytes(StandardCharsets.UTF_8),
                qos,
                false,
                false,
                packetIdentifier,
                properties.encoded());
    }

    /** A Message Expiry Interval, to be given as properties of a PUBLISH. */
    public static byte[] messageExpiry(long seconds) {
        return new Bytes().one(2).four(seconds).toArray();
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP, with success. */
    public byte[] acknowledge(int type, int packetIdentifier) {
        return packet(
                type,
                type == Packet.PUBREL ? 2 : 0,
                new Bytes().two(packetIdentifier).toArray());
    }

    /** SUBSCRIBE to some filters with the same maximum QoS. */
    public byte[] subscribe(int packetIdentifier, int qos, String... filters) {
        return subscribe(packetIdentifier, Properties.NONE, qos, filters);
    }

    /**
     * SUBSCRIBE with properties.
     *
     * @param properties 5.0 only
     * @param options the subscription options of each filter: the maximum QoS and, in 5.0, 4 no local, 8 retain as published, 16 or 32 retain
     *     handling
     */
    public byte[] subscribe(int packetIdentifier, Properties properties, int options, String... filters) {
        Bytes body = new Bytes().two(packetIdentifier);
        if (level == 5) {
            body.sized(properties.encoded());
        }
        for (String filter : filters) {
            body.string(filter).one(options);
        }
        return packet(Packet.SUBSCRIBE, 2, body.toArray());
    }

    public byte[] unsubscribe(int packetIdentifier, String... filters) {
        Bytes body = new Bytes().two(packetIdentifier);
        if (level == 5) {
            body.sized(NOTHING);
        }
        for (String filter : filters) {
            body.string(filter);
        }
        return packet(Packet.UNSUBSCRIBE, 2, body.toArray());
    }

    public byte[] pingReq() {
        return packet(Packet.PINGREQ, 0, NOTHING);
    }

    /** DISCONNECT, the normal one: the will goes. */
    public byte[] disconnect() {
        return packet(Packet.DISCONNECT, 0, NOTHING);
    }

    /** Any acknowledgement, DISCONNECT or AUTH of 5.0 in its long form: reason code and properties; packet identifier 0 for none. */
    public static byte[] withReason(int type, int packetIdentifier, int reasonCode, Properties properties) {
        Bytes body = new Bytes();
        if (packetIdentifier > 0) {
            body.two(packetIdentifier);
        }
        body.one(reasonCode).sized(properties.encoded());
        return packet(type, type == Packet.PUBREL ? 2 : 0, body.toArray());
    }

    /** Any control packet: its first byte from type and flags, its length, its body. */
    public static byte[] packet(int type, int flags, byte[] body) {
        return new Bytes().one(type << 4 | flags).sized(body).toArray();
    }
}
