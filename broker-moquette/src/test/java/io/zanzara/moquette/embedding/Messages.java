package io.zanzara.moquette.embedding;

import io.moquette.broker.RoutingResults;
import io.moquette.broker.Server;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;

/** Messages that the program publishes itself, as programs that embed Moquette make them. */
final class Messages {

    private Messages() {}

    static MqttPublishMessage message(String topic, String text, int qos, boolean retain) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.valueOf(qos))
                .retained(retain)
                .payload(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
                .build();
    }

    static RoutingResults publish(Server server, String topic, String text, int qos, boolean retain) {
        return server.internalPublish(message(topic, text, qos, retain), "internal");
    }
}
