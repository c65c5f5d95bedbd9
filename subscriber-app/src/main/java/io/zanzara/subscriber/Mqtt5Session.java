package io.zanzara.subscriber;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** MQTT 5. */
final class Mqtt5Session implements Session {

    private final SubscriberProperties properties;
    private final Mqtt5AsyncClient client;

    Mqtt5Session(SubscriberProperties properties, Console console) {
        this.properties = properties;
        this.client = Reconnect.client(properties, console)
                .useMqttVersion5()
                .simpleAuth(simpleAuth(properties))
                .buildAsync();
    }

    private static @Nullable Mqtt5SimpleAuth simpleAuth(SubscriberProperties properties) {
        if (properties.username() == null) {
            return null;
        }
        String password = properties.password();
        var auth = Mqtt5SimpleAuth.builder().username(properties.username());
        return password == null
                ? auth.build()
                : auth.password(password.getBytes(UTF_8)).build();
    }

    /** On the event loop, as in {@link Mqtt3Session}. */
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
        var connect = Mqtt5Connect.builder().keepAlive(Reconnect.KEEP_ALIVE_SECONDS);
        if (!properties.clean()) {
            connect = connect.cleanStart(false).noSessionExpiry();
        }
        return client.connect(connect.build());
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
