package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes PUBLISH: measures, then writes, without an object in between, because nearly all bytes a broker sends are these. */
final class PublishWriter {

    private PublishWriter() {}

    static int firstByte(boolean dup, Qos qos, boolean retain) {
        return PacketType.PUBLISH << 4 | (dup ? 0b1000 : 0) | qos.value() << 1 | (retain ? 1 : 0);
    }

    /**
     * Writes the packet in the form of MQTT 3.1 and 3.1.1.
     *
     * @param packetId 0 for none
     * @param topic in UTF-8
     * @return the bytes written, or {@link PacketWriter#TOO_LARGE}
     */
    static int write(ByteBuf out, long maxPacketBytes, int firstByte, int packetId, byte[] topic, byte[] payload) {
        long remaining = Encoding.binaryLength(topic) + (packetId == 0 ? 0 : 2) + payload.length;
        int total = PacketWriter.start(out, maxPacketBytes, firstByte, remaining);
        if (total != PacketWriter.TOO_LARGE) {
            Encoding.binary(out, topic);
            if (packetId != 0) {
                out.writeShort(packetId);
            }
            out.writeBytes(payload);
        }
        return total;
    }

    /** Writes the packet in the form of MQTT 5.0; {@code topic} is in UTF-8; {@code topicAlias} 0 and {@code messageExpiry} -1 are left out. */
    static int write5(
            ByteBuf out,
            long maxPacketBytes,
            int firstByte,
            int packetId,
            byte[] topic,
            int topicAlias,
            long messageExpiry,
            int[] subscriptionIdentifiers,
            PublicationProperties properties,
            byte[] payload) {
        long propertyLength = (topicAlias == 0 ? 0 : 3)
                + (messageExpiry < 0 ? 0 : 5)
                + length(subscriptionIdentifiers)
                + length(properties);
        long remaining = Encoding.binaryLength(topic)
                + (packetId == 0 ? 0 : 2)
                + Encoding.variableLength(propertyLength)
                + propertyLength
                + payload.length;
        int total = PacketWriter.start(out, maxPacketBytes, firstByte, remaining);
        if (total == PacketWriter.TOO_LARGE) {
            return total;
        }
        Encoding.binary(out, topic);
        if (packetId != 0) {
            out.writeShort(packetId);
        }
        Encoding.variable(out, (int) propertyLength);
        write(out, topicAlias, messageExpiry, subscriptionIdentifiers);
        write(out, properties);
        out.writeBytes(payload);
        return total;
    }

    private static long length(int[] subscriptionIdentifiers) {
        long length = 0;
        for (int identifier : subscriptionIdentifiers) {
            length += 1 + Encoding.variableLength(identifier);
        }
        return length;
    }

    private static long length(PublicationProperties properties) {
        byte[] correlationData = properties.correlationData();
        long length = (properties.payloadFormat() < 0 ? 0 : 2)
                + length(properties.contentType())
                + length(properties.responseTopic())
                + (correlationData == null ? 0 : 1 + Encoding.binaryLength(correlationData));
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty userProperty = userProperties.get(i);
            length += 1 + Encoding.textLength(userProperty.name()) + Encoding.textLength(userProperty.value());
        }
        return length;
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : 1 + Encoding.textLength(text);
    }

    private static void write(ByteBuf out, int topicAlias, long messageExpiry, int[] subscriptionIdentifiers) {
        if (topicAlias != 0) {
            out.writeByte(Property.TOPIC_ALIAS.id()).writeShort(topicAlias);
        }
        if (messageExpiry >= 0) {
            out.writeByte(Property.MESSAGE_EXPIRY.id()).writeInt((int) messageExpiry);
        }
        for (int identifier : subscriptionIdentifiers) {
            Encoding.variable(out.writeByte(Property.SUBSCRIPTION_IDENTIFIER.id()), identifier);
        }
    }

    private static void write(ByteBuf out, PublicationProperties properties) {
        // [MQTT-3.3.2-4]
        if (properties.payloadFormat() >= 0) {
            out.writeByte(Property.PAYLOAD_FORMAT.id()).writeByte(properties.payloadFormat());
        }
        // [MQTT-3.3.2-20]
        String contentType = properties.contentType();
        if (contentType != null) {
            Encoding.text(out.writeByte(Property.CONTENT_TYPE.id()), contentType);
        }
        // [MQTT-3.3.2-15]
        String responseTopic = properties.responseTopic();
        if (responseTopic != null) {
            Encoding.text(out.writeByte(Property.RESPONSE_TOPIC.id()), responseTopic);
        }
        // [MQTT-3.3.2-16]
        byte[] correlationData = properties.correlationData();
        if (correlationData != null) {
            Encoding.binary(out.writeByte(Property.CORRELATION_DATA.id()), correlationData);
        }
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0; i < userProperties.size(); i++) { // [MQTT-3.3.2-17], [MQTT-3.3.2-18]
            UserProperty userProperty = userProperties.get(i);
            Encoding.text(out.writeByte(Property.USER_PROPERTY.id()), userProperty.name());
            Encoding.text(out, userProperty.value());
        }
    }
}
