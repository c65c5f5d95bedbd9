package io.zanzara.subscriber;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** MQTT 3.1.1. */
final class Mqtt3Session implements Session {

    private final SubscriberProperties properties;
    private final Mqtt3AsyncClient client;

    Mqtt3Session(SubscriberProperties properties, Console console) {
        this.properties = properties;
        this.client = Reconnect.client(properties, console)
                .useMqttVersion3()
                .simpleAuth(simpleAuth(properties))
                .buildAsync();
    }

    private static @Nullable Mqtt3SimpleAuth simpleAuth(SubscriberProperties properties) {
        if (properties.username() == null) {
            return null;
        }
        String password = properties.password();
        var auth = Mqtt3SimpleAuth.builder().username(properties.username());
        return password == null
                ? auth.build()
                : auth.password(password.getBytes(UTF_8)).build();
    }

    /**
     * No executor is given, so a message is handled on the event loop as it comes in. A slow console then slows the
     * broker down through TCP, and no message waits in here to be printed a second time after a reconnect.
     */
    @Override
    public void handleWith(Predicate<byte[]> handler) {
        client.publishes(
                MqttGlobalPublishFilter.ALL,
                publish -> {
                    if (handler.test(publish.getPayloadAsBytes())) {
                        publish.acknowledge();
                    }
                },
                true);
    }

    @Override
    public CompletableFuture<?> connect() {
        var connect = Mqtt3Connect.builder().keepAlive(Reconnect.KEEP_ALIVE_SECONDS);
        return client.connect(connect.cleanSession(properties.clean()).build());
    }

    @Override
    public CompletableFuture<?> subscribe() {
        return client.subscribeWith()
                .topicFilter(properties.topic())
                .qos(Objects.requireNonNull(MqttQos.fromCode(properties.qos())))
                .send();
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return client.disconnect();
    }
}
