package io.zanzara.engine;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Clients that others wrote, with what tests want of them. */
final class Clients {

    private static final long WAIT_MILLIS = 15_000;

    private Clients() {}

    /** Eclipse Paho, MQTT 3.1.1. Collects what it receives. */
    static final class Paho implements MqttCallback, AutoCloseable {
        final MqttAsyncClient client;
        final List<String> received = Collections.synchronizedList(new ArrayList<>());
        final List<MqttMessage> messages = Collections.synchronizedList(new ArrayList<>());
        boolean sessionPresent;

        Paho(int port, String clientId) throws MqttException {
            client = new MqttAsyncClient("tcp://localhost:" + port, clientId, new MemoryPersistence());
            client.setCallback(this);
        }

        static MqttConnectOptions options(boolean clean) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(clean);
            options.setMaxInflight(65_000);
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            return options;
        }

        Paho connect(boolean clean) throws MqttException {
            return connect(options(clean));
        }

        Paho connect(MqttConnectOptions options) throws MqttException {
            var token = client.connect(options);
            token.waitForCompletion(WAIT_MILLIS);
            sessionPresent = token.getSessionPresent();
            return this;
        }

        Paho subscribe(String filter, int qos) throws MqttException {
            client.subscribe(filter, qos).waitForCompletion(WAIT_MILLIS);
            return this;
        }

        Paho subscribe(String filter, int qos, IMqttMessageListener listener) throws MqttException {
            client.subscribe(filter, qos, listener).waitForCompletion(WAIT_MILLIS);
            return this;
        }

        void publish(String topic, String text, int qos) throws MqttException {
            publish(topic, text, qos, false);
        }

        void publish(String topic, String text, int qos, boolean retained) throws MqttException {
            send(topic, text, qos, retained).waitForCompletion(WAIT_MILLIS);
        }

        IMqttDeliveryToken send(String topic, String text, int qos, boolean retained) throws MqttException {
            return client.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, retained);
        }

        void disconnect() throws MqttException {
            client.disconnect().waitForCompletion(WAIT_MILLIS);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            messages.add(message);
            received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}

        /** Cuts the connection without a DISCONNECT. */
        void cut() throws MqttException {
            client.disconnectForcibly(0, 1, false);
        }

        @Override
        public void close() throws MqttException {
            try {
                if (client.isConnected()) {
                    client.disconnectForcibly(0, 10, false);
                }
            } catch (MqttException e) {
                // the connection broke at this moment: it is gone all the same
            }
            client.close(true);
        }
    }

    /** Eclipse Paho's callback for MQTT 5; collects what is received. */
    record Paho5Callback(List<String> received) implements org.eclipse.paho.mqttv5.client.MqttCallback {
        @Override
        public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
            received.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {}

        @Override
        public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(
                int reasonCode, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
    }

    /** HiveMQ's client, MQTT 5. */
    static Mqtt5BlockingClient hive(int port, String clientId) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientId)
                .serverHost("localhost")
                .serverPort(port)
                .buildBlocking();
    }

    static void publish(Mqtt5BlockingClient client, String topic, String text, MqttQos qos) {
        client.publishWith()
                .topic(topic)
                .qos(qos)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    static CompletableFuture<?> publishLater(Mqtt5BlockingClient client, String topic, String text, MqttQos qos) {
        return client.toAsync()
                .publishWith()
                .topic(topic)
                .qos(qos)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }
}
