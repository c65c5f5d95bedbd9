package io.zanzara.moquette.embedding;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A client of Paho's that keeps what it gets. */
final class PahoClient implements AutoCloseable {

    private final MqttClient client;
    private final MqttConnectOptions options = new MqttConnectOptions();
    private final Runnable ready;
    private final List<String> received = new CopyOnWriteArrayList<>();

    /**
     * @param ready waits until the server is ready for what comes after CONNECT
     */
    PahoClient(String uri, String clientId, Runnable ready) throws MqttException {
        client = new MqttClient(uri, clientId, new MemoryPersistence());
        this.ready = ready;
        client.setTimeToWait(10_000);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setConnectionTimeout(10);
        options.setHttpsHostnameVerificationEnabled(false);
    }

    PahoClient set(Consumer<MqttConnectOptions> setting) {
        setting.accept(options);
        return this;
    }

    /** Sets who connects. */
    PahoClient user(String name, String password) {
        options.setUserName(name);
        options.setPassword(password.toCharArray());
        return this;
    }

    /** Connects, and returns whether there was a session. */
    boolean connect() throws MqttException {
        boolean sessionPresent = client.connectWithResult(options).getSessionPresent();
        ready.run();
        return sessionPresent;
    }

    void subscribe(String filter, int qos) throws MqttException {
        client.subscribe(
                filter,
                qos,
                (topic, message) ->
                        received.add(topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8)));
    }

    /** Publishes, and waits for the acknowledgement of QoS 1 or 2. */
    void publish(String topic, String text, int qos) throws MqttException {
        client.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, false);
    }

    /** Returns what came, each a topic and a text. */
    List<String> received() {
        return received;
    }

    void disconnect() throws MqttException {
        client.disconnect();
    }

    /** Ends the connection without DISCONNECT. */
    void vanish() throws MqttException {
        client.disconnectForcibly(0, 1, false);
    }

    @Override
    public void close() throws MqttException {
        if (client.isConnected()) {
            vanish();
        }
        client.close(true);
    }
}
