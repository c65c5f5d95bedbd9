package io.zanzara.subscriber;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import java.util.concurrent.TimeUnit;

/** What both versions of MQTT have in common: where the broker is, when to try again, what to tell the user. */
final class Reconnect {

    static final int KEEP_ALIVE_SECONDS = 15;

    private static final long FIRST_DELAY_MILLIS = 500;
    private static final long LONGEST_DELAY_MILLIS = 5_000;

    private Reconnect() {}

    static MqttClientBuilder client(SubscriberProperties properties, Console console) {
        return MqttClient.builder()
                .identifier(properties.clientId())
                .serverHost(properties.host())
                .serverPort(properties.port())
                .automaticReconnect()
                .initialDelay(FIRST_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                .maxDelay(LONGEST_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .addConnectedListener(context -> console.connected())
                .addDisconnectedListener(context -> report(context, console));
    }

    private static void report(MqttClientDisconnectedContext context, Console console) {
        if (context.getSource() == MqttDisconnectSource.USER) {
            return;
        }
        if (context.getClientConfig().getState().isConnected()) {
            console.connectionLost(context.getCause());
        } else {
            console.connectFailed(context.getCause());
        }
    }
}
