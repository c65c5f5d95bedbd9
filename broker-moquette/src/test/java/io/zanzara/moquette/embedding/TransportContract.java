package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.security.IAuthenticator;
import io.zanzara.testclient.PortRange;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and WebSocket, through the program and through the configuration. */
interface TransportContract extends UnderTest {

    private void assertServes(PahoClient client) throws MqttException {
        client.connect();
        client.subscribe("a", 1);
        client.publish("a", "hello", 1);
        Embedding.await().until(() -> client.received().equals(List.of("a hello")));
        client.disconnect();
    }

    private PahoClient secure(Server server, String scheme, int port, String path, boolean certificate)
            throws Exception {
        PahoClient client = under().paho(server, scheme + "://127.0.0.1:" + port + path, "secure");
        SSLSocketFactory sockets = TestTls.client(certificate);
        return client.set(options -> options.setSocketFactory(sockets));
    }

    private static String[] keyStore(String... more) {
        List<String> all = new CopyOnWriteArrayList<>(List.of(
                IConfig.JKS_PATH_PROPERTY_NAME,
                TestTls.store().toString(),
                IConfig.KEY_STORE_TYPE,
                "pkcs12",
                IConfig.KEY_STORE_PASSWORD_PROPERTY_NAME,
                TestTls.PASSWORD,
                IConfig.KEY_MANAGER_PASSWORD_PROPERTY_NAME,
                TestTls.PASSWORD));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** The servers don't tell the ports of their WebSockets. */
    PortRange PORTS = new PortRange(10_000, 2_000);

    @Test
    default void tlsComesFromTheProgram() throws Exception {
        Server server = under().start(Extensions.of().with(TestTls.server()), IConfig.SSL_PORT_PROPERTY_NAME, "0");

        assertServes(secure(server, "ssl", Embedding.tlsPort(server), "", false));
        assertServes(under().paho(server, "plain"));
    }

    @Test
    default void tlsComesFromTheConfiguration() throws Exception {
        Server server = under().start(keyStore(IConfig.SSL_PORT_PROPERTY_NAME, "0", "port", "disabled"));

        assertServes(secure(server, "ssl", Embedding.tlsPort(server), "", false));
        assertThat(server.getPort()).isZero();
    }

    @Test
    default void clientsShowACertificateWhereTheSettingSaysSo() throws Exception {
        Server server = under().start(keyStore(IConfig.SSL_PORT_PROPERTY_NAME, "0", "need_client_auth", "true"));
        int port = Embedding.tlsPort(server);

        assertServes(secure(server, "ssl", port, "", true));
        assertThatThrownBy(() -> secure(server, "ssl", port, "", false).connect())
                .isInstanceOf(MqttException.class);
    }

    /** The authenticator gets the certificate, in PEM, as the user's name. */
    @Test
    default void aCertificateIsTheUserWhereTheSettingSaysSo() throws Exception {
        List<String> users = new CopyOnWriteArrayList<>();
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(
                        Extensions.of(recorder).with((IAuthenticator) (client, user, password) -> users.add(user)),
                        keyStore(
                                IConfig.SSL_PORT_PROPERTY_NAME,
                                "0",
                                "need_client_auth",
                                "true",
                                IConfig.PEER_CERTIFICATE_AS_USERNAME,
                                "true"));

        assertServes(secure(server, "ssl", Embedding.tlsPort(server), "", true));

        assertThat(users).singleElement().asString().startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(recorder.line("disconnect")).startsWith("disconnect secure user -----BEGIN CERTIFICATE-----");
    }

    @Test
    default void webSocketsAreServed() throws Exception {
        String port = Integer.toString(PORTS.free());
        Server server = under().start(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, port);

        assertServes(under().paho(server, "ws://127.0.0.1:" + port + "/mqtt", "web"));
    }

    @Test
    default void webSocketsAreServedWhereTheSettingSaysSo() throws Exception {
        String port = Integer.toString(PORTS.free());
        Server server = under().start(
                        IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, port, IConfig.WEB_SOCKET_PATH_PROPERTY_NAME, "/else");

        assertServes(under().paho(server, "ws://127.0.0.1:" + port + "/else", "web"));
        PahoClient lost = under().paho(server, "ws://127.0.0.1:" + port + "/mqtt", "web");
        assertThatThrownBy(lost::connect).isInstanceOf(MqttException.class);
    }

    @Test
    default void secureWebSocketsAreServed() throws Exception {
        String port = Integer.toString(PORTS.free());
        Server server = under().start(keyStore(IConfig.WSS_PORT_PROPERTY_NAME, port));

        assertServes(secure(server, "wss", Integer.parseInt(port), "/mqtt", false));
    }

    /** The names that sub-protocols had before there was a standard. */
    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "mqttv3.1"})
    default void webSocketsOfOldClientsAreServedToo(String protocol) throws Exception {
        String port = Integer.toString(PORTS.free());
        under().start(IConfig.WEB_SOCKET_PORT_PROPERTY_NAME, port);

        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols(protocol)
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/mqtt"), new WebSocket.Listener() {})
                .get(10, TimeUnit.SECONDS);

        assertThat(socket.getSubprotocol()).isEqualTo(protocol);
        socket.abort();
    }
}
