package io.zanzara.publisher;

import org.eclipse.paho.client.mqttv3.IMqttAsyncClient;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.mqtt.core.Mqttv3ClientManager;

/**
 * MQTT 3.1.1. One Paho client lives through all connections: it keeps what is under way in its memory and, in a session
 * that is not clean, sends it again after a reconnect. Reconnecting is left to {@link Delivery}, not to Paho.
 */
final class Mqtt3Link extends Mqttv3ClientManager implements BrokerLink {

    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final int CONNECT_SECONDS = 10;
    private static final int CLOSE_MILLIS = 1_000;

    private final MqttProperties mqtt;
    private final Console console;
    private @Nullable Listener listener;
    private boolean leftoversGone;

    Mqtt3Link(MqttProperties mqtt, Console console) {
        super(options(mqtt), mqtt.clientId());
        this.mqtt = mqtt;
        this.console = console;
        setPersistence(new MemoryPersistence());
        setCompletionTimeout(CONNECT_SECONDS * 1_000L);
        setQuiescentTimeout(0);
        setDisconnectCompletionTimeout(1);
        leftoversGone = mqtt.clean() || mqtt.qos() < 2;
    }

    private static MqttConnectOptions options(MqttProperties mqtt) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setServerURIs(new String[] {"tcp://" + mqtt.address()});
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setCleanSession(mqtt.clean());
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout(CONNECT_SECONDS);
        if (mqtt.username() != null) {
            options.setUserName(mqtt.username());
        }
        if (mqtt.password() != null) {
            options.setPassword(mqtt.password().toCharArray());
        }
        return options;
    }

    @Override
    public void reportTo(Listener listener) {
        this.listener = listener;
    }

    @Override
    public boolean holdsMessage() {
        IMqttAsyncClient client = getClient();
        return client != null && mqtt.qos() > 0 && client.getPendingDeliveryTokens().length > 0;
    }

    @Override
    public void start() {
        if (forgetLeftovers()) {
            super.start();
            abandonHalfOpen();
        }
    }

    @Override
    public void connect() {
        start();
    }

    /**
     * At QoS 2 the broker may still hold a message of an earlier process that was killed half-way; a new message under
     * the same packet identifier would be taken for it and vanish. Nobody here can finish the old one, so it goes.
     */
    private boolean forgetLeftovers() {
        if (leftoversGone) {
            return true;
        }
        MqttConnectOptions clean = options(mqtt);
        clean.setCleanSession(true);
        try (MqttClient client = new MqttClient("tcp://" + mqtt.address(), mqtt.clientId(), new MemoryPersistence())) {
            client.setTimeToWait(CONNECT_SECONDS * 1_000L);
            client.connect(clean);
            client.disconnect();
            leftoversGone = true;
        } catch (MqttException notThere) {
            console.connectFailed(notThere);
        }
        return leftoversGone;
    }

    /** Disconnects in peace, so that the forcible disconnect of the superclass, which waits in vain, finds nothing to do. */
    @Override
    public void stop() {
        IMqttAsyncClient client = getClient();
        if (client != null && client.isConnected()) {
            try {
                client.disconnect(CLOSE_MILLIS).waitForCompletion(2 * CLOSE_MILLIS);
            } catch (MqttException alreadyGone) {
                // Then there is nothing left to say goodbye to.
            }
        }
        super.stop();
    }

    /** A broker that takes the connection and then says nothing would hold Paho in "connecting" for ever. */
    private void abandonHalfOpen() {
        IMqttAsyncClient client = getClient();
        if (client instanceof MqttAsyncClient async && !client.isConnected()) {
            try {
                async.disconnectForcibly(0, CLOSE_MILLIS, false);
            } catch (MqttException alreadyGone) {
                // That is what was wanted.
            }
        }
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        console.connected();
        super.connectComplete(reconnect, serverUri);
    }

    @Override
    public void connectionLost(Throwable cause) {
        console.connectionLost(cause);
        if (listener != null) {
            listener.connectionLost();
        }
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
        if (listener != null) {
            listener.acknowledged();
        }
    }
}
