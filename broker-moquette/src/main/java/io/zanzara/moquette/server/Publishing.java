package io.zanzara.moquette.server;

import io.moquette.broker.RoutingResults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.zanzara.Broker;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Publishes Moquette's messages. */
final class Publishing {

    private Publishing() {}

    /**
     * What became of it, so far: the broker routes on its own threads, so there are no names of receivers, and a failure is known when the future
     * completes, which it does when the message is safe with every session that is to get it.
     */
    private static final class Outcome extends RoutingResults {

        Outcome(CompletableFuture<Void> safe) {
            super(List.of(), List.of(), safe);
        }

        @Override
        public boolean isAllSuccess() {
            return !completableFuture().isCompletedExceptionally();
        }

        @Override
        public boolean isAllFailed() {
            return completableFuture().isCompletedExceptionally();
        }

        @Override
        public String toString() {
            return "RoutingResults["
                    + (isAllFailed() ? "failed" : completableFuture().isDone() ? "safe" : "under way") + "]";
        }
    }

    /** @throws IllegalArgumentException if the topic is not valid */
    static RoutingResults publish(Broker broker, MqttPublishMessage message) {
        MqttProperties properties = message.variableHeader().properties();
        Integer expiry = number(properties, MqttProperties.PUBLICATION_EXPIRY_INTERVAL);
        ByteBuf payload = message.payload();
        CompletableFuture<Void> safe = broker.publish(
                        message.variableHeader().topicName(),
                        ByteBufUtil.getBytes(payload),
                        Qos.of(message.fixedHeader().qosLevel().value()),
                        message.fixedHeader().isRetain(),
                        properties(properties),
                        expiry == null ? -1 : Integer.toUnsignedLong(expiry))
                .toCompletableFuture();
        return new Outcome(safe);
    }

    private static PublicationProperties properties(MqttProperties properties) {
        if (properties.isEmpty()) {
            return PublicationProperties.NONE;
        }
        Integer format = number(properties, MqttProperties.PAYLOAD_FORMAT_INDICATOR);
        List<UserProperty> user = new ArrayList<>();
        for (MqttProperty<?> each : properties.getProperties(MqttProperties.USER_PROPERTY)) {
            if (each.value() instanceof StringPair pair) {
                user.add(new UserProperty(pair.key, pair.value));
            }
        }
        return new PublicationProperties(
                format == null ? -1 : format,
                value(properties, MqttProperties.CONTENT_TYPE, String.class),
                value(properties, MqttProperties.RESPONSE_TOPIC, String.class),
                value(properties, MqttProperties.CORRELATION_DATA, byte[].class),
                user);
    }

    private static @Nullable Integer number(MqttProperties properties, int type) {
        return value(properties, type, Integer.class);
    }

    private static <T> @Nullable T value(MqttProperties properties, int type, Class<T> of) {
        MqttProperty<?> property = properties.getProperty(type);
        Object value = property == null ? null : property.value();
        return of.isInstance(value) ? of.cast(value) : null;
    }
}
