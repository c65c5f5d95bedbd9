package io.zanzara.moquette.config;

import io.moquette.BrokerConstants;
import io.moquette.broker.config.IConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The keys of {@code moquette.conf}: which are followed, and which have no meaning here and why. */
final class Keys {

    static final String NEED_CLIENT_AUTH = BrokerConstants.NEED_CLIENT_AUTH;
    static final String CHANNEL_TIMEOUT = BrokerConstants.NETTY_CHANNEL_TIMEOUT_SECONDS_PROPERTY_NAME;
    static final String INTERCEPT_HANDLER = BrokerConstants.INTERCEPT_HANDLER_PROPERTY_NAME;
    static final String PERSISTENT_STORE = "persistent_store";

    /** Those that do something. */
    static final Set<String> FOLLOWED = Set.of(
            IConfig.PORT_PROPERTY_NAME,
            IConfig.HOST_PROPERTY_NAME,
            IConfig.SSL_PORT_PROPERTY_NAME,
            IConfig.WEB_SOCKET_PORT_PROPERTY_NAME,
            IConfig.WSS_PORT_PROPERTY_NAME,
            IConfig.WEB_SOCKET_PATH_PROPERTY_NAME,
            IConfig.JKS_PATH_PROPERTY_NAME,
            IConfig.SSL_PROVIDER,
            IConfig.KEY_STORE_TYPE,
            IConfig.KEY_STORE_PASSWORD_PROPERTY_NAME,
            IConfig.KEY_MANAGER_PASSWORD_PROPERTY_NAME,
            NEED_CLIENT_AUTH,
            IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME,
            IConfig.PEER_CERTIFICATE_AS_USERNAME,
            IConfig.AUTHENTICATOR_CLASS_NAME,
            IConfig.AUTHORIZATOR_CLASS_NAME,
            IConfig.PASSWORD_FILE_PROPERTY_NAME,
            IConfig.ACL_FILE_PROPERTY_NAME,
            INTERCEPT_HANDLER,
            IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME,
            IConfig.DATA_PATH_PROPERTY_NAME,
            PERSISTENT_STORE,
            IConfig.PERSISTENT_CLIENT_EXPIRATION_PROPERTY_NAME,
            IConfig.RECEIVE_MAXIMUM,
            IConfig.TOPIC_ALIAS_MAXIMUM_PROPERTY_NAME,
            IConfig.SERVER_KEEP_ALIVE_PROPERTY_NAME,
            IConfig.MAX_SERVER_GRANTED_QOS_PROPERTY_NAME,
            IConfig.NETTY_MAX_BYTES_PROPERTY_NAME,
            CHANNEL_TIMEOUT);

    /**
     * A key that changes nothing.
     *
     * @param why what is there instead
     * @param fulfilled the values that say what is so anyway, about which there is nothing to warn
     */
    private record Unused(String why, Set<String> fulfilled) {}

    private static final String ONE_STORE = "the embedded store has no such setting";
    private static final String OWN_TRANSPORT = "the engine settles that itself";
    private static final String DATABASE = "only io.moquette.broker.security.DBAuthenticator reads it";

    private static final Map<String, Unused> UNUSED = new TreeMap<>(Map.ofEntries(
            unused(
                    IConfig.PERSISTENT_QUEUE_TYPE_PROPERTY_NAME,
                    "the embedded store keeps queues of one kind",
                    "segmented"),
            unused(BrokerConstants.SEGMENTED_QUEUE_PAGE_SIZE, ONE_STORE),
            unused(BrokerConstants.SEGMENTED_QUEUE_SEGMENT_SIZE, ONE_STORE),
            unused(BrokerConstants.AUTOSAVE_INTERVAL_PROPERTY_NAME, "everything is on disk before it is acknowledged"),
            unused(IConfig.SESSION_QUEUE_SIZE, "there is no queue of commands to bound"),
            unused(
                    BrokerConstants.BROKER_INTERCEPTOR_THREAD_POOL_SIZE,
                    "each interceptor has a thread of its own, so that none waits for another"),
            unused(IConfig.BUFFER_FLUSH_MS_PROPERTY_NAME, OWN_TRANSPORT, "immediate", "0"),
            unused("immediate_buffer_flush", OWN_TRANSPORT, "true"),
            unused(BrokerConstants.NETTY_SO_BACKLOG_PROPERTY_NAME, OWN_TRANSPORT),
            unused(BrokerConstants.NETTY_SO_REUSEADDR_PROPERTY_NAME, OWN_TRANSPORT, "true"),
            unused(BrokerConstants.NETTY_TCP_NODELAY_PROPERTY_NAME, OWN_TRANSPORT, "true"),
            unused(BrokerConstants.NETTY_SO_KEEPALIVE_PROPERTY_NAME, OWN_TRANSPORT),
            unused(BrokerConstants.NETTY_NATIVE_PROPERTY_NAME, "epoll is used wherever it is there"),
            unused(
                    BrokerConstants.WEB_SOCKET_MAX_FRAME_SIZE_PROPERTY_NAME,
                    "packets are bounded, in however many frames"),
            unused(
                    BrokerConstants.REAUTHORIZE_SUBSCRIPTIONS_ON_CONNECT,
                    "a resumed session's subscriptions are always checked",
                    "true"),
            unused(
                    BrokerConstants.ALLOW_ZERO_BYTE_CLIENT_ID_PROPERTY_NAME,
                    "MQTT 3.1.1 clients may leave the identifier empty, with a clean session, as the standard has it",
                    "true"),
            unused(IConfig.ENABLE_TELEMETRY_NAME, "nothing is ever sent anywhere", "false"),
            unused(
                    IConfig.METRICS_PROVIDER_CLASS,
                    "counters are read from the broker: ZanzaraServer.broker().counters()"),
            unused(BrokerConstants.DB_AUTHENTICATOR_DRIVER, DATABASE),
            unused(BrokerConstants.DB_AUTHENTICATOR_URL, DATABASE),
            unused(BrokerConstants.DB_AUTHENTICATOR_QUERY, DATABASE),
            unused(BrokerConstants.DB_AUTHENTICATOR_DIGEST, DATABASE)));

    private Keys() {}

    private static Map.Entry<String, Unused> unused(String key, String why, String... fulfilled) {
        return Map.entry(key, new Unused(why, Set.of(fulfilled)));
    }

    /** Returns the keys that change nothing, in the order of the alphabet. */
    static List<String> unused() {
        return List.copyOf(UNUSED.keySet());
    }

    /**
     * Returns why a key with this value is worth a warning, or null if it isn't.
     *
     * @param authenticatorClass what {@code authenticator_class} says
     */
    static @Nullable String warningOf(String key, String value, String authenticatorClass) {
        if (FOLLOWED.contains(key)) {
            return null;
        }
        Unused unused = UNUSED.get(key);
        if (unused == null) {
            return "moquette.conf: '" + key + "' is known neither to Moquette nor to Zanzara";
        }
        boolean read = unused.why().equals(DATABASE) && authenticatorClass.endsWith(".DBAuthenticator");
        return read || unused.fulfilled().contains(value)
                ? null
                : "moquette.conf: '" + key + "' has no meaning here: " + unused.why();
    }
}
