package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/** HiveMQ's client for Java, MQTT 3.1.1. */
final class Hive3Client implements JavaClient {

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final Mqtt3AsyncClient client;

    Hive3Client(Entrance entrance, String clientId) {
        Mqtt3ClientBuilder builder = Mqtt3Client.builder()
                .identifier(clientId)
                .serverHost(entrance.host())
                .serverPort(entrance.port())
                .sslConfig(entrance.tlsOfHive())
                .webSocketConfig(entrance.webSocketOfHive());
        if (entrance.login() != null) {
            builder = builder.simpleAuth()
                    .username(entrance.login().user())
                    .password(entrance.login().password().getBytes(UTF_8))
                    .applySimpleAuth();
        }
        client = builder.buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::arrived);
    }

    private void arrived(Mqtt3Publish message) {
        String text = new String(message.getPayloadAsBytes(), UTF_8);
        received.add(new Message(
                message.getTopic().toString(), text, message.getQos().getCode(), message.isRetain(), Extras.NONE));
    }

    @Override
    public boolean connect(Connecting how) {
        Mqtt3ConnectBuilder options =
                Mqtt3Connect.builder().cleanSession(how.keptFor() == 0).keepAlive(how.keepAlive());
        if (how.willTopic() != null) {
            options = options.willPublish()
                    .topic(how.willTopic())
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload("gone".getBytes(UTF_8))
                    .applyWillPublish();
        }
        return client.connect(options.build()).join().isSessionPresent();
    }

    @Override
    public int subscribe(Subscribing what) {
        try {
            return client.subscribeWith()
                    .topicFilter(what.filter())
                    .qos(qos(what.qos()))
                    .send()
                    .join()
                    .getReturnCodes()
                    .get(0)
                    .getCode();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof Mqtt3SubAckException refused) {
                return refused.getMqttMessage().getReturnCodes().get(0).getCode();
            }
            throw failure;
        }
    }

    private static MqttQos qos(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }

    @Override
    public void unsubscribe(String filter) {
        client.unsubscribeWith().topicFilter(filter).send().join();
    }

    @Override
    public CompletableFuture<Integer> publish(Message message) {
        return client.publishWith()
                .topic(message.topic())
                .qos(qos(message.qos()))
                .retain(message.retained())
                .payload(message.text().getBytes(UTF_8))
                .send()
                .thenApply(acknowledged -> 0);
    }

    @Override
    public List<Message> received() {
        return List.copyOf(received);
    }

    @Override
    public boolean isConnected() {
        return client.getState().isConnected();
    }

    @Override
    public void disconnect() {
        client.disconnect().join();
    }

    @Override
    public void close() {
        if (isConnected()) {
            client.disconnect().exceptionally(alreadyGone -> null).join();
        }
    }
}
