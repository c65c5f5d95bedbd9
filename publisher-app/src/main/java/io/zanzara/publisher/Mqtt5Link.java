package io.zanzara.publisher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.Field;
import java.util.Objects;
import org.eclipse.paho.mqttv5.client.IMqttAsyncClient;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.internal.MqttConnectionState;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.mqtt.core.Mqttv5ClientManager;
import org.springframework.util.ReflectionUtils;

/** MQTT 5; otherwise as {@link Mqtt3Link}. */
final class Mqtt5Link extends Mqttv5ClientManager implements BrokerLink {

    private static final int KEEP_ALIVE_SECONDS = 15;
    private static final int CONNECT_SECONDS = 10;
    private static final int CLOSE_MILLIS = 1_000;
    private static final long NO_EXPIRY = 0xFFFF_FFFFL;
    private static final int FIRST_ERROR = 0x80;

    private final MqttProperties mqtt;
    private final Console console;
    private @Nullable Listener listener;
    private boolean leftoversGone;
    private volatile boolean ready;

    Mqtt5Link(MqttProperties mqtt, Console console) {
        super(options(mqtt), mqtt.clientId());
        this.mqtt = mqtt;
        this.console = console;
        setPersistence(new MemoryPersistence());
        setCompletionTimeout(CONNECT_SECONDS * 1_000L);
        setQuiescentTimeout(0);
        setDisconnectCompletionTimeout(1);
        leftoversGone = mqtt.clean() || mqtt.qos() < 2;
    }

    private static MqttConnectionOptions options(MqttProperties mqtt) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setServerURIs(new String[] {"tcp://" + mqtt.address()});
        options.setCleanStart(mqtt.clean());
        options.setSessionExpiryInterval(mqtt.clean() ? 0L : NO_EXPIRY);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout(CONNECT_SECONDS);
        if (mqtt.username() != null) {
            options.setUserName(mqtt.username());
        }
        if (mqtt.password() != null) {
            options.setPassword(mqtt.password().getBytes(UTF_8));
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
        return client != null && mqtt.qos() > 0 && client.getPendingTokens().length > 0;
    }

    @Override
    public void start() {
        ready = false;
        if (forgetLeftovers()) {
            super.start();
            if (super.isConnected()) {
                useNoTopicAliases();
                ready = true;
            }
            abandonHalfOpen();
        }
    }

    @Override
    public boolean isConnected() {
        return ready && super.isConnected();
    }

    @Override
    public void connect() {
        start();
    }

    /** See {@link Mqtt3Link}; a clean start of the real client instead would make it forget its own message later. */
    private boolean forgetLeftovers() {
        if (leftoversGone) {
            return true;
        }
        MqttConnectionOptions clean = options(mqtt);
        clean.setCleanStart(true);
        clean.setSessionExpiryInterval(0L);
        try {
            MqttClient client = new MqttClient("tcp://" + mqtt.address(), mqtt.clientId(), new MemoryPersistence());
            try {
                client.setTimeToWait(CONNECT_SECONDS * 1_000L);
                client.connect(clean);
                client.disconnect();
                leftoversGone = true;
            } finally {
                client.close();
            }
        } catch (MqttException notThere) {
            console.connectFailed(notThere);
        }
        return leftoversGone;
    }

    /** Disconnects in peace first, as {@link Mqtt3Link} does. */
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
        if (client != null && !client.isConnected()) {
            try {
                client.disconnectForcibly(0, CLOSE_MILLIS, false);
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

    /**
     * Paho repeats a message with the topic alias of the connection that broke, which the broker has to refuse, and has
     * no option against it. So it is told that the broker takes no aliases.
     */
    private void useNoTopicAliases() {
        Field connection = Objects.requireNonNull(ReflectionUtils.findField(MqttAsyncClient.class, "mqttConnection"));
        ReflectionUtils.makeAccessible(connection);
        Object state = ReflectionUtils.getField(connection, getClient());
        ((MqttConnectionState) Objects.requireNonNull(state)).setOutgoingTopicAliasMaximum(0);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        ready = false;
        MqttException cause = response.getException();
        if (cause != null) {
            console.connectionLost(cause);
        } else {
            console.connectionLost("the broker said " + hex(response.getReturnCode()));
        }
        if (listener != null) {
            listener.connectionLost();
        }
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        if (listener == null) {
            return;
        }
        int[] reasons = token.getReasonCodes();
        for (int reason : reasons == null ? new int[0] : reasons) {
            if (reason >= FIRST_ERROR) {
                listener.refused("the broker said " + hex(reason));
                return;
            }
        }
        listener.acknowledged();
    }

    private static String hex(int reason) {
        return String.format("0x%02X", reason);
    }
}
