package io.moquette.interception.messages;

import io.netty.handler.codec.mqtt.MqttQoS;

/** Makes what Moquette lets only its own package make; nothing else belongs here. */
public final class Acknowledgements {

    private Acknowledgements() {}

    /**
     * Returns what an interceptor is told when a client has acknowledged a message.
     *
     * @param userName or null
     */
    public static InterceptAcknowledgedMessage of(
            String clientId,
            String userName,
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retained,
            int packetId) {
        InterceptAcknowledgedMessage outer = new InterceptAcknowledgedMessage(null, topic, userName, packetId);
        InterceptAcknowledgedMessage.StoredMessage message = outer.new StoredMessage(payload, qos, topic);
        message.setClientID(clientId);
        message.setRetained(retained);
        return new InterceptAcknowledgedMessage(message, topic, userName, packetId);
    }
}
