package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.zanzara.codec.Packet.Ack;
import io.zanzara.codec.Packet.Auth;
import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.Disconnect;
import io.zanzara.codec.Packet.Pingreq;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.codec.Packet.Suback;
import io.zanzara.codec.Packet.Subscribe;
import io.zanzara.codec.Packet.SubscribeEntry;
import io.zanzara.codec.Packet.Unsuback;
import io.zanzara.codec.Packet.Unsubscribe;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes packets in the version of one connection, none larger than its peer accepts. */
public final class PacketWriter {

    /** What is returned, and nothing written, where a packet is larger than the peer or the standard allows. */
    public static final int TOO_LARGE = -1;

    private final boolean isServer;
    private final int protocolLevel;
    private final long maxPacketBytes;
    private final EncodedTopics topics = new EncodedTopics();

    private PacketWriter(boolean isServer, int protocolLevel, long maxPacketBytes) {
        this.isServer = isServer;
        // Bridges set the highest bit; of an unknown version only this is known: from 5 on CONNACK has reason codes.
        this.protocolLevel = (protocolLevel & 0x7F) >= 5 ? 5 : protocolLevel;
        this.maxPacketBytes = maxPacketBytes < 0 ? Long.MAX_VALUE : maxPacketBytes;
    }

    /**
     * A server's writer.
     *
     * @param protocolLevel that of the client's CONNECT; if it is not spoken, the nearest form is written
     * @param maxPacketBytes the client's maximum packet size, or -1 for none
     */
    public PacketWriter(int protocolLevel, long maxPacketBytes) {
        this(true, protocolLevel, maxPacketBytes);
    }

    /** A client's writer; differs in that DISCONNECT exists in MQTT 3.1 and 3.1.1. A CONNECT is written in its own version. */
    public static PacketWriter forClient(int protocolLevel, long maxPacketBytes) {
        return new PacketWriter(false, protocolLevel, maxPacketBytes);
    }

    /**
     * Writes {@code packet}. A reason string is left out where it would make the packet too large [MQTT-3.4.2-2].
     *
     * @return the bytes written; 0 if the version has no such packet in this direction, or no CONNACK for this reason; {@link #TOO_LARGE}
     */
    public int write(Packet packet, ByteBuf out) {
        if (packet instanceof Publish publish) {
            return publish(publish, out);
        }
        if (packet instanceof Ack ack) {
            return ack(ack, out);
        }
        if (packet instanceof Connect connect) {
            return ConnectWriter.write(out, maxPacketBytes, connect);
        }
        if (packet instanceof Connack connack) {
            return connack(connack, out);
        }
        if (packet instanceof Subscribe subscribe) {
            return subscribe(subscribe, out);
        }
        if (packet instanceof Suback suback) {
            return suback(suback, out);
        }
        if (packet instanceof Unsubscribe unsubscribe) {
            return unsubscribe(unsubscribe, out);
        }
        if (packet instanceof Unsuback unsuback) {
            return unsuback(unsuback, out);
        }
        if (packet instanceof Disconnect disconnect) {
            return disconnect(disconnect, out);
        }
        if (packet instanceof Auth auth) {
            return auth(auth, out);
        }
        return start(out, PacketType.PINGREQ + (packet instanceof Pingreq ? 0 : 1), 0);
    }

    /**
     * Writes a PUBLISH to a subscriber. What the version lacks is left out.
     *
     * @param packetId 0 at QoS 0
     * @param topic the topic name as it is sent: empty where the alias stands for it
     * @param topicAlias 0 for none
     * @param messageExpirySeconds what is left of it, or -1 for none
     * @return the bytes written, or {@link #TOO_LARGE} [MQTT-3.1.2-24]
     */
    public int writePublish(
            ByteBuf out,
            boolean dup,
            Qos qos,
            boolean retain,
            int packetId,
            Publication publication,
            String topic,
            int topicAlias,
            long messageExpirySeconds,
            int[] subscriptionIdentifiers) {
        int firstByte = PublishWriter.firstByte(dup, qos, retain);
        if (protocolLevel < 5) {
            return PublishWriter.write(
                    out, maxPacketBytes, firstByte, packetId, topics.encoded(topic), publication.payload());
        }
        return PublishWriter.write5(
                out,
                maxPacketBytes,
                firstByte,
                packetId,
                topics.encoded(topic),
                topicAlias,
                messageExpirySeconds,
                subscriptionIdentifiers,
                publication.properties(),
                publication.payload());
    }

    /** Writes the fixed header and makes room for the rest, or does neither if the packet is too large. */
    static int start(ByteBuf out, long maxPacketBytes, int firstByte, long remaining) {
        long total = Encoding.packetLength(remaining);
        // [MQTT-3.1.2-24]
        if (remaining > Encoding.MAX_VARIABLE || total > maxPacketBytes) {
            return TOO_LARGE;
        }
        out.ensureWritable((int) total);
        Encoding.fixedHeader(out, firstByte, (int) remaining);
        return (int) total;
    }

    private int start(ByteBuf out, int type, long remaining) {
        return start(out, maxPacketBytes, type << 4 | PacketType.requiredFlags(type), remaining);
    }

    /** Adds the reason string if the packet, which has {@code others} bytes beside its properties, stays small enough. */
    private void addReason(PropertyBlock properties, @Nullable String reasonString, long others) {
        // no packet of the broker's but PUBLISH has user properties, so that none is too large for them
        // [MQTT-3.2.2-20] [MQTT-3.4.2-3] [MQTT-3.5.2-3] [MQTT-3.6.2-3] [MQTT-3.7.2-3] [MQTT-3.9.2-2] [MQTT-3.11.2-2]
        // [MQTT-3.14.2-4] [MQTT-3.15.2-3]
        if (reasonString != null) {
            long length = 1 + Encoding.textLength(reasonString);
            // [MQTT-3.2.2-19] [MQTT-3.4.2-2] [MQTT-3.5.2-2] [MQTT-3.6.2-2] [MQTT-3.7.2-2] [MQTT-3.9.2-1]
            // [MQTT-3.11.2-1] [MQTT-3.14.2-3] [MQTT-3.15.2-2]
            if (Encoding.packetLength(others + properties.encodedLength(length)) <= maxPacketBytes
                    && length <= Encoding.MAX_VARIABLE) {
                properties.add(Property.REASON_STRING, reasonString);
            }
        }
    }

    private int publish(Publish publish, ByteBuf out) {
        int firstByte = PublishWriter.firstByte(publish.dup(), publish.qos(), publish.retain());
        if (protocolLevel < 5) {
            return PublishWriter.write(
                    out,
                    maxPacketBytes,
                    firstByte,
                    publish.packetId(),
                    topics.encoded(publish.topic()),
                    publish.payload());
        }
        return PublishWriter.write5(
                out,
                maxPacketBytes,
                firstByte,
                publish.packetId(),
                topics.encoded(publish.topic()),
                publish.topicAlias(),
                publish.messageExpiry(),
                publish.subscriptionIdentifiers(),
                new PublicationProperties(
                        publish.payloadFormat(),
                        publish.contentType(),
                        publish.responseTopic(),
                        publish.correlationData(),
                        publish.userProperties()),
                publish.payload());
    }

    private int ack(Ack ack, ByteBuf out) {
        int type = ack.type().packetType();
        if (protocolLevel < 5 || ack.reasonCode() == ReasonCode.SUCCESS && ack.reasonString() == null) {
            int total = start(out, type, 2);
            if (total != TOO_LARGE) {
                out.writeShort(ack.packetId());
            }
            return total;
        }
        PropertyBlock properties = new PropertyBlock();
        addReason(properties, ack.reasonString(), 3);
        int total = start(out, type, 3 + (properties.isEmpty() ? 0 : properties.encodedLength()));
        if (total != TOO_LARGE) {
            out.writeShort(ack.packetId()).writeByte(ack.reasonCode().code());
            if (!properties.isEmpty()) {
                properties.write(out);
            }
        }
        return total;
    }

    private int connack(Connack connack, ByteBuf out) {
        PropertyBlock properties = new PropertyBlock();
        int code = ReasonCodes.toConnectReturnCode(connack.reasonCode());
        if (protocolLevel == 5) {
            code = ReasonCodes.toConnectReasonCode(connack.reasonCode()).code();
            properties = ConnectWriter.properties(connack);
            addReason(properties, connack.reasonString(), 2);
        }
        if (code == ReasonCodes.NO_RETURN_CODE) {
            return 0;
        }
        int total = start(out, PacketType.CONNACK, 2 + (protocolLevel == 5 ? properties.encodedLength() : 0));
        if (total != TOO_LARGE) {
            // MQTT 3.1 has no session present flag; [MQTT-3.2.2-1] [MQTT-3.2.2-6] [MQTT-3.2.2-4 of 3.1.1]
            boolean sessionPresent = connack.sessionPresent() && protocolLevel > 3 && code == 0;
            out.writeByte(sessionPresent ? 1 : 0).writeByte(code);
            if (protocolLevel == 5) {
                properties.write(out);
            }
        }
        return total;
    }

    private int subscribe(Subscribe subscribe, ByteBuf out) {
        PropertyBlock properties = new PropertyBlock()
                .add(Property.SUBSCRIPTION_IDENTIFIER, subscribe.subscriptionIdentifier(), 0)
                .addAll(subscribe.userProperties());
        long body = 0;
        for (SubscribeEntry entry : subscribe.entries()) {
            body += Encoding.textLength(entry.filter()) + 1;
        }
        int total = startWithId(out, PacketType.SUBSCRIBE, subscribe.packetId(), properties, body);
        if (total != TOO_LARGE) {
            for (SubscribeEntry entry : subscribe.entries()) {
                Encoding.text(out, entry.filter());
                out.writeByte(options(entry));
            }
        }
        return total;
    }

    private int options(SubscribeEntry entry) {
        int options = entry.qos().value();
        if (protocolLevel == 5) {
            options |= (entry.noLocal() ? 0x04 : 0)
                    | (entry.retainAsPublished() ? 0x08 : 0)
                    | entry.retainHandling().ordinal() << 4;
        }
        return options;
    }

    private int unsubscribe(Unsubscribe unsubscribe, ByteBuf out) {
        PropertyBlock properties = new PropertyBlock().addAll(unsubscribe.userProperties());
        long body = 0;
        for (String filter : unsubscribe.filters()) {
            body += Encoding.textLength(filter);
        }
        int total = startWithId(out, PacketType.UNSUBSCRIBE, unsubscribe.packetId(), properties, body);
        if (total != TOO_LARGE) {
            for (String filter : unsubscribe.filters()) {
                Encoding.text(out, filter);
            }
        }
        return total;
    }

    private int suback(Suback suback, ByteBuf out) {
        List<ReasonCode> reasonCodes = suback.reasonCodes();
        PropertyBlock properties = new PropertyBlock();
        addReason(properties, suback.reasonString(), 2 + reasonCodes.size());
        int total = startWithId(out, PacketType.SUBACK, suback.packetId(), properties, reasonCodes.size());
        if (total != TOO_LARGE) {
            for (ReasonCode reasonCode : reasonCodes) {
                out.writeByte(
                        protocolLevel == 5
                                ? reasonCode.code()
                                : ReasonCodes.toSubscribeReturnCode(reasonCode, protocolLevel));
            }
        }
        return total;
    }

    private int unsuback(Unsuback unsuback, ByteBuf out) {
        List<ReasonCode> reasonCodes = protocolLevel == 5 ? unsuback.reasonCodes() : List.of();
        PropertyBlock properties = new PropertyBlock();
        addReason(properties, unsuback.reasonString(), 2 + reasonCodes.size());
        int total = startWithId(out, PacketType.UNSUBACK, unsuback.packetId(), properties, reasonCodes.size());
        if (total != TOO_LARGE) {
            for (ReasonCode reasonCode : reasonCodes) {
                out.writeByte(reasonCode.code());
            }
        }
        return total;
    }

    /** Writes fixed header, packet identifier and, in MQTT 5.0, properties of a packet with {@code body} more bytes. */
    private int startWithId(ByteBuf out, int type, int packetId, PropertyBlock properties, long body) {
        long remaining = 2 + (protocolLevel == 5 ? properties.encodedLength() : 0) + body;
        int total = start(out, type, remaining);
        if (total != TOO_LARGE) {
            out.writeShort(packetId);
            if (protocolLevel == 5) {
                properties.write(out);
            }
        }
        return total;
    }

    private int disconnect(Disconnect disconnect, ByteBuf out) {
        if (protocolLevel < 5) {
            return isServer ? 0 : start(out, PacketType.DISCONNECT, 0);
        }
        PropertyBlock properties = new PropertyBlock().add(Property.SERVER_REFERENCE, disconnect.serverReference());
        if (!isServer) {
            properties.add(Property.SESSION_EXPIRY, disconnect.sessionExpiry(), -1); // [MQTT-3.14.2-2]
        }
        addReason(properties, disconnect.reasonString(), 1);
        return reasonAndProperties(PacketType.DISCONNECT, disconnect.reasonCode(), properties, out);
    }

    private int auth(Auth auth, ByteBuf out) {
        if (protocolLevel < 5) {
            return 0;
        }
        PropertyBlock properties = new PropertyBlock()
                .add(Property.AUTHENTICATION_METHOD, auth.method())
                .add(Property.AUTHENTICATION_DATA, auth.data());
        addReason(properties, auth.reasonString(), 1);
        return reasonAndProperties(PacketType.AUTH, auth.reasonCode(), properties, out);
    }

    private int reasonAndProperties(int type, ReasonCode reasonCode, PropertyBlock properties, ByteBuf out) {
        if (reasonCode == ReasonCode.SUCCESS && properties.isEmpty()) {
            return start(out, type, 0);
        }
        int total = start(out, type, 1 + properties.encodedLength());
        if (total != TOO_LARGE) {
            out.writeByte(reasonCode.code());
            properties.write(out);
        }
        return total;
    }
}
