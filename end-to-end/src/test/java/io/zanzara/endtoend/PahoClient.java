package io.zanzara.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A client that others wrote, speaking 3.1.1, with everything it received. A new object stands for a client that has forgotten all. */
final class PahoClient implements AutoCloseable {

    private static final int SECONDS = 20;
    private static final int MANY = 10_000;

    /** A message as it arrived. */
    record Received(int id, String topic, String text, int qos, boolean retained, boolean duplicate) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final MqttAsyncClient client;

    PahoClient(int port, String clientId) throws MqttException {
        client = new MqttAsyncClient("tcp://127.0.0.1:" + port, clientId, new MemoryPersistence());
        client.setCallback(new MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {
                // What a test wants to know it reads from the connection's state.
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                received.add(new Received(
                        message.getId(),
                        topic,
                        new String(message.getPayload(), UTF_8),
                        message.getQos(),
                        message.isRetained(),
                        message.isDuplicate()));
            }

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {
                // Each publication waits for its own token.
            }
        });
    }

    /** From now on what arrives is acknowledged only by {@link #acknowledge}. */
    PahoClient acknowledgeByHand() {
        client.setManualAcks(true);
        return this;
    }

    /** Connects and returns whether the broker had a session. */
    boolean connect(boolean clean) throws MqttException {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(clean);
        options.setMaxInflight(MANY);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        IMqttToken token = client.connect(options);
        token.waitForCompletion(SECONDS * 1_000L);
        return token.getSessionPresent();
    }

    void subscribe(String filter, int qos) throws MqttException {
        subscribing(filter, qos).waitForCompletion(SECONDS * 1_000L);
    }

    /** Completes with SUBACK. */
    IMqttToken subscribing(String filter, int qos) throws MqttException {
        return client.subscribe(filter, qos);
    }

    void unsubscribe(String filter) throws MqttException {
        client.unsubscribe(filter).waitForCompletion(SECONDS * 1_000L);
    }

    void publish(String topic, String text, int qos, boolean retained) throws MqttException {
        publishing(topic, text, qos, retained).waitForCompletion(SECONDS * 1_000L);
    }

    /** Completes with PUBACK or PUBCOMP. */
    IMqttToken publishing(String topic, String text, int qos, boolean retained) throws MqttException {
        return client.publish(topic, text.getBytes(UTF_8), qos, retained);
    }

    void acknowledge(Received message) throws MqttException {
        client.messageArrivedComplete(message.id(), message.qos());
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    List<String> texts() {
        return received.stream().map(Received::text).toList();
    }

    List<Received> await(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(SECONDS))
                .until(() -> received.size() >= count || !client.isConnected());
        return received();
    }

    boolean isConnected() {
        return client.isConnected();
    }

    void disconnect() throws MqttException {
        client.disconnect().waitForCompletion(SECONDS * 1_000L);
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            client.disconnect(0).waitForCompletion(SECONDS * 1_000L);
        }
        client.close();
    }
}
