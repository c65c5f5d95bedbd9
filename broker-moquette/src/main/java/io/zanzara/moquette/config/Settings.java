package io.zanzara.moquette.config;

import io.moquette.BrokerConstants;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.IResourceLoader;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.access.Tls;
import io.zanzara.message.Qos;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a Moquette configuration says, in the engine's terms. Each method throws {@link IllegalArgumentException}, with the key, for a wrong value. */
public final class Settings {

    /** Names of the listeners that Moquette has. */
    public static final String TCP = "tcp";

    public static final String TLS = "tls";

    private static final String WEB_SOCKET = "ws";
    private static final String SECURE_WEB_SOCKET = "wss";
    private static final int LONGEST_FIXED_HEADER = 5;

    private final IConfig config;

    public Settings(IConfig config) {
        this.config = config;
    }

    /** Returns a sentence for each key that is given and changes nothing. */
    public List<String> warnings() {
        String authenticatorClass = text(IConfig.AUTHENTICATOR_CLASS_NAME);
        List<String> warnings = new ArrayList<>();
        for (String key : GivenKeys.of(config)) {
            String value = config.getProperty(key);
            String warning = Keys.warningOf(key, value == null ? "" : value.strip(), authenticatorClass);
            if (warning != null) {
                warnings.add(warning);
            }
        }
        return warnings;
    }

    /** Returns what is behind a key, or "". */
    public String text(String key) {
        String value = config.getProperty(key);
        return value == null ? "" : value.strip();
    }

    private boolean flag(String key, boolean otherwise) {
        String value = text(key);
        if (!value.isEmpty() && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(key + " is '" + value + "' but must be true or false");
        }
        return value.isEmpty() ? otherwise : Boolean.parseBoolean(value);
    }

    private @Nullable Integer number(String key) {
        String value = text(key);
        try {
            return value.isEmpty() ? null : Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is '" + value + "' but must be a whole number", e);
        }
    }

    // ---- who may come in

    public boolean allowsAnonymous() {
        return flag(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, true);
    }

    public boolean takesCertificateAsUserName() {
        return flag(IConfig.PEER_CERTIFICATE_AS_USERNAME, false);
    }

    public boolean needsClientCertificate() {
        return flag(Keys.NEED_CLIENT_AUTH, false);
    }

    /**
     * Returns the lines of the file that a key names, or null if the key is not there.
     *
     * @throws IOException if it can't be read
     */
    public @Nullable List<String> lines(String key) throws IOException {
        String name = text(key);
        if (name.isEmpty()) {
            return null;
        }
        Reader reader;
        try {
            reader = config.getResourceLoader().loadResource(name);
        } catch (IResourceLoader.ResourceIsDirectoryException e) {
            throw new IOException(key + " names a directory: " + name, e);
        }
        if (reader == null) {
            throw new FileNotFoundException(key + " names a file that can't be read: " + name);
        }
        try (BufferedReader lines = new BufferedReader(reader)) {
            return lines.lines().toList();
        }
    }

    // ---- where

    /** @param tls asked only if there is a listener that needs it */
    public List<Listener> listeners(Supplier<Tls> tls) {
        String host = config.getProperty(IConfig.HOST_PROPERTY_NAME, BrokerConstants.HOST)
                .strip();
        String path = config.getProperty(IConfig.WEB_SOCKET_PATH_PROPERTY_NAME, Listener.DEFAULT_PATH)
                .strip();
        List<Listener> listeners = new ArrayList<>();
        Integer tcp = port(IConfig.PORT_PROPERTY_NAME);
        if (tcp != null) {
            listeners.add(Listener.tcp(host, tcp).withName(TCP));
        }
        Integer webSocket = port(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME);
        if (webSocket != null) {
            listeners.add(
                    Listener.webSocket(host, webSocket).withName(WEB_SOCKET).withPath(path));
        }
        Integer secure = port(IConfig.SSL_PORT_PROPERTY_NAME);
        Integer secureWebSocket = port(IConfig.WSS_PORT_PROPERTY_NAME);
        Tls shared = secure == null && secureWebSocket == null ? null : tls.get();
        if (secure != null && shared != null) {
            listeners.add(Listener.tls(host, secure, shared).withName(TLS));
        }
        if (secureWebSocket != null && shared != null) {
            listeners.add(Listener.secureWebSocket(host, secureWebSocket, shared)
                    .withName(SECURE_WEB_SOCKET)
                    .withPath(path));
        }
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("no port is configured: one of port, ssl_port, websocket_port and"
                    + " secure_websocket_port must be a number");
        }
        return listeners;
    }

    private @Nullable Integer port(String key) {
        return text(key).equals(BrokerConstants.DISABLED_PORT_BIND) ? null : number(key);
    }

    // ---- how much

    public Limits limits() {
        return Limits.DEFAULTS.with(draft -> {
            Integer bytes = number(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME);
            // Moquette counts without the fixed header
            draft.maxPacketBytes(
                    LONGEST_FIXED_HEADER + (bytes == null ? IConfig.DEFAULT_NETTY_MAX_BYTES_IN_MESSAGE : bytes));
            draft.maximumQos(maximumQos());
            Integer receiveMaximum = number(IConfig.RECEIVE_MAXIMUM);
            if (receiveMaximum != null) {
                draft.receiveMaximum(Math.min(receiveMaximum, 65_535));
            }
            Integer aliases = number(IConfig.TOPIC_ALIAS_MAXIMUM_PROPERTY_NAME);
            if (aliases != null) {
                draft.topicAliasMaximum(aliases);
            }
            Integer connectTimeout = number(Keys.CHANNEL_TIMEOUT);
            if (connectTimeout != null) {
                draft.connectTimeoutSeconds(connectTimeout);
            }
            Long expiry = seconds(IConfig.PERSISTENT_CLIENT_EXPIRATION_PROPERTY_NAME);
            if (expiry != null) {
                draft.maxSessionExpirySeconds(Math.min(expiry, 0xFFFF_FFFFL));
            }
            Long keepAlive = seconds(IConfig.SERVER_KEEP_ALIVE_PROPERTY_NAME);
            if (keepAlive != null) {
                draft.maxKeepAliveSeconds(Math.toIntExact(Math.min(keepAlive, 65_535)));
            }
        });
    }

    private Qos maximumQos() {
        String value = text(IConfig.MAX_SERVER_GRANTED_QOS_PROPERTY_NAME).toLowerCase(Locale.ROOT);
        return switch (value) {
            case "0", "at_most_once" -> Qos.AT_MOST_ONCE;
            case "1", "at_least_once" -> Qos.AT_LEAST_ONCE;
            case "", "2", "exactly_once" -> Qos.EXACTLY_ONCE;
            default ->
                throw new IllegalArgumentException(IConfig.MAX_SERVER_GRANTED_QOS_PROPERTY_NAME + " is '" + value
                        + "' but must be 0, 1 or 2, or at_most_once, at_least_once or exactly_once");
        };
    }

    /** A number and s, m, h, d, w, M or y; months and years as 30 and 365 days. */
    private @Nullable Long seconds(String key) {
        String value = text(key);
        if (value.isEmpty()) {
            return null;
        }
        int end = value.length() - 1;
        long unit = switch (value.charAt(end)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3_600;
            case 'd' -> 86_400;
            case 'w' -> 7 * 86_400;
            case 'M' -> 30 * 86_400;
            case 'y' -> 365 * 86_400;
            default -> 0;
        };
        try {
            long seconds = Math.multiplyExact(
                    unit, Integer.parseInt(value.substring(0, end).strip()));
            if (seconds > 0) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(
                key + " is '" + value + "' but must be a number above 0 and one of s, m, h, d, w, M and y, such as 7d");
    }

    // ---- what is kept

    /** Returns the embedded store in {@code data_path}, or memory where {@code persistence_enabled} is not true. */
    public Store store() {
        String old = text(Keys.PERSISTENT_STORE);
        if (!old.isEmpty()) {
            Path parent = Path.of(old).getParent();
            return new RocksStore((parent == null ? Path.of("") : parent).resolve("zanzara"));
        }
        if (!flag(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, false)) {
            return new MemoryStore();
        }
        String dataPath = text(IConfig.DATA_PATH_PROPERTY_NAME);
        if (dataPath.isEmpty()) {
            throw new IllegalArgumentException("data_path must name a folder while persistence_enabled is true");
        }
        // beside what Moquette may have left there
        return new RocksStore(Path.of(dataPath).resolve("zanzara"));
    }
}
