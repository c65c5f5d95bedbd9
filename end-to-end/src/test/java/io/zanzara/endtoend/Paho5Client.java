package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Eclipse Paho's client for Java, MQTT 5.0. */
final class Paho5Client implements JavaClient {

    /** Says every PUBCOMP otherwise. Kept here, as the level goes with the object. */
    private static final Logger LOGGER = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        LOGGER.setLevel(Level.WARNING);
    }

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final Entrance entrance;
    private final MqttAsyncClient client;

    Paho5Client(Entrance entrance, String clientId) throws MqttException {
        this.entrance = entrance;
        client = new MqttAsyncClient(entrance.url(), clientId, new MemoryPersistence());
        client.setCallback(new Arrivals(received));
    }

    /** Keeps what arrives; the rest is read from the connection's state. */
    private record Arrivals(List<Message> received) implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            String text = new String(message.getPayload(), UTF_8);
            received.add(
                    new Message(topic, text, message.getQos(), message.isRetained(), extras(message.getProperties())));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    private static Extras extras(MqttProperties properties) {
        return new Extras(
                properties.getUserProperties().stream()
                        .map(property -> property.getKey() + "=" + property.getValue())
                        .toList(),
                Objects.requireNonNullElse(properties.getContentType(), ""),
                Objects.requireNonNullElse(properties.getResponseTopic(), ""),
                properties.getCorrelationData() == null ? "" : new String(properties.getCorrelationData(), UTF_8),
                Objects.requireNonNullElse(properties.getMessageExpiryInterval(), 0L));
    }

    private static MqttProperties properties(Extras extras) {
        MqttProperties properties = new MqttProperties();
        if (!extras.equals(Extras.NONE)) {
            properties.setUserProperties(extras.userProperties().stream()
                    .map(text -> text.split("=", 2))
                    .map(parts -> new UserProperty(parts[0], parts[1]))
                    .toList());
            properties.setContentType(extras.contentType());
            properties.setResponseTopic(extras.responseTopic());
            properties.setCorrelationData(extras.correlation().getBytes(UTF_8));
            properties.setMessageExpiryInterval(extras.expiry());
        }
        return properties;
    }

    @Override
    public boolean connect(Connecting how) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        SSLContext tls = entrance.tls();
        if (tls != null) {
            options.setSocketFactory(tls.getSocketFactory());
        }
        Entrance.Login login = entrance.login();
        if (login != null) {
            options.setUserName(login.user());
            options.setPassword(login.password().getBytes(UTF_8));
        }
        options.setCleanStart(how.keptFor() == 0);
        options.setSessionExpiryInterval(how.keptFor());
        options.setKeepAliveInterval(how.keepAlive());
        if (how.willTopic() != null) {
            options.setWill(how.willTopic(), new MqttMessage("gone".getBytes(UTF_8), 1, false, new MqttProperties()));
        }
        IMqttToken token = client.connect(options);
        token.waitForCompletion(PATIENCE.toMillis());
        return token.getSessionPresent();
    }

    @Override
    public int subscribe(Subscribing what) throws MqttException {
        MqttSubscription subscription = new MqttSubscription(what.filter(), what.qos());
        subscription.setNoLocal(what.noLocal());
        subscription.setRetainAsPublished(what.retainAsPublished());
        subscription.setRetainHandling(what.retainHandling());
        IMqttToken token = client.subscribe(subscription);
        try {
            token.waitForCompletion(PATIENCE.toMillis());
        } catch (MqttException refused) {
            if (token.getReasonCodes() == null) {
                throw refused;
            }
        }
        return token.getReasonCodes()[0];
    }

    @Override
    public void unsubscribe(String filter) throws MqttException {
        client.unsubscribe(filter).waitForCompletion(PATIENCE.toMillis());
    }

    @Override
    public CompletableFuture<Integer> publish(Message message) throws MqttException {
        CompletableFuture<Integer> acknowledged = new CompletableFuture<>();
        MqttMessage sent = new MqttMessage(
                message.text().getBytes(UTF_8), message.qos(), message.retained(), properties(message.extras()));
        var unused = client.publish(message.topic(), sent, null, new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                acknowledged.complete(reasonCode(token));
            }

            @Override
            public void onFailure(IMqttToken token, Throwable failure) {
                if (failure instanceof MqttException refused && refused.getReasonCode() >= 0x80) {
                    acknowledged.complete(refused.getReasonCode());
                } else {
                    acknowledged.completeExceptionally(failure);
                }
            }
        });
        return acknowledged;
    }

    private static int reasonCode(IMqttToken token) {
        int[] codes = token.getReasonCodes();
        return codes == null || codes.length == 0 ? 0 : codes[0];
    }

    @Override
    public List<Message> received() {
        return List.copyOf(received);
    }

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public void disconnect() throws MqttException {
        client.disconnect().waitForCompletion(PATIENCE.toMillis());
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.disconnectForcibly(0, 1, false);
            }
            client.close(true);
        } catch (MqttException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
