package io.zanzara.service.engine;

import io.zanzara.access.Listener;
import io.zanzara.access.Listener.Transport;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One place where clients connect.
 *
 * @param name by which it is called in the log
 * @param host the address to listen on
 * @param port the port to listen on, 0 for any that is free; never null once checked
 * @param transport tcp, tls, websocket or secure-websocket
 * @param path of the URL of a WebSocket; empty for /mqtt
 * @param sslBundle the name of the bundle under spring.ssl.bundle with the certificate, for tls and secure-websocket
 * @param clientAuthentication whether clients are asked for a certificate of their own
 * @param userNameFromCertificate whether the common name of the client's certificate is its user name, and no password is asked for
 * @param maxConnections most connections through it at once, 0 for no bound of its own
 */
public record ListenerSettings(
        @DefaultValue("") String name,
        @DefaultValue("localhost") String host,
        @Nullable Integer port,
        @DefaultValue("tcp") String transport,
        @DefaultValue("") String path,
        @DefaultValue("") String sslBundle,
        @DefaultValue("none") ClientAuthentication clientAuthentication,
        @DefaultValue("false") boolean userNameFromCertificate,
        @DefaultValue("0") int maxConnections) {

    /** Whether a client has to show a certificate. */
    public enum ClientAuthentication {
        /** It is not asked for one. */
        NONE,
        /** It is asked for one, and may have none. */
        WANT,
        /** Without one that the bundle's truststore vouches for, there is no connection. */
        NEED
    }

    /** Returns what carries the packets. */
    public Transport carrier() {
        return isWebSocket(transport) ? Transport.WEBSOCKET : Transport.TCP;
    }

    /** Whether it speaks TLS. */
    public boolean isSecure() {
        return isSecure(transport);
    }

    /** Returns the port. */
    public int portNumber() {
        return port == null ? 0 : port;
    }

    static String prefix(int index) {
        return "zanzara.listeners[" + index + "].";
    }

    /** Checks all of them, each for itself and with the others. */
    static void check(List<ListenerSettings> all) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            ListenerSettings each = all.get(i);
            String prefix = prefix(i);
            if (each.name.isBlank() || !names.add(each.name)) {
                throw new InvalidSettingException(prefix + "name", each.name, "a name that no other listener has");
            }
            each.checkAddress(prefix, all.subList(0, i));
            each.checkTransport(prefix);
            each.checkCertificates(prefix);
            Bounds.check(prefix + "max-connections", each.maxConnections, 0, Integer.MAX_VALUE);
        }
    }

    private void checkAddress(String prefix, List<ListenerSettings> before) {
        if (host.isBlank()) {
            throw new InvalidSettingException(
                    prefix + "host", host, "an address such as localhost, or 0.0.0.0 for all addresses");
        }
        if (port == null) {
            throw new InvalidSettingException(prefix + "port", "", "from 0 to 65535");
        }
        Bounds.check(prefix + "port", port, 0, 65_535);
        for (ListenerSettings other : before) {
            if (port != 0 && portNumber() == other.portNumber() && meets(host, other.host)) {
                throw new InvalidSettingException(
                        prefix + "port", port, "another than that of listener " + other.name + " on the same address");
            }
        }
    }

    private static boolean meets(String one, String other) {
        return one.equalsIgnoreCase(other) || isEverywhere(one) || isEverywhere(other);
    }

    private static boolean isEverywhere(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    private void checkTransport(String prefix) {
        boolean known = isWebSocket(transport)
                || isSecure(transport)
                || Set.of("tcp", "mqtt").contains(canonical(transport));
        if (!known) {
            throw new InvalidSettingException(
                    prefix + "transport", transport, "one of tcp, tls, websocket, secure-websocket");
        }
        if (!path.isEmpty() && !isWebSocket(transport)) {
            throw new InvalidSettingException(
                    prefix + "path", path, "empty, because only websocket and secure-websocket have a path");
        }
        if (!path.isEmpty() && !Listener.isPath(path)) {
            throw new InvalidSettingException(prefix + "path", path, "the path of a URL, such as /mqtt");
        }
    }

    private void checkCertificates(String prefix) {
        if (isSecure() && sslBundle.isBlank()) {
            throw new InvalidSettingException(
                    prefix + "ssl-bundle",
                    sslBundle,
                    "the name of a bundle under spring.ssl.bundle, because the transport is " + transport);
        }
        if (!isSecure() && !sslBundle.isBlank()) {
            throw new InvalidSettingException(
                    prefix + "ssl-bundle",
                    sslBundle,
                    "empty, because the transport is " + transport + " and not tls or secure-websocket");
        }
        if (!isSecure() && clientAuthentication != ClientAuthentication.NONE) {
            throw new InvalidSettingException(
                    prefix + "client-authentication",
                    clientAuthentication.name().toLowerCase(Locale.ROOT),
                    "none, because the transport is " + transport + " and not tls or secure-websocket");
        }
        if (userNameFromCertificate && clientAuthentication == ClientAuthentication.NONE) {
            throw new InvalidSettingException(
                    prefix + "user-name-from-certificate",
                    true,
                    "false, unless " + prefix + "client-authentication is want or need");
        }
    }

    private static boolean isWebSocket(String transport) {
        return Set.of("websocket", "ws", "securewebsocket", "wss").contains(canonical(transport));
    }

    private static boolean isSecure(String transport) {
        return Set.of("tls", "ssl", "mqtts", "securewebsocket", "wss").contains(canonical(transport));
    }

    private static String canonical(String transport) {
        return transport
                .toLowerCase(Locale.ROOT)
                .replace("-", "")
                .replace("_", "")
                .strip();
    }
}
