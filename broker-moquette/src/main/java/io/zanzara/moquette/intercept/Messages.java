package io.zanzara.moquette.intercept;

import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.messages.Acknowledgements;
import io.moquette.interception.messages.InterceptAcknowledgedMessage;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.moquette.interception.messages.InterceptSubscribeMessage;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;

/** Makes Moquette's messages to interceptors of the broker's events. */
final class Messages {

    private static final int MQTT_3_1 = 3;

    private Messages() {}

    static InterceptConnectMessage connect(BrokerEvent.ClientConnected event) {
        BrokerEvent.Asked asked = event.asked();
        Publication will = asked.will() == null ? null : asked.will().publication();
        MqttConnectVariableHeader header = new MqttConnectVariableHeader(
                event.protocolLevel() == MQTT_3_1 ? "MQIsdp" : "MQTT",
                event.protocolLevel(),
                event.userName() != null,
                asked.password() != null,
                will != null && will.retain(),
                will == null ? 0 : will.qos().value(),
                will != null,
                asked.cleanStart(),
                asked.keepAliveSeconds());
        MqttConnectPayload payload = new MqttConnectPayload(
                event.client().value(),
                will == null ? null : will.topic().value(),
                will == null ? null : will.payload().clone(),
                event.userName(),
                asked.password() == null ? null : asked.password().clone());
        MqttFixedHeader fixed = new MqttFixedHeader(MqttMessageType.CONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0);
        return new InterceptConnectMessage(new MqttConnectMessage(fixed, header, payload));
    }

    /** The payload is a view of the broker's own bytes, which can't be written to; releasing it does no harm. */
    static InterceptPublishMessage publish(BrokerEvent.Published event) {
        Publication publication = event.publication();
        MqttFixedHeader fixed = new MqttFixedHeader(
                MqttMessageType.PUBLISH, event.dup(), qos(publication.qos()), publication.retain(), 0);
        MqttPublishVariableHeader header =
                new MqttPublishVariableHeader(publication.topic().value(), 0);
        return new InterceptPublishMessage(
                new MqttPublishMessage(
                        fixed,
                        header,
                        Unpooled.wrappedBuffer(publication.payload()).asReadOnly()),
                publication.publisher().value(),
                event.userName());
    }

    static InterceptSubscribeMessage subscribe(BrokerEvent.Subscribed event) {
        Subscription subscription = event.subscription();
        MqttSubscriptionOption option = new MqttSubscriptionOption(
                qos(subscription.qos()),
                subscription.noLocal(),
                subscription.retainAsPublished(),
                policy(subscription.retainHandling()));
        return new InterceptSubscribeMessage(
                new io.moquette.broker.subscriptions.Subscription(
                        event.client().value(), new Topic(subscription.filter().toString()), option),
                event.userName());
    }

    private static RetainedHandlingPolicy policy(RetainHandling handling) {
        return switch (handling) {
            case SEND -> RetainedHandlingPolicy.SEND_AT_SUBSCRIBE;
            case SEND_IF_NEW -> RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS;
            case DO_NOT_SEND -> RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE;
        };
    }

    static InterceptAcknowledgedMessage acknowledged(BrokerEvent.Delivered event) {
        Publication publication = event.publication();
        return Acknowledgements.of(
                event.client().value(),
                event.userName(),
                publication.topic().value(),
                publication.payload().clone(),
                qos(event.qos()),
                publication.retain(),
                event.packetIdentifier());
    }

    private static MqttQoS qos(Qos qos) {
        return MqttQoS.valueOf(qos.value());
    }
}
