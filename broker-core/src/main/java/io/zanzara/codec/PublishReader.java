package io.zanzara.codec;

import static io.zanzara.message.ReasonCode.MALFORMED_PACKET;
import static io.zanzara.message.ReasonCode.PROTOCOL_ERROR;

import io.zanzara.codec.Packet.Ack;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;

/** Reads the bodies of PUBLISH and of its four acknowledgements. */
final class PublishReader {

    private static final int DUP = 0b1000;
    private static final int RETAIN = 0b0001;

    private PublishReader() {}

    /** @param fromServer whether there may be subscription identifiers */
    static Publish publish(Fields fields, int flags, int protocolLevel, boolean fromServer, TopicMemory memory)
            throws Malformed {
        Qos qos = qos(flags);
        // [MQTT-3.3.2-1] [MQTT-3.3.2-1 of 3.1.1]
        String topic = fields.topic(memory);
        // [MQTT-2.2.1-2] [MQTT-2.3.1-5 of 3.1.1]
        int packetId = qos == Qos.AT_MOST_ONCE ? 0 : fields.packetId();
        Properties properties = protocolLevel == 5 ? Properties.read(fields, PacketType.PUBLISH) : Properties.none();
        if (!fromServer && properties.has(Property.SUBSCRIPTION_IDENTIFIER)) {
            // [MQTT-3.3.4-6]
            throw new Malformed(PROTOCOL_ERROR, "a client must not send subscription identifiers in PUBLISH");
        }
        if (topic.isEmpty() && !properties.has(Property.TOPIC_ALIAS)) {
            // [MQTT-4.7.3-1] [MQTT-4.7.3-1 of 3.1.1]
            throw new Malformed(PROTOCOL_ERROR, "PUBLISH has neither a topic name nor a topic alias");
        }
        return new Publish(
                (flags & DUP) != 0,
                qos,
                (flags & RETAIN) != 0,
                packetId,
                topic,
                fields.rest(),
                properties.number(Property.TOPIC_ALIAS, 0),
                properties.number(Property.PAYLOAD_FORMAT, -1),
                properties.number(Property.MESSAGE_EXPIRY, -1L),
                properties.text(Property.CONTENT_TYPE),
                properties.text(Property.RESPONSE_TOPIC),
                properties.binary(Property.CORRELATION_DATA),
                properties.subscriptionIdentifiers(),
                properties.userProperties());
    }

    private static Qos qos(int flags) throws Malformed {
        int qos = flags >> 1 & 3;
        if (qos == 3) {
            // [MQTT-3.3.1-4] [MQTT-3.3.1-4 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "PUBLISH has quality of service 3");
        }
        if (qos == 0 && (flags & DUP) != 0) {
            // [MQTT-3.3.1-2] [MQTT-3.3.1-2 of 3.1.1]
            throw new Malformed(MALFORMED_PACKET, "PUBLISH at quality of service 0 has the DUP flag");
        }
        return Qos.of(qos);
    }

    static Ack ack(Fields fields, AckType type, int protocolLevel) throws Malformed {
        int packetId = fields.packetId();
        if (protocolLevel < 5 || fields.remaining() == 0) {
            fields.requireEnd();
            return Ack.of(type, packetId);
        }
        ReasonCode reasonCode = ReasonCodes.read(fields, ReasonCodes.of(type));
        if (fields.remaining() == 0) {
            return new Ack(type, packetId, reasonCode, null);
        }
        Properties properties = Properties.read(fields, type.packetType());
        fields.requireEnd();
        return new Ack(type, packetId, reasonCode, properties.text(Property.REASON_STRING));
    }
}
