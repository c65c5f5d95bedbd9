package io.zanzara.access;

import org.jspecify.annotations.Nullable;

/**
 * Where clients connect and how.
 *
 * @param name by which it is called in the log and found again; no two of one broker are the same
 * @param host the address to listen on, a name or an IP address
 * @param port the port to listen on, or 0 for any that is free
 * @param transport what carries the packets, over TLS if {@code tls} is there
 * @param path for {@link Transport#WEBSOCKET} the path of the URL, such as {@code /mqtt}; else empty
 * @param tls or null for a plain connection
 * @param maxConnections most connections through this listener at once, 0 for no bound but those of {@link Limits}
 */
public record Listener(
        String name,
        String host,
        int port,
        Transport transport,
        String path,
        @Nullable Tls tls,
        int maxConnections) {

    public static final String DEFAULT_PATH = "/mqtt";

    /** What carries the packets. */
    public enum Transport {
        TCP,
        /** Binary frames of WebSocket (RFC 6455) with the sub-protocol {@code mqtt}: section 6 of the standard. */
        WEBSOCKET
    }

    /** Checks every component and names the first that is off. */
    public Listener {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a listener must have a name");
        }
        if (host.isBlank()) {
            throw new IllegalArgumentException("host of listener " + name + " is empty but must be an address");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "port of listener " + name + " is " + port + " but must be from 0 to 65535");
        }
        if (maxConnections < 0) {
            throw new IllegalArgumentException(
                    "maxConnections of listener " + name + " is " + maxConnections + " but must be 0 or more");
        }
        String defect = defectOf(transport, path);
        if (defect != null) {
            throw new IllegalArgumentException("path of listener " + name + " is '" + path + "' but " + defect);
        }
    }

    private static @Nullable String defectOf(Transport transport, String path) {
        if (transport == Transport.TCP) {
            return path.isEmpty() ? null : "must be empty: only a WebSocket has a path";
        }
        return isPath(path) ? null : "must begin with / and be the path of a URL";
    }

    /** Whether this can be the path of a WebSocket's URL, such as {@code /mqtt}. */
    public static boolean isPath(String path) {
        return path.startsWith("/")
                && path.chars().allMatch(each -> each > ' ' && each <= '~' && each != '?' && each != '#');
    }

    /** Plain TCP, named {@code tcp}. */
    public static Listener tcp(String host, int port) {
        return new Listener("tcp", host, port, Transport.TCP, "", null, 0);
    }

    /** TLS, named {@code tls}. */
    public static Listener tls(String host, int port, Tls tls) {
        return new Listener("tls", host, port, Transport.TCP, "", tls, 0);
    }

    /** WebSocket, named {@code ws}, with the default path. */
    public static Listener webSocket(String host, int port) {
        return new Listener("ws", host, port, Transport.WEBSOCKET, DEFAULT_PATH, null, 0);
    }

    /** WebSocket over TLS, named {@code wss}, with the default path. */
    public static Listener secureWebSocket(String host, int port, Tls tls) {
        return new Listener("wss", host, port, Transport.WEBSOCKET, DEFAULT_PATH, tls, 0);
    }

    public Listener withName(String value) {
        return new Listener(value, host, port, transport, path, tls, maxConnections);
    }

    public Listener withHost(String value) {
        return new Listener(name, value, port, transport, path, tls, maxConnections);
    }

    public Listener withPort(int value) {
        return new Listener(name, host, value, transport, path, tls, maxConnections);
    }

    public Listener withPath(String value) {
        return new Listener(name, host, port, transport, value, tls, maxConnections);
    }

    public Listener withTls(@Nullable Tls value) {
        return new Listener(name, host, port, transport, path, value, maxConnections);
    }

    public Listener withMaxConnections(int value) {
        return new Listener(name, host, port, transport, path, tls, value);
    }

    /** Returns what it speaks, for people: {@code TCP}, {@code TLS}, {@code WebSocket} or {@code secure WebSocket}. */
    public String speaks() {
        return switch (transport) {
            case TCP -> tls == null ? "TCP" : "TLS";
            case WEBSOCKET -> tls == null ? "WebSocket" : "secure WebSocket";
        };
    }
}
