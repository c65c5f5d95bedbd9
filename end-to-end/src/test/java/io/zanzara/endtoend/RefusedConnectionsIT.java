package io.zanzara.endtoend;

import static io.zanzara.endtoend.SafeBroker.ALICE;
import static io.zanzara.endtoend.SafeBroker.CONFIDENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.zanzara.endtoend.Entrance.Transport;
import io.zanzara.endtoend.JavaClient.Connecting;
import io.zanzara.endtoend.JavaClient.Kind;
import io.zanzara.endtoend.JavaClient.Message;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.TestCertificates;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who comes in the wrong way: what the client sees, what the broker says of it, and that others don't notice. There are no more than twenty
 * refused connections in all, as the log shows no more in ten seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RefusedConnectionsIT {

    private static final String CONNECT_TIMEOUT = "4s";
    private static final int BETWEEN_BYTES_MILLIS = 250;

    private SafeBroker broker;
    private CompletableFuture<Integer> slow;
    private SafeBroker.Told tooSlow;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = new SafeBroker(folder, "--zanzara.limits.connect-timeout=" + CONNECT_TIMEOUT);
        tooSlow = broker.told(
                "maximum_connect_time", "connectionRefused 127.0.0.1.* \\(0xA0, no session came about in time\\)");
        // until it is over, there is time for the others
        slow = CompletableFuture.supplyAsync(this::connectByteByByte);
    }

    @AfterEach
    void othersAreServed() throws Exception {
        broker.serveOthers();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private static Throwable refusal(Kind kind, Entrance entrance) throws Exception {
        try (JavaClient client = kind.at(entrance, "stranger")) {
            Throwable failure = catchThrowable(() -> client.connect(Connecting.CLEAN));
            assertThat(failure).isNotNull();
            assertThat(client.isConnected()).isFalse();
            return failure;
        }
    }

    // ---- TLS: the client does not trust the broker

    @ParameterizedTest
    @EnumSource(names = {"PAHO_3_1_1", "HIVEMQ_5"})
    void theBrokersCertificateHasExpired(Kind kind) throws Exception {
        SafeBroker.Told told =
                broker.told("protocol_error", "connectionRefused 127.0.0.1.* \\(0x82, the TLS handshake failed");
        assertThat(refusal(kind, broker.at("expired")))
                .hasStackTraceContaining("java.security.cert.CertificateExpiredException");
        told.awaitOneMore();
    }

    @ParameterizedTest
    @EnumSource(names = {"PAHO_5", "HIVEMQ_3_1_1"})
    void theBrokersCertificateIsForAnotherHost(Kind kind) throws Exception {
        SafeBroker.Told told =
                broker.told("protocol_error", "connectionRefused 127.0.0.1.* \\(0x82, the TLS handshake failed");
        assertThat(refusal(kind, broker.at("elsewhere")))
                .hasStackTraceContaining("No subject alternative DNS name matching localhost found");
        told.awaitOneMore();
    }

    @Test
    void theBrokersCertificateIsOfAnAuthorityThatTheClientDoesNotKnow() throws Exception {
        SafeBroker.Told told =
                broker.told("protocol_error", "connectionRefused 127.0.0.1.* \\(0x82, the TLS handshake failed");
        assertThat(refusal(Kind.HIVEMQ_5, broker.at("wss").trusting(new TestCertificates())))
                .hasStackTraceContaining("sun.security.validator.ValidatorException: PKIX path ");
        told.awaitOneMore();
    }

    // ---- TLS: the broker does not trust the client

    @ParameterizedTest
    @EnumSource(names = {"PAHO_5", "HIVEMQ_3_1_1"})
    void theClientsCertificateHasExpired(Kind kind) throws Exception {
        SafeBroker.Told told = broker.told(
                "not_authorized",
                "connectionRefused 127.0.0.1.* \\(0x87, the TLS handshake failed: .*validity check failed\\)");
        refusal(kind, broker.at("mutual").showing(broker.authority().expiredClient("CN=carol")));
        told.awaitOneMore();
    }

    @ParameterizedTest
    @EnumSource(names = {"PAHO_3_1_1", "HIVEMQ_5"})
    void theClientsCertificateIsOfAnotherAuthority(Kind kind) throws Exception {
        SafeBroker.Told told = broker.told(
                "not_authorized", "connectionRefused 127.0.0.1.* \\(0x87, the TLS handshake failed: PKIX path .*");
        refusal(kind, broker.at("mutual").showing(new TestCertificates().client("CN=carol")));
        told.awaitOneMore();
    }

    @ParameterizedTest
    @EnumSource(names = {"PAHO_3_1_1", "HIVEMQ_5"})
    void theClientShowsNoCertificate(Kind kind) throws Exception {
        SafeBroker.Told told = broker.told(
                "protocol_error",
                "connectionRefused 127.0.0.1.* \\(0x82, the TLS handshake failed: Empty client certificate chain");
        Entrance mutual = broker.at("mutual");
        refusal(kind, new Entrance(mutual.transport(), mutual.host(), mutual.port(), mutual.trusted(), null, ALICE));
        told.awaitOneMore();
    }

    // ---- another protocol than the listener's

    @Test
    void plainMqttWhereTlsIsSpoken() throws Exception {
        SafeBroker.Told told =
                broker.told("protocol_error", "connectionRefused 127.0.0.1.* \\(0x82, .*what came is not TLS\\)");
        refusal(Kind.PAHO_3_1_1, broker.at("tls").by(Transport.TCP));
        told.awaitOneMore();
    }

    @Test
    void tlsWherePlainMqttIsSpoken() throws Exception {
        SafeBroker.Told told = broker.told("malformed_packet", "connectionRefused 127.0.0.1.* \\(0x81, ");
        refusal(Kind.HIVEMQ_5, broker.at("tcp").by(Transport.SSL));
        told.awaitOneMore();
    }

    @Test
    void httpWhereMqttIsSpoken() {
        SafeBroker.Told told = broker.told(
                "protocol_error", "connectionRefused 127.0.0.1.* \\(0x82, the first packet must be CONNECT\\)");
        URI address = URI.create("http://localhost:" + broker.at("tcp").port() + "/" + CONFIDENTIAL);
        // a GET would be tried again
        HttpRequest request = HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofString(CONFIDENTIAL))
                .build();
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        told.awaitOneMore();
    }

    // ---- WebSocket

    private CompletableFuture<WebSocket> webSocket(String path, WebSocket.Listener listener, String... subProtocols) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (subProtocols.length > 0) {
            builder.subprotocols(subProtocols[0]);
        }
        return builder.buildAsync(URI.create("ws://localhost:" + broker.at("ws").port() + path), listener);
    }

    private void isAnswered(int status, String path, String... subProtocols) {
        assertThatThrownBy(() -> webSocket(path, new WebSocket.Listener() {}, subProtocols)
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "amqp"})
    void theSubProtocolIsNotMqtt(String subProtocol) {
        SafeBroker.Told told = broker.told(
                "protocol_error",
                "connectionRefused 127.0.0.1.* \\(0x82, the WebSocket handshake failed: the sub-protocol must be mqtt");
        isAnswered(400, "/mqtt", subProtocol.isEmpty() ? new String[0] : new String[] {subProtocol});
        told.awaitOneMore();
    }

    @Test
    void nothingIsAtThePath() {
        SafeBroker.Told told = broker.told(
                "protocol_error",
                "connectionRefused 127.0.0.1.* \\(0x82, the WebSocket handshake failed: there is nothing at this path");
        isAnswered(404, "/" + CONFIDENTIAL, "mqtt");
        told.awaitOneMore();
    }

    @Test
    void aFrameIsText() {
        SafeBroker.Told told =
                broker.told("protocol_error", "connectionRefused 127.0.0.1.* \\(0x82, a frame is not binary");
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
                closed.complete(status);
                return CompletableFuture.completedStage(null);
            }

            @Override
            public void onError(WebSocket webSocket, Throwable error) {
                closed.completeExceptionally(error);
            }
        };
        webSocket("/mqtt", listener, "mqtt").join().sendText(CONFIDENTIAL, true);
        assertThat(closed.join()).isEqualTo(1003);
        told.awaitOneMore();
    }

    // ---- too much, too slow

    /** HiveMQ's client for 5.0 knows the limit and keeps to it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HIVEMQ_5")
    void aPacketIsTooLarge(Kind kind) throws Exception {
        String name = kind + "large";
        SafeBroker.Told told = broker.told(
                "packet_too_large", "clientDisconnected " + name + " from 127\\.0\\.0\\.1:\\d+ \\(0x95, a packet has ");
        try (JavaClient client = kind.at(broker.at(kind.five ? "tls" : "ws"), name)) {
            client.connect(Connecting.CLEAN);
            client.publish(new Message("all/large", CONFIDENTIAL + "x".repeat(1 << 20), 1))
                    .exceptionally(lost -> -1);
            await().atMost(JavaClient.PATIENCE).until(() -> !client.isConnected());
        }
        told.awaitOneMore();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aConnectTakesTooLong() {
        assertThat(slow.join()).as("bytes before the end").isBetween(2, slowConnect().length - 1);
        tooSlow.awaitOneMore();
    }

    private static byte[] slowConnect() {
        return Packets.MQTT_5.connect(Connect.clean("slow".repeat(200)));
    }

    /** Returns how many bytes could be sent. */
    private int connectByteByByte() {
        int sent = 0;
        try (Socket socket = new Socket("127.0.0.1", broker.at("tcp").port())) {
            socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
            for (byte next : slowConnect()) {
                socket.getOutputStream().write(next);
                sent++;
                if (hasEnded(socket)) {
                    break;
                }
            }
            return sent;
        } catch (IOException ended) {
            return sent;
        }
    }

    /** Waits a while for that. */
    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException goesOn) {
            return false;
        }
    }
}
