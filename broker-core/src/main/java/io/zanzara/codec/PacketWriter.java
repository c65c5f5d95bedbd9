package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the packets that a server sends, for one connection. Lengths are computed first, so that everything is written once, in place. A reason
 * string is left out where it would make the packet larger than the client accepts [MQTT-3.2.2-19]. Not thread-safe.
 */
public final class PacketWriter {

    private int protocolLevel = 4;
    private long maximumPacketSize = Long.MAX_VALUE;

    /** Sets what CONNECT has settled: the version (3, 4 or 5) and the largest packet the client accepts, in bytes. */
    public void negotiated(int level, long maximumSize) {
        protocolLevel = level;
        maximumPacketSize = maximumSize;
    }

    /**
     * Writes a packet.
     *
     * @return false if nothing was written: it is too large for the client, or its version does not have it
     * @throws IllegalArgumentException for a packet that only clients send, and for PUBLISH
     */
    public boolean write(Packet packet, ByteBuf out) {
        if (packet instanceof Packet.Ack ack) {
            return writeAck(ack, out);
        } else if (packet instanceof Packet.Suback suback) {
            return writeSuback(suback, out);
        } else if (packet instanceof Packet.Unsuback unsuback) {
            return writeUnsuback(unsuback, out);
        } else if (packet instanceof Packet.Pingresp) {
            out.writeShort(0xD000);
            return true;
        } else if (packet instanceof Packet.Connack connack) {
            return writeConnack(connack, out);
        } else if (packet instanceof Packet.Disconnect disconnect) {
            return writeDisconnect(disconnect, out);
        } else if (packet instanceof Packet.Auth auth) {
            return writeAuth(auth, out);
        }
        throw new IllegalArgumentException("a server does not send " + packet);
    }

    /**
     * Writes a PUBLISH.
     *
     * @param expirySeconds what is left of the message's time, or -1 if it does not expire
     * @return false if it is too large for the client; nothing was written
     */
    public boolean writePublish(
            ByteBuf out,
            Publication publication,
            Qos qos,
            boolean dup,
            boolean retain,
            int packetId,
            long expirySeconds,
            int[] subscriptionIdentifiers) {
        String topic = publication.topic().value();
        byte[] payload = publication.payload();
        int properties = 0;
        int length = FieldWriter.lengthOf(topic) + (qos == Qos.AT_MOST_ONCE ? 0 : 2) + payload.length;
        if (protocolLevel == 5) {
            properties = lengthOfProperties(publication.properties(), expirySeconds, subscriptionIdentifiers);
            length += FieldWriter.lengthOfVariable(properties) + properties;
        }
        if (!begin(out, 3 << 4 | (dup ? 8 : 0) | qos.value() << 1 | (retain ? 1 : 0), length)) {
            return false;
        }
        FieldWriter.string(out, topic);
        if (qos != Qos.AT_MOST_ONCE) {
            out.writeShort(packetId);
        }
        if (protocolLevel == 5) {
            FieldWriter.variable(out, properties);
            if (properties > 0) {
                writeProperties(out, publication.properties(), expirySeconds, subscriptionIdentifiers);
            }
        }
        out.writeBytes(payload);
        return true;
    }

    private static int lengthOfProperties(PublicationProperties properties, long expirySeconds, int[] identifiers) {
        int length = expirySeconds < 0 ? 0 : 5;
        for (int identifier : identifiers) {
            length += 1 + FieldWriter.lengthOfVariable(identifier);
        }
        return properties.isEmpty()
                ? length
                : length
                        + (properties.payloadFormat() < 0 ? 0 : 2)
                        + FieldWriter.lengthOfProperty(properties.contentType())
                        + FieldWriter.lengthOfProperty(properties.responseTopic())
                        + FieldWriter.lengthOfProperty(properties.correlationData())
                        + FieldWriter.lengthOf(properties.userProperties());
    }

    private static void writeProperties(
            ByteBuf out, PublicationProperties properties, long expirySeconds, int[] identifiers) {
        if (properties.payloadFormat() >= 0) {
            out.writeByte(Properties.PAYLOAD_FORMAT).writeByte(properties.payloadFormat());
        }
        if (expirySeconds >= 0) {
            out.writeByte(Properties.MESSAGE_EXPIRY).writeInt((int) expirySeconds);
        }
        FieldWriter.property(out, Properties.CONTENT_TYPE, properties.contentType());
        FieldWriter.property(out, Properties.RESPONSE_TOPIC, properties.responseTopic());
        FieldWriter.property(out, Properties.CORRELATION_DATA, properties.correlationData());
        for (int identifier : identifiers) {
            out.writeByte(Properties.SUBSCRIPTION_IDENTIFIER);
            FieldWriter.variable(out, identifier);
        }
        FieldWriter.userProperties(out, properties.userProperties());
    }

    /** Writes the fixed header, unless the packet is too large. */
    private boolean begin(ByteBuf out, int firstByte, int length) {
        if (1L + FieldWriter.lengthOfVariable(length) + length > maximumPacketSize) {
            return false;
        }
        out.writeByte(firstByte);
        FieldWriter.variable(out, length);
        return true;
    }

    private boolean fits(int length) {
        return 1L + FieldWriter.lengthOfVariable(length) + length <= maximumPacketSize;
    }

    private boolean writeAck(Packet.Ack ack, ByteBuf out) {
        int first = ack.type().packetType() << 4 | (ack.type() == Packet.AckType.PUBREL ? 2 : 0);
        boolean plain = protocolLevel < 5 || (ack.reasonCode() == ReasonCode.SUCCESS && ack.reasonString() == null);
        if (plain) {
            out.writeByte(first).writeByte(2).writeShort(ack.packetId());
            return true;
        }
        int properties = FieldWriter.lengthOfProperty(ack.reasonString());
        boolean withReason = properties > 0 && fits(3 + FieldWriter.lengthOfVariable(properties) + properties);
        if (!begin(out, first, withReason ? 3 + FieldWriter.lengthOfVariable(properties) + properties : 3)) {
            return false;
        }
        out.writeShort(ack.packetId()).writeByte(ack.reasonCode().code());
        if (withReason) {
            FieldWriter.variable(out, properties);
            FieldWriter.property(out, Properties.REASON_STRING, ack.reasonString());
        }
        return true;
    }

    private boolean writeSuback(Packet.Suback suback, ByteBuf out) {
        List<ReasonCode> codes = suback.reasonCodes();
        if (protocolLevel < 5) {
            if (!begin(out, 0x90, 2 + codes.size())) {
                return false;
            }
            out.writeShort(suback.packetId());
            for (ReasonCode code : codes) {
                out.writeByte(code.isError() ? 0x80 : code.code()); // [MQTT-3.9.3-2] of 3.1.1
            }
            return true;
        }
        return writeCodes(out, 0x90, suback.packetId(), codes, suback.reasonString());
    }

    private boolean writeUnsuback(Packet.Unsuback unsuback, ByteBuf out) {
        if (protocolLevel < 5) {
            out.writeByte(0xB0).writeByte(2).writeShort(unsuback.packetId());
            return true;
        }
        return writeCodes(out, 0xB0, unsuback.packetId(), unsuback.reasonCodes(), unsuback.reasonString());
    }

    private boolean writeCodes(
            ByteBuf out, int first, int packetId, List<ReasonCode> codes, @Nullable String reasonString) {
        int properties = FieldWriter.lengthOfProperty(reasonString);
        String reason = reasonString;
        if (!fits(2 + FieldWriter.lengthOfVariable(properties) + properties + codes.size())) {
            properties = 0;
            reason = null;
        }
        if (!begin(out, first, 2 + FieldWriter.lengthOfVariable(properties) + properties + codes.size())) {
            return false;
        }
        out.writeShort(packetId);
        FieldWriter.variable(out, properties);
        FieldWriter.property(out, Properties.REASON_STRING, reason);
        for (ReasonCode code : codes) {
            out.writeByte(code.code());
        }
        return true;
    }

    private boolean writeConnack(Packet.Connack connack, ByteBuf out) {
        if (protocolLevel < 5) {
            out.writeByte(0x20).writeByte(2);
            out.writeByte(connack.sessionPresent() && protocolLevel == 4 ? 1 : 0);
            out.writeByte(returnCode(connack.reasonCode()));
            return true;
        }
        String reason = connack.reasonString();
        int properties = lengthOfProperties(connack, reason);
        if (!fits(2 + FieldWriter.lengthOfVariable(properties) + properties)) {
            reason = null;
            properties = lengthOfProperties(connack, null);
        }
        if (!begin(out, 0x20, 2 + FieldWriter.lengthOfVariable(properties) + properties)) {
            return false;
        }
        out.writeByte(connack.sessionPresent() ? 1 : 0)
                .writeByte(connack.reasonCode().code());
        FieldWriter.variable(out, properties);
        writeProperties(out, connack, reason);
        return true;
    }

    /** The return codes of MQTT 3.1.1, table 3.1. */
    private static int returnCode(ReasonCode code) {
        return switch (code) {
            case SUCCESS -> 0;
            case UNSUPPORTED_PROTOCOL_VERSION -> 1;
            case CLIENT_IDENTIFIER_NOT_VALID -> 2;
            case BAD_USER_NAME_OR_PASSWORD -> 4;
            case NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD -> 5;
            default -> 3;
        };
    }

    private static int lengthOfProperties(Packet.Connack connack, @Nullable String reason) {
        return (connack.sessionExpiry() < 0 ? 0 : 5)
                + (connack.receiveMaximum() == 65_535 ? 0 : 3)
                + (connack.maximumQos() == 2 ? 0 : 2)
                + (connack.retainAvailable() ? 0 : 2)
                + (connack.maximumPacketSize() < 0 ? 0 : 5)
                + FieldWriter.lengthOfProperty(connack.assignedClientId())
                + (connack.topicAliasMaximum() == 0 ? 0 : 3)
                + FieldWriter.lengthOfProperty(reason)
                + (connack.wildcardAvailable() ? 0 : 2)
                + (connack.subscriptionIdentifiersAvailable() ? 0 : 2)
                + (connack.sharedAvailable() ? 0 : 2)
                + (connack.serverKeepAlive() < 0 ? 0 : 3)
                + FieldWriter.lengthOfProperty(connack.responseInformation())
                + FieldWriter.lengthOfProperty(connack.serverReference())
                + FieldWriter.lengthOfProperty(connack.authenticationMethod())
                + FieldWriter.lengthOfProperty(connack.authenticationData());
    }

    private static void writeProperties(ByteBuf out, Packet.Connack connack, @Nullable String reason) {
        if (connack.sessionExpiry() >= 0) {
            out.writeByte(Properties.SESSION_EXPIRY).writeInt((int) connack.sessionExpiry());
        }
        if (connack.receiveMaximum() != 65_535) {
            out.writeByte(Properties.RECEIVE_MAXIMUM).writeShort(connack.receiveMaximum());
        }
        if (connack.maximumQos() != 2) {
            out.writeByte(Properties.MAXIMUM_QOS).writeByte(connack.maximumQos());
        }
        unavailable(out, Properties.RETAIN_AVAILABLE, connack.retainAvailable());
        if (connack.maximumPacketSize() >= 0) {
            out.writeByte(Properties.MAXIMUM_PACKET_SIZE).writeInt((int) connack.maximumPacketSize());
        }
        FieldWriter.property(out, Properties.ASSIGNED_CLIENT_IDENTIFIER, connack.assignedClientId());
        if (connack.topicAliasMaximum() != 0) {
            out.writeByte(Properties.TOPIC_ALIAS_MAXIMUM).writeShort(connack.topicAliasMaximum());
        }
        FieldWriter.property(out, Properties.REASON_STRING, reason);
        unavailable(out, Properties.WILDCARD_AVAILABLE, connack.wildcardAvailable());
        unavailable(out, Properties.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, connack.subscriptionIdentifiersAvailable());
        unavailable(out, Properties.SHARED_AVAILABLE, connack.sharedAvailable());
        if (connack.serverKeepAlive() >= 0) {
            out.writeByte(Properties.SERVER_KEEP_ALIVE).writeShort(connack.serverKeepAlive());
        }
        FieldWriter.property(out, Properties.RESPONSE_INFORMATION, connack.responseInformation());
        FieldWriter.property(out, Properties.SERVER_REFERENCE, connack.serverReference());
        FieldWriter.property(out, Properties.AUTHENTICATION_METHOD, connack.authenticationMethod());
        FieldWriter.property(out, Properties.AUTHENTICATION_DATA, connack.authenticationData());
    }

    private static void unavailable(ByteBuf out, int identifier, boolean available) {
        if (!available) {
            out.writeByte(identifier).writeByte(0);
        }
    }

    private boolean writeDisconnect(Packet.Disconnect disconnect, ByteBuf out) {
        if (protocolLevel < 5) {
            return false; // [MQTT-3.14.0-1]: before 5.0 only clients send it
        }
        String reason = disconnect.reasonString();
        int properties =
                FieldWriter.lengthOfProperty(reason) + FieldWriter.lengthOfProperty(disconnect.serverReference());
        if (!fits(1 + FieldWriter.lengthOfVariable(properties) + properties)) {
            reason = null;
            properties = FieldWriter.lengthOfProperty(disconnect.serverReference());
        }
        if (!begin(out, 0xE0, 1 + FieldWriter.lengthOfVariable(properties) + properties)) {
            return false;
        }
        out.writeByte(disconnect.reasonCode().code());
        FieldWriter.variable(out, properties);
        FieldWriter.property(out, Properties.REASON_STRING, reason);
        FieldWriter.property(out, Properties.SERVER_REFERENCE, disconnect.serverReference());
        return true;
    }

    private boolean writeAuth(Packet.Auth auth, ByteBuf out) {
        int properties = FieldWriter.lengthOfProperty(auth.method())
                + FieldWriter.lengthOfProperty(auth.data())
                + FieldWriter.lengthOfProperty(auth.reasonString());
        if (!begin(out, 0xF0, 1 + FieldWriter.lengthOfVariable(properties) + properties)) {
            return false;
        }
        out.writeByte(auth.reasonCode().code());
        FieldWriter.variable(out, properties);
        FieldWriter.property(out, Properties.AUTHENTICATION_METHOD, auth.method());
        FieldWriter.property(out, Properties.AUTHENTICATION_DATA, auth.data());
        FieldWriter.property(out, Properties.REASON_STRING, auth.reasonString());
        return true;
    }
}
