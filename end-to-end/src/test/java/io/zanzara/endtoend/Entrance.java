package io.zanzara.endtoend;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import io.netty.pkitesting.X509Bundle;
import io.zanzara.testclient.TestCertificates;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a client connects.
 *
 * @param host as the client calls it, which the broker's certificate has to say too
 * @param trusted who must have made the broker's certificate; matters over TLS only
 * @param own the certificate that the client shows, or null for none
 * @param login null for none
 */
record Entrance(
        Transport transport,
        String host,
        int port,
        TestCertificates trusted,
        @Nullable X509Bundle own,
        @Nullable Login login) {

    /** As the scheme of a URL. */
    enum Transport {
        TCP,
        SSL,
        WS,
        WSS;

        boolean isEncrypted() {
            return this == SSL || this == WSS;
        }

        boolean isWebSocket() {
            return this == WS || this == WSS;
        }
    }

    record Login(String user, String password) {}

    private static final TestCertificates NOBODY = new TestCertificates();

    /** Returns a port of this machine, over plain TCP, without a login. */
    static Entrance plain(int port) {
        return new Entrance(Transport.TCP, "127.0.0.1", port, NOBODY, null, null);
    }

    Entrance as(String user, String password) {
        return new Entrance(transport, host, port, trusted, own, new Login(user, password));
    }

    Entrance asNobody() {
        return new Entrance(transport, host, port, trusted, own, null);
    }

    Entrance showing(X509Bundle certificate) {
        return new Entrance(transport, host, port, trusted, certificate, login);
    }

    Entrance trusting(TestCertificates authority) {
        return new Entrance(transport, host, port, authority, own, login);
    }

    /** Returns the same port, spoken to in another way than it expects. */
    Entrance by(Transport another) {
        return new Entrance(another, host, port, trusted, own, login);
    }

    String url() {
        String scheme = transport.name().toLowerCase(java.util.Locale.ROOT);
        return scheme + "://" + host + ":" + port + (transport.isWebSocket() ? "/mqtt" : "");
    }

    /** Returns what to speak TLS with, or null for no TLS. */
    @Nullable
    SSLContext tls() {
        return transport.isEncrypted() ? trusted.context(own) : null;
    }

    /** Returns the same in the words of HiveMQ's client. */
    @Nullable
    MqttClientSslConfig tlsOfHive() {
        if (!transport.isEncrypted()) {
            return null;
        }
        try {
            return MqttClientSslConfig.builder()
                    .trustManagerFactory(trusted.authority().toTrustManagerFactory())
                    .keyManagerFactory(own == null ? null : own.toKeyManagerFactory())
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns HiveMQ's words for the WebSocket, or null for none. */
    @Nullable
    MqttWebSocketConfig webSocketOfHive() {
        return transport.isWebSocket()
                ? MqttWebSocketConfig.builder().serverPath("mqtt").build()
                : null;
    }
}
