package io.zanzara.publisher;

import static io.zanzara.publisher.InvalidSettings.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The broker and how to speak to it.
 *
 * @param host host name or address of the broker
 * @param port port of the broker
 * @param clientId client identifier, unique in the broker
 * @param clean whether the broker forgets this client when it disconnects
 * @param topic topic to publish to
 * @param qos quality of service: 0 at most once, 1 at least once, 2 exactly once
 * @param version version of MQTT: 3.1.1 or 5
 * @param username user name, if the broker asks for one
 * @param password password, if the broker asks for one
 */
@ConfigurationProperties(prefix = "mqtt", ignoreUnknownFields = false)
record MqttProperties(
        @DefaultValue("localhost") String host,
        @DefaultValue("5112") int port,
        @DefaultValue("cli_pub") String clientId,
        @DefaultValue("false") boolean clean,
        @DefaultValue("test") String topic,
        @DefaultValue("1") int qos,
        @DefaultValue("3.1.1") String version,
        @Nullable String username,
        @Nullable String password) {

    private static final int MAX_STRING_BYTES = 65_535;

    MqttProperties {
        username = username == null || username.isEmpty() ? null : username;
        password = password == null || password.isEmpty() ? null : password;
        require(!host.isBlank(), "mqtt.host", host, "a host name or an address");
        require(port >= 1 && port <= 65_535, "mqtt.port", port, "between 1 and 65535");
        require(
                !clientId.isBlank() && isMqttString(clientId),
                "mqtt.client-id",
                clientId,
                "1 to 65535 bytes of text, not only blanks");
        require(
                !topic.isEmpty() && isMqttString(topic) && topic.indexOf('+') < 0 && topic.indexOf('#') < 0,
                "mqtt.topic",
                topic,
                "a topic of 1 to 65535 bytes without the wildcards + and #");
        require(qos >= 0 && qos <= 2, "mqtt.qos", qos, "0, 1 or 2");
        require(version.equals("3.1.1") || version.equals("5"), "mqtt.version", version, "3.1.1 or 5");
        require(password == null || username != null, "mqtt.username", "", "set where mqtt.password is");
    }

    boolean isVersion5() {
        return version.equals("5");
    }

    String address() {
        return host + ":" + port;
    }

    private static boolean isMqttString(String text) {
        return text.indexOf('\0') < 0 && text.getBytes(UTF_8).length <= MAX_STRING_BYTES;
    }

    @Override
    public String toString() {
        return "MqttProperties[" + clientId + " at " + address() + ", topic " + topic + "]";
    }
}
