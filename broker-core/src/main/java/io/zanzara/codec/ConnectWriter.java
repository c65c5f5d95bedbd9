package io.zanzara.codec;

import io.netty.buffer.ByteBuf;
import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.WillFields;
import org.jspecify.annotations.Nullable;

/** Writes CONNECT. Lists the properties of CONNACK. */
final class ConnectWriter {

    private ConnectWriter() {}

    /** @return the bytes written, or {@link PacketWriter#TOO_LARGE} */
    static int write(ByteBuf out, long maxPacketBytes, Connect connect) {
        int level = connect.protocolLevel();
        String name = level == 3 ? "MQIsdp" : "MQTT";
        WillFields will = connect.will();
        String userName = connect.userName();
        byte[] password = connect.password();
        PropertyBlock properties = properties(connect);
        PropertyBlock willProperties = will == null ? new PropertyBlock() : properties(will);
        long remaining = Encoding.textLength(name)
                + 4
                + (level == 5 ? properties.encodedLength() : 0)
                + Encoding.textLength(connect.clientId())
                + (will == null ? 0 : Encoding.textLength(will.topic()) + Encoding.binaryLength(will.payload()))
                + (will != null && level == 5 ? willProperties.encodedLength() : 0)
                + credentialsLength(userName, password);
        int total = PacketWriter.start(out, maxPacketBytes, PacketType.CONNECT << 4, remaining);
        if (total == PacketWriter.TOO_LARGE) {
            return total;
        }
        Encoding.text(out, name);
        out.writeByte(level).writeByte(flags(connect)).writeShort(connect.keepAliveSeconds());
        if (level == 5) {
            properties.write(out);
        }
        Encoding.text(out, connect.clientId());
        if (will != null) {
            if (level == 5) {
                willProperties.write(out);
            }
            Encoding.text(out, will.topic());
            Encoding.binary(out, will.payload());
        }
        if (userName != null) {
            Encoding.text(out, userName);
        }
        if (password != null) {
            Encoding.binary(out, password);
        }
        return total;
    }

    private static long credentialsLength(@Nullable String userName, byte @Nullable [] password) {
        return (userName == null ? 0 : Encoding.textLength(userName))
                + (password == null ? 0 : Encoding.binaryLength(password));
    }

    private static int flags(Connect connect) {
        WillFields will = connect.will();
        int flags = connect.cleanStart() ? 0x02 : 0;
        if (will != null) {
            flags |= 0x04 | will.qos().value() << 3 | (will.retain() ? 0x20 : 0);
        }
        return flags | (connect.password() == null ? 0 : 0x40) | (connect.userName() == null ? 0 : 0x80);
    }

    private static PropertyBlock properties(Connect connect) {
        return new PropertyBlock()
                .add(Property.SESSION_EXPIRY, connect.sessionExpiry(), 0)
                .add(Property.RECEIVE_MAXIMUM, connect.receiveMaximum(), 65_535)
                .add(Property.MAXIMUM_PACKET_SIZE, connect.maximumPacketSize(), -1)
                .add(Property.TOPIC_ALIAS_MAXIMUM, connect.topicAliasMaximum(), 0)
                .add(Property.REQUEST_RESPONSE_INFORMATION, connect.requestResponseInformation(), false)
                .add(Property.REQUEST_PROBLEM_INFORMATION, connect.requestProblemInformation(), true)
                .add(Property.AUTHENTICATION_METHOD, connect.authenticationMethod())
                .add(Property.AUTHENTICATION_DATA, connect.authenticationData())
                .addAll(connect.userProperties());
    }

    private static PropertyBlock properties(WillFields will) {
        return new PropertyBlock()
                .add(Property.WILL_DELAY, will.delaySeconds(), 0)
                .add(Property.PAYLOAD_FORMAT, will.payloadFormat(), -1)
                .add(Property.MESSAGE_EXPIRY, will.messageExpiry(), -1)
                .add(Property.CONTENT_TYPE, will.contentType())
                .add(Property.RESPONSE_TOPIC, will.responseTopic())
                .add(Property.CORRELATION_DATA, will.correlationData())
                .addAll(will.userProperties());
    }

    /** Returns the properties of a CONNACK, without the reason string. */
    static PropertyBlock properties(Connack connack) {
        return new PropertyBlock()
                .add(Property.SESSION_EXPIRY, connack.sessionExpiry(), -1)
                .add(Property.RECEIVE_MAXIMUM, connack.receiveMaximum(), 65_535)
                .add(Property.MAXIMUM_QOS, connack.maximumQos(), 2)
                .add(Property.RETAIN_AVAILABLE, connack.retainAvailable(), true)
                .add(Property.MAXIMUM_PACKET_SIZE, connack.maximumPacketSize(), -1)
                .add(Property.ASSIGNED_CLIENT_ID, connack.assignedClientId())
                .add(Property.TOPIC_ALIAS_MAXIMUM, connack.topicAliasMaximum(), 0)
                .add(Property.WILDCARD_AVAILABLE, connack.wildcardAvailable(), true)
                .add(Property.SUBSCRIPTION_IDENTIFIERS_AVAILABLE, connack.subscriptionIdentifiersAvailable(), true)
                .add(Property.SHARED_AVAILABLE, connack.sharedAvailable(), true)
                .add(Property.SERVER_KEEP_ALIVE, connack.serverKeepAlive(), -1)
                .add(Property.RESPONSE_INFORMATION, connack.responseInformation())
                .add(Property.SERVER_REFERENCE, connack.serverReference())
                .add(Property.AUTHENTICATION_METHOD, connack.authenticationMethod())
                .add(Property.AUTHENTICATION_DATA, connack.authenticationData());
    }
}
