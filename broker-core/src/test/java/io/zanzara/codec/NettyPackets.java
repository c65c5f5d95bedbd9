package io.zanzara.codec;

import static io.netty.handler.codec.mqtt.MqttProperties.ASSIGNED_CLIENT_IDENTIFIER;
import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_DATA;
import static io.netty.handler.codec.mqtt.MqttProperties.AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttProperties.CONTENT_TYPE;
import static io.netty.handler.codec.mqtt.MqttProperties.CORRELATION_DATA;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_PACKET_SIZE;
import static io.netty.handler.codec.mqtt.MqttProperties.MAXIMUM_QOS;
import static io.netty.handler.codec.mqtt.MqttProperties.PAYLOAD_FORMAT_INDICATOR;
import static io.netty.handler.codec.mqtt.MqttProperties.PUBLICATION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttProperties.REASON_STRING;
import static io.netty.handler.codec.mqtt.MqttProperties.RECEIVE_MAXIMUM;
import static io.netty.handler.codec.mqtt.MqttProperties.REQUEST_PROBLEM_INFORMATION;
import static io.netty.handler.codec.mqtt.MqttProperties.REQUEST_RESPONSE_INFORMATION;
import static io.netty.handler.codec.mqtt.MqttProperties.RESPONSE_INFORMATION;
import static io.netty.handler.codec.mqtt.MqttProperties.RESPONSE_TOPIC;
import static io.netty.handler.codec.mqtt.MqttProperties.RETAIN_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.SERVER_KEEP_ALIVE;
import static io.netty.handler.codec.mqtt.MqttProperties.SERVER_REFERENCE;
import static io.netty.handler.codec.mqtt.MqttProperties.SESSION_EXPIRY_INTERVAL;
import static io.netty.handler.codec.mqtt.MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.SUBSCRIPTION_IDENTIFIER;
import static io.netty.handler.codec.mqtt.MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.TOPIC_ALIAS;
import static io.netty.handler.codec.mqtt.MqttProperties.TOPIC_ALIAS_MAXIMUM;
import static io.netty.handler.codec.mqtt.MqttProperties.USER_PROPERTY;
import static io.netty.handler.codec.mqtt.MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE;
import static io.netty.handler.codec.mqtt.MqttProperties.WILL_DELAY_INTERVAL;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.zanzara.codec.Packet.Ack;
import io.zanzara.codec.Packet.AckType;
import io.zanzara.codec.Packet.Auth;
import io.zanzara.codec.Packet.Connack;
import io.zanzara.codec.Packet.Connect;
import io.zanzara.codec.Packet.Disconnect;
import io.zanzara.codec.Packet.Pingreq;
import io.zanzara.codec.Packet.Pingresp;
import io.zanzara.codec.Packet.Publish;
import io.zanzara.codec.Packet.Suback;
import io.zanzara.codec.Packet.Subscribe;
import io.zanzara.codec.Packet.SubscribeEntry;
import io.zanzara.codec.Packet.Unsuback;
import io.zanzara.codec.Packet.Unsubscribe;
import io.zanzara.codec.Packet.WillFields;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Netty's codec read, in the form of ours, property by property and by its names: so that a mix-up of ours can't hide. */
final class NettyPackets {

    private NettyPackets() {}

    static Packet of(MqttMessage message) {
        return switch (message.fixedHeader().messageType()) {
            case CONNECT -> connect((MqttConnectMessage) message);
            case CONNACK -> connack((MqttConnAckMessage) message);
            case PUBLISH -> publish((MqttPublishMessage) message);
            case PUBACK -> ack(AckType.PUBACK, message);
            case PUBREC -> ack(AckType.PUBREC, message);
            case PUBREL -> ack(AckType.PUBREL, message);
            case PUBCOMP -> ack(AckType.PUBCOMP, message);
            case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message);
            case SUBACK -> suback((MqttSubAckMessage) message);
            case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message);
            case UNSUBACK -> unsuback((MqttUnsubAckMessage) message);
            case PINGREQ -> new Pingreq();
            case PINGRESP -> new Pingresp();
            case DISCONNECT -> disconnect(message);
            case AUTH -> auth(message);
        };
    }

    private static Connect connect(MqttConnectMessage message) {
        MqttConnectVariableHeader header = message.variableHeader();
        MqttConnectPayload payload = message.payload();
        MqttProperties properties = header.properties();
        return new Connect(
                header.version(),
                payload.clientIdentifier(),
                header.isCleanSession(),
                header.keepAliveTimeSeconds(),
                header.isWillFlag() ? will(header, payload) : null,
                payload.userName(),
                payload.passwordInBytes(),
                number(properties, SESSION_EXPIRY_INTERVAL, 0),
                (int) number(properties, RECEIVE_MAXIMUM, 65_535),
                number(properties, MAXIMUM_PACKET_SIZE, -1),
                (int) number(properties, TOPIC_ALIAS_MAXIMUM, 0),
                number(properties, REQUEST_RESPONSE_INFORMATION, 0) == 1,
                number(properties, REQUEST_PROBLEM_INFORMATION, 1) == 1,
                text(properties, AUTHENTICATION_METHOD),
                binary(properties, AUTHENTICATION_DATA),
                userProperties(properties));
    }

    private static WillFields will(MqttConnectVariableHeader header, MqttConnectPayload payload) {
        MqttProperties properties = payload.willProperties();
        return new WillFields(
                payload.willTopic(),
                payload.willMessageInBytes(),
                Qos.of(header.willQos()),
                header.isWillRetain(),
                number(properties, WILL_DELAY_INTERVAL, 0),
                (int) number(properties, PAYLOAD_FORMAT_INDICATOR, -1),
                number(properties, PUBLICATION_EXPIRY_INTERVAL, -1),
                text(properties, CONTENT_TYPE),
                text(properties, RESPONSE_TOPIC),
                binary(properties, CORRELATION_DATA),
                userProperties(properties));
    }

    private static Connack connack(MqttConnAckMessage message) {
        MqttProperties properties = message.variableHeader().properties();
        return new Connack(
                message.variableHeader().isSessionPresent(),
                connectReason(message.variableHeader().connectReturnCode()),
                number(properties, SESSION_EXPIRY_INTERVAL, -1),
                (int) number(properties, RECEIVE_MAXIMUM, 65_535),
                (int) number(properties, MAXIMUM_QOS, 2),
                number(properties, RETAIN_AVAILABLE, 1) == 1,
                number(properties, MAXIMUM_PACKET_SIZE, -1),
                text(properties, ASSIGNED_CLIENT_IDENTIFIER),
                (int) number(properties, TOPIC_ALIAS_MAXIMUM, 0),
                text(properties, REASON_STRING),
                number(properties, WILDCARD_SUBSCRIPTION_AVAILABLE, 1) == 1,
                number(properties, SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) == 1,
                number(properties, SHARED_SUBSCRIPTION_AVAILABLE, 1) == 1,
                (int) number(properties, SERVER_KEEP_ALIVE, -1),
                text(properties, RESPONSE_INFORMATION),
                text(properties, SERVER_REFERENCE),
                text(properties, AUTHENTICATION_METHOD),
                binary(properties, AUTHENTICATION_DATA));
    }

    private static ReasonCode connectReason(MqttConnectReturnCode code) {
        return switch (code) {
            case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case CONNECTION_REFUSED_IDENTIFIER_REJECTED -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case CONNECTION_REFUSED_SERVER_UNAVAILABLE -> ReasonCode.SERVER_UNAVAILABLE;
            case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case CONNECTION_REFUSED_NOT_AUTHORIZED -> ReasonCode.NOT_AUTHORIZED;
            default -> reason(code.byteValue());
        };
    }

    private static Publish publish(MqttPublishMessage message) {
        MqttProperties properties = message.variableHeader().properties();
        int[] identifiers = properties.getProperties(SUBSCRIPTION_IDENTIFIER).stream()
                .mapToInt(property -> (Integer) property.value())
                .toArray();
        return new Publish(
                message.fixedHeader().isDup(),
                Qos.of(message.fixedHeader().qosLevel().value()),
                message.fixedHeader().isRetain(),
                Math.max(0, message.variableHeader().packetId()),
                message.variableHeader().topicName(),
                ByteBufUtil.getBytes(message.payload()),
                (int) number(properties, TOPIC_ALIAS, 0),
                (int) number(properties, PAYLOAD_FORMAT_INDICATOR, -1),
                number(properties, PUBLICATION_EXPIRY_INTERVAL, -1),
                text(properties, CONTENT_TYPE),
                text(properties, RESPONSE_TOPIC),
                binary(properties, CORRELATION_DATA),
                identifiers,
                userProperties(properties));
    }

    private static Ack ack(AckType type, MqttMessage message) {
        int packetId = ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
        if (message.variableHeader() instanceof MqttPubReplyMessageVariableHeader header) {
            return new Ack(type, packetId, reason(header.reasonCode()), text(header.properties(), REASON_STRING));
        }
        return Ack.of(type, packetId);
    }

    private static Subscribe subscribe(MqttSubscribeMessage message) {
        MqttMessageIdAndPropertiesVariableHeader header = message.idAndPropertiesVariableHeader();
        List<SubscribeEntry> entries = message.payload().topicSubscriptions().stream()
                .map(line -> new SubscribeEntry(
                        line.topicFilter(),
                        Qos.of(line.option().qos().value()),
                        line.option().isNoLocal(),
                        line.option().isRetainAsPublished(),
                        RetainHandling.of(line.option().retainHandling().value())))
                .toList();
        int identifier = (int) number(header.properties(), SUBSCRIPTION_IDENTIFIER, 0);
        return new Subscribe(header.messageId(), identifier, entries, userProperties(header.properties()));
    }

    private static Suback suback(MqttSubAckMessage message) {
        MqttMessageIdAndPropertiesVariableHeader header = message.idAndPropertiesVariableHeader();
        List<ReasonCode> codes = message.payload().reasonCodes().stream()
                .map(NettyPackets::reason)
                .toList();
        return new Suback(header.messageId(), codes, text(header.properties(), REASON_STRING));
    }

    private static Unsubscribe unsubscribe(MqttUnsubscribeMessage message) {
        MqttMessageIdAndPropertiesVariableHeader header = message.idAndPropertiesVariableHeader();
        return new Unsubscribe(header.messageId(), message.payload().topics(), userProperties(header.properties()));
    }

    private static Unsuback unsuback(MqttUnsubAckMessage message) {
        MqttMessageIdAndPropertiesVariableHeader header = message.idAndPropertiesVariableHeader();
        List<ReasonCode> codes = message.payload().unsubscribeReasonCodes().stream()
                .map(NettyPackets::reason)
                .toList();
        return new Unsuback(header.messageId(), codes, text(header.properties(), REASON_STRING));
    }

    private static Disconnect disconnect(MqttMessage message) {
        if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
            return new Disconnect(
                    reason(header.reasonCode()),
                    number(header.properties(), SESSION_EXPIRY_INTERVAL, -1),
                    text(header.properties(), REASON_STRING),
                    text(header.properties(), SERVER_REFERENCE));
        }
        return new Disconnect(ReasonCode.SUCCESS, -1, null, null);
    }

    private static Auth auth(MqttMessage message) {
        MqttReasonCodeAndPropertiesVariableHeader header =
                (MqttReasonCodeAndPropertiesVariableHeader) message.variableHeader();
        return new Auth(
                reason(header.reasonCode()),
                text(header.properties(), AUTHENTICATION_METHOD),
                binary(header.properties(), AUTHENTICATION_DATA),
                text(header.properties(), REASON_STRING));
    }

    private static ReasonCode reason(Number code) {
        return Arrays.stream(ReasonCode.values())
                .filter(reasonCode -> reasonCode.code() == (code.intValue() & 0xFF))
                .findFirst()
                .orElseThrow();
    }

    private static long number(MqttProperties properties, int id, long absent) {
        MqttProperty<?> property = properties.getProperty(id);
        return property == null ? absent : (Integer) property.value() & 0xFFFF_FFFFL;
    }

    private static @Nullable String text(MqttProperties properties, int id) {
        MqttProperty<?> property = properties.getProperty(id);
        return property == null ? null : (String) property.value();
    }

    private static byte @Nullable [] binary(MqttProperties properties, int id) {
        MqttProperty<?> property = properties.getProperty(id);
        return property == null ? null : (byte[]) property.value();
    }

    private static List<UserProperty> userProperties(MqttProperties properties) {
        List<UserProperty> list = new ArrayList<>();
        if (properties.getProperty(USER_PROPERTY) instanceof UserProperties pairs) {
            for (StringPair pair : pairs.value()) {
                list.add(new UserProperty(pair.key, pair.value));
            }
        }
        return list;
    }
}
