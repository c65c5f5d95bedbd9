package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Eclipse Paho's client for Java, MQTT 3.1.1. */
final class Paho3Client implements JavaClient {

    private static final int WINDOW = 1_024;

    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final Entrance entrance;
    private final MqttAsyncClient client;

    Paho3Client(Entrance entrance, String clientId) throws MqttException {
        this.entrance = entrance;
        client = new MqttAsyncClient(entrance.url(), clientId, new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {
                // What a test wants to know it reads from the connection's state.
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                String text = new String(message.getPayload(), UTF_8);
                received.add(new Message(topic, text, message.getQos(), message.isRetained(), Extras.NONE));
            }

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {
                // Each publication has its own listener.
            }
        });
    }

    @Override
    public boolean connect(Connecting how) throws MqttException {
        MqttConnectOptions options = new MqttConnectOptions();
        SSLContext tls = entrance.tls();
        if (tls != null) {
            options.setSocketFactory(tls.getSocketFactory());
        }
        Entrance.Login login = entrance.login();
        if (login != null) {
            options.setUserName(login.user());
            options.setPassword(login.password().toCharArray());
        }
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(how.keptFor() == 0);
        options.setKeepAliveInterval(how.keepAlive());
        options.setMaxInflight(WINDOW);
        if (how.willTopic() != null) {
            options.setWill(how.willTopic(), "gone".getBytes(UTF_8), 1, false);
        }
        IMqttToken token = client.connect(options);
        token.waitForCompletion(PATIENCE.toMillis());
        return token.getSessionPresent();
    }

    @Override
    public int subscribe(Subscribing what) throws MqttException {
        IMqttToken token = client.subscribe(what.filter(), what.qos());
        token.waitForCompletion(PATIENCE.toMillis());
        return token.getGrantedQos()[0];
    }

    @Override
    public void unsubscribe(String filter) throws MqttException {
        client.unsubscribe(filter).waitForCompletion(PATIENCE.toMillis());
    }

    @Override
    public CompletableFuture<Integer> publish(Message message) throws MqttException {
        CompletableFuture<Integer> acknowledged = new CompletableFuture<>();
        byte[] payload = message.text().getBytes(UTF_8);
        var unused = client.publish(
                message.topic(), payload, message.qos(), message.retained(), null, new IMqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        acknowledged.complete(0);
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable failure) {
                        acknowledged.completeExceptionally(failure);
                    }
                });
        return acknowledged;
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
