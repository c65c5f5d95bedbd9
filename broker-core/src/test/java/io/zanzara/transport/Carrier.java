package io.zanzara.transport;

import io.zanzara.Broker;
import io.zanzara.access.Listener;
import io.zanzara.access.Tls;
import io.zanzara.testclient.Door;
import io.zanzara.testclient.TestCertificates;
import io.zanzara.testclient.TestCertificates.ClientAuthentication;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;

/** The four transports, as tests listen and connect. */
enum Carrier {
    TCP,
    TLS,
    WEBSOCKET,
    SECURE_WEBSOCKET;

    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final SSLContext SERVER = CERTIFICATES.context(CERTIFICATES.server());
    private static final SSLContext CLIENT = CERTIFICATES.context(null);

    Listener listener() {
        Tls tls = new Tls(() -> TestCertificates.engine(SERVER, ClientAuthentication.NONE), false);
        Listener any = switch (this) {
            case TCP -> Listener.tcp("127.0.0.1", 0);
            case TLS -> Listener.tls("127.0.0.1", 0, tls);
            case WEBSOCKET -> Listener.webSocket("127.0.0.1", 0);
            case SECURE_WEBSOCKET -> Listener.secureWebSocket("127.0.0.1", 0, tls);
        };
        return any.withName(name());
    }

    static List<Listener> listeners() {
        return Arrays.stream(values()).map(Carrier::listener).toList();
    }

    Door door(Broker broker) {
        int port = broker.port(name());
        return switch (this) {
            case TCP -> Door.tcp(port);
            case TLS -> Door.tls(port, CLIENT);
            case WEBSOCKET -> Door.tcp(port).webSocket(Listener.DEFAULT_PATH);
            case SECURE_WEBSOCKET -> Door.tls(port, CLIENT).webSocket(Listener.DEFAULT_PATH);
        };
    }
}
