package io.zanzara.subscriber;

import static io.zanzara.subscriber.InvalidSettings.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The broker, how to speak to it, and what to subscribe to.
 *
 * @param host host name or address of the broker
 * @param port port of the broker
 * @param clientId client identifier, unique in the broker
 * @param clean whether the broker forgets this client, with its messages, when it disconnects
 * @param topic topic filter to subscribe to; wildcards are + and #
 * @param qos highest quality of service to receive: 0 at most once, 1 at least once, 2 exactly once
 * @param version version of MQTT: 3.1.1 or 5
 * @param username user name, if the broker asks for one
 * @param password password, if the broker asks for one
 */
@ConfigurationProperties(prefix = "mqtt", ignoreUnknownFields = false)
record SubscriberProperties(
        @DefaultValue("localhost") String host,
        @DefaultValue("5112") int port,
        @DefaultValue("cli_sub") String clientId,
        @DefaultValue("false") boolean clean,
        @DefaultValue("test") String topic,
        @DefaultValue("1") int qos,
        @DefaultValue("3.1.1") String version,
        @Nullable String username,
        @Nullable String password) {

    private static final int MAX_STRING_BYTES = 65_535;

    SubscriberProperties {
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
                isTopicFilter(topic),
                "mqtt.topic",
                topic,
                "a topic filter of 1 to 65535 bytes, in which + stands alone between slashes and # alone at the end");
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

    private static boolean isTopicFilter(String filter) {
        if (filter.isEmpty() || !isMqttString(filter)) {
            return false;
        }
        String[] levels = filter.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            boolean last = i == levels.length - 1;
            boolean wildcard = levels[i].indexOf('+') >= 0 || levels[i].indexOf('#') >= 0;
            if (wildcard && !levels[i].equals("+") && !(levels[i].equals("#") && last)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isMqttString(String text) {
        return text.indexOf('\0') < 0 && text.getBytes(UTF_8).length <= MAX_STRING_BYTES;
    }

    @Override
    public String toString() {
        return "SubscriberProperties[" + clientId + " at " + address() + ", topic " + topic + "]";
    }
}
