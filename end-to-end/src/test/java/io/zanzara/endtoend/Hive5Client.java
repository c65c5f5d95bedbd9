package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/** HiveMQ's client for Java, MQTT 5.0. */
final class Hive5Client implements JavaClient {

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final Mqtt5AsyncClient client;

    Hive5Client(Entrance entrance, String clientId) {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
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

    private void arrived(Mqtt5Publish message) {
        String text = new String(message.getPayloadAsBytes(), UTF_8);
        Extras extras = new Extras(
                message.getUserProperties().asList().stream()
                        .map(property -> property.getName() + "=" + property.getValue())
                        .toList(),
                message.getContentType().map(Object::toString).orElse(""),
                message.getResponseTopic().map(Object::toString).orElse(""),
                message.getCorrelationData()
                        .map(data -> UTF_8.decode(data).toString())
                        .orElse(""),
                message.getMessageExpiryInterval().orElse(0));
        received.add(new Message(
                message.getTopic().toString(), text, message.getQos().getCode(), message.isRetain(), extras));
    }

    @Override
    public boolean connect(Connecting how) {
        Mqtt5ConnectBuilder options = Mqtt5Connect.builder()
                .cleanStart(how.keptFor() == 0)
                .sessionExpiryInterval(how.keptFor())
                .keepAlive(how.keepAlive());
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
                    .noLocal(what.noLocal())
                    .retainAsPublished(what.retainAsPublished())
                    .retainHandling(Objects.requireNonNull(Mqtt5RetainHandling.fromCode(what.retainHandling())))
                    .send()
                    .join()
                    .getReasonCodes()
                    .get(0)
                    .getCode();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof Mqtt5SubAckException refused) {
                return refused.getMqttMessage().getReasonCodes().get(0).getCode();
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
        var publication = Mqtt5Publish.builder()
                .topic(message.topic())
                .qos(qos(message.qos()))
                .retain(message.retained())
                .payload(message.text().getBytes(UTF_8));
        Extras extras = message.extras();
        if (!extras.equals(Extras.NONE)) {
            publication = publication
                    .userProperties(Mqtt5UserProperties.of(extras.userProperties().stream()
                            .map(text -> text.split("=", 2))
                            .map(parts -> Mqtt5UserProperty.of(parts[0], parts[1]))
                            .toList()))
                    .contentType(extras.contentType())
                    .responseTopic(extras.responseTopic())
                    .correlationData(extras.correlation().getBytes(UTF_8))
                    .messageExpiryInterval(extras.expiry());
        }
        return client.publish(publication.build())
                .thenApply(Hive5Client::reasonCode)
                .exceptionally(Hive5Client::refusal);
    }

    private static int reasonCode(Mqtt5PublishResult result) {
        return result instanceof Mqtt5PublishResult.Mqtt5Qos1Result acknowledged
                ? acknowledged.getPubAck().getReasonCode().getCode()
                : 0;
    }

    private static int refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof Mqtt5PubAckException refused) {
            return refused.getMqttMessage().getReasonCode().getCode();
        }
        throw new CompletionException(cause);
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
