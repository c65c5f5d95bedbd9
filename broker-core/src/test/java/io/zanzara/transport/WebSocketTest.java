package io.zanzara.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Bytes;
import io.zanzara.testclient.Door;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawWebSocket;
import io.zanzara.testclient.RawWebSocket.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT over WebSocket (section 6): the opening handshake, frames of all kinds, and the end. */
class WebSocketTest {

    private static final Packets PACKETS = Packets.MQTT_5;
    private static final byte[] CONNECT = PACKETS.connect(Connect.clean("client"));
    private static final byte[] PING = PACKETS.pingReq();
    private static final byte[] NOTHING = {};
    private static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol: mqtt";

    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final Broker broker = Broker.start(BrokerConfig.of(new MemoryStore())
            .withListeners(List.of(Listener.webSocket("127.0.0.1", 0).withPath("/some/path")))
            .withLimits(Limits.DEFAULTS.with(draft -> draft.connectTimeoutSeconds(3)))
            .withEventListeners(List.of(events::add)));

    private final SocketsOfTest sockets = new SocketsOfTest();

    @AfterEach
    void stop() throws IOException {
        sockets.closeAll();
        broker.close();
    }

    private RawWebSocket open() throws IOException {
        return RawWebSocket.open(sockets.open(Door.tcp(broker.port())), "/some/path", "mqtt");
    }

    private RawWebSocket connect() throws IOException {
        RawWebSocket client = open();
        client.send(RawWebSocket.BINARY, CONNECT);
        assertThat(client.read().payload()[0]).isEqualTo((byte) 0x20);
        return client;
    }

    private static void answersPing(RawWebSocket client) throws IOException {
        client.send(RawWebSocket.BINARY, PING);
        assertThat(client.read().payload()).containsExactly(0xD0, 0);
    }

    private BrokerEvent.ConnectionRefused refusal() {
        await().until(() -> events.stream().anyMatch(BrokerEvent.ConnectionRefused.class::isInstance));
        return events.stream()
                .filter(BrokerEvent.ConnectionRefused.class::isInstance)
                .map(BrokerEvent.ConnectionRefused.class::cast)
                .findFirst()
                .orElseThrow();
    }

    // ---- the opening handshake

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mqtt                     | mqtt",
                "mqttv3.1                 | mqttv3.1",
                "mqttv3.1, mqtt           | mqtt",
                "chat,mqtt ,  superchat   | mqtt",
            })
    @Spec(v5 = "MQTT-6.0.0-4", v311 = "MQTT-6.0.0-4")
    void theSubProtocolIsMqtt(String offered, String chosen) throws IOException {
        RawWebSocket client = RawWebSocket.open(sockets.open(Door.tcp(broker.port())), "/some/path", offered);
        assertThat(client.response())
                .contains("HTTP/1.1 101 Switching Protocols", "sec-websocket-protocol: " + chosen)
                // as the RFC has it for a key of 16 zero bytes
                .contains("sec-websocket-accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=");
        client.send(RawWebSocket.BINARY, CONNECT);
        assertThat(client.read().payload()[0]).isEqualTo((byte) 0x20);
    }

    @Test
    void aQueryBehindThePathIsOfNoInterest() throws IOException {
        Socket socket = sockets.open(Door.tcp(broker.port()));
        assertThat(RawWebSocket.open(socket, "/some/path?token=secret", "mqtt").response())
                .isNotEmpty();
    }

    @Test
    void whatFollowsTheRequestAtOnceIsFrames() throws IOException {
        Bytes eager = new Bytes()
                .raw(RawWebSocket.request("/some/path", SUB_PROTOCOL).getBytes(US_ASCII))
                .one(0x82)
                .one(0x80 | CONNECT.length)
                .four(0)
                .raw(CONNECT);
        RawWebSocket client =
                RawWebSocket.request(sockets.open(Door.tcp(broker.port())), new String(eager.toArray(), ISO_8859_1));
        assertThat(client.read().payload()[0]).isEqualTo((byte) 0x20);
        answersPing(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/some/path        | /some                    | 404",
                "/some/path        | /some/path/more          | 404",
                "GET               | POST                     | 400",
                "Upgrade: websocket| Upgrade: h2c             | 426",
                "Connection: Upgrade| Connection: close       | 426",
                "Version: 13       | Version: 8               | 426",
                "-Key: AAAA        | -Key: AAAAAAAA           | 400",
                "-Key: AAAA        | -Key: ?AAA               | 400",
                "Protocol: mqtt    | Protocol: MQTT           | 400",
                "Protocol: mqtt    | Protocol: chat           | 400",
                "Sec-WebSocket-Protocol: mqtt | X: y          | 400",
                "X-: localhost     | Content-Length: 5        | 400",
                "HTTP/1.1          | nonsense                 | 400",
            })
    void aHandshakeThatIsNotRightIsRefusedInHttp(String right, String wrong, String status) throws IOException {
        String request = RawWebSocket.request("/some/path", SUB_PROTOCOL, "X-: localhost");
        assertThat(request).contains(right);
        Socket socket = sockets.open(Door.tcp(broker.port()));
        RawWebSocket client = RawWebSocket.request(socket, request.replace(right, wrong));
        assertThat(client.response().get(0)).startsWith("HTTP/1.1 " + status + " ");
        assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).endsWith("\n");
        BrokerEvent.ConnectionRefused refusal = refusal();
        assertThat(refusal.reasonCode()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(refusal.reason())
                .startsWith("the WebSocket handshake failed: ")
                .doesNotContain(wrong);
        assertThat(broker.counters().refused(ReasonCode.PROTOCOL_ERROR).sum()).isEqualTo(1);
        connect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/some/path", "X: "})
    void aRequestThatDoesNotEndIsRefused(String longest) throws IOException {
        String request = RawWebSocket.request("/some/path", SUB_PROTOCOL, "X: y");
        Socket socket = sockets.open(Door.tcp(broker.port()));
        RawWebSocket client = RawWebSocket.request(socket, request.replace(longest, longest + "x".repeat(20_000)));
        assertThat(client.response().get(0)).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void mqttWithoutAWebSocketIsRefused() throws IOException {
        Socket socket = sockets.open(Door.tcp(broker.port()));
        socket.getOutputStream()
                .write(new Bytes()
                        .raw(CONNECT)
                        .raw("\r\n\r\n".getBytes(US_ASCII))
                        .toArray());
        assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 4");
        assertThat(refusal().reason()).startsWith("the WebSocket handshake failed: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /some/path HTTP/1.1\r\nHost: localhost\r\n"})
    void aHandshakeThatDoesNotGoOnIsOverWithTheTimeForConnect(String beginning) throws IOException {
        Socket socket = sockets.open(Door.tcp(broker.port()));
        socket.getOutputStream().write(beginning.getBytes(US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        assertThat(refusal().reasonCode()).isEqualTo(ReasonCode.MAXIMUM_CONNECT_TIME);
    }

    // ---- frames

    @Test
    @Spec(v5 = "MQTT-6.0.0-2", v311 = "MQTT-6.0.0-2")
    void packetsAndFramesNeedNotBeginAndEndTogether() throws IOException {
        RawWebSocket client = open();
        byte[] publish = PACKETS.publish("t", "text", 1, 7);
        sendByteByByte(client, CONNECT);
        assertThat(client.read().payload()[0]).isEqualTo((byte) 0x20);
        sendByteByByte(client, new Bytes().raw(publish).raw(PING).toArray());
        assertThat(bytes(client, 7)).containsExactly(0x40, 3, 0, 7, 0x10, 0xD0, 0);
        // several in one
        client.send(
                RawWebSocket.BINARY,
                new Bytes().raw(publish).raw(PING).raw(PING).toArray());
        assertThat(bytes(client, 9)).containsExactly(0x40, 3, 0, 7, 0x10, 0xD0, 0, 0xD0, 0);
        // a message in several frames, with a ping within
        client.sendPart(RawWebSocket.BINARY, Arrays.copyOf(publish, 3));
        client.sendPart(RawWebSocket.CONTINUATION, Arrays.copyOfRange(publish, 3, 5));
        client.send(RawWebSocket.PING, new byte[] {1, 2, 3});
        client.send(RawWebSocket.CONTINUATION, Arrays.copyOfRange(publish, 5, publish.length));
        Frame pong = client.read();
        assertThat(pong.opcode()).isEqualTo(RawWebSocket.PONG);
        assertThat(pong.payload()).containsExactly(1, 2, 3);
        assertThat(client.read().payload()).containsExactly(0x40, 3, 0, 7, 0x10);
    }

    /** Sends each byte in a frame of its own, and empty ones between them. */
    private static void sendByteByByte(RawWebSocket client, byte[] all) throws IOException {
        for (byte each : all) {
            client.send(RawWebSocket.BINARY, new byte[] {each});
            client.send(RawWebSocket.BINARY, NOTHING);
        }
    }

    /** Returns what comes in binary frames, in how many ever. */
    private static byte[] bytes(RawWebSocket client, int count) throws IOException {
        Bytes came = new Bytes();
        while (came.toArray().length < count) {
            came.raw(client.read().payload());
        }
        return came.toArray();
    }

    /** One write of the broker's is one frame, however many packets it has. */
    @Test
    void whatIsAnsweredTogetherComesInOneFrame() throws IOException {
        RawWebSocket client = connect();
        Bytes pings = new Bytes();
        IntStream.range(0, 50).forEach(i -> pings.raw(PING));
        client.send(RawWebSocket.BINARY, pings.toArray());
        assertThat(client.read().payload()).hasSize(100);
    }

    @Test
    void aFrameMayBeLargerThanAPacket() throws IOException {
        RawWebSocket client = connect();
        byte[] publish = PACKETS.publish("t", "x".repeat(1_000_000), 0, 0);
        client.send(
                RawWebSocket.BINARY,
                new Bytes().raw(publish).raw(publish).raw(publish).raw(PING).toArray());
        assertThat(client.read().payload()).containsExactly(0xD0, 0);
        assertThat(broker.counters().messagesIn[0].sum()).isEqualTo(3);
    }

    @Test
    void aPacketThatIsTooLargeIsRefusedBeforeItsFrameEnds() throws IOException {
        RawWebSocket client = connect();
        byte[] head = new Bytes().one(0x30).variable(2_000_000).toArray();
        client.sendBytes(new Bytes()
                .one(0x82)
                .one(0x80 | 127)
                .four(0)
                .four(2_000_005)
                .four(0)
                .raw(head)
                .toArray());
        assertThat(client.read().payload()).startsWith(0xE0).contains(0x95);
        assertThat(client.read().status()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text                 | 81 84 00000000 10000000 | 1003",
                "text, no final       | 01 84 00000000 10000000 | 1003",
                "unknown kind of data | 83 80 00000000          | 1003",
                "unknown control      | 8B 80 00000000          | 1002",
                "not masked           | 82 02 C000              | 1002",
                "reserved bit         | C2 82 00000000 C000     | 1002",
                "continues nothing    | 80 82 00000000 C000     | 1002",
                "begins within        | 02 81 00000000 C0 82 81 00000000 00 | 1002",
                "fragmented ping      | 09 80 00000000          | 1002",
                "long ping            | 89 FE 007E 00000000     | 1002",
                "negative length      | 82 FF 8000000000000000 00000000 | 1002",
            })
    @Spec(v5 = "MQTT-6.0.0-1", v311 = "MQTT-6.0.0-1")
    void anyOtherFrameClosesTheConnection(String what, String bytes, int status) throws IOException {
        RawWebSocket client = connect();
        client.sendBytes(HexFormat.of().parseHex(bytes.replace(" ", "")));
        assertThat(client.read().payload())
                .as("DISCONNECT for " + what)
                .startsWith(0xE0)
                .contains(0x82);
        Frame close = client.read();
        assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
        assertThat(close.status()).as(what).isEqualTo(status);
        isOver(client);
        connect();
    }

    private static void isOver(RawWebSocket client) {
        assertThatThrownBy(client::read).isInstanceOf(EOFException.class);
    }

    /** Random frames carry packets whose payloads must come through as they were. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void bytesSurviveFramesOfAllSizes(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        RawWebSocket client = connect();
        client.send(RawWebSocket.BINARY, PACKETS.subscribe(1, 0, "t"));
        client.read();
        for (int round = 0; round < 10; round++) {
            byte[] payload = new byte[random.nextInt(100_000)];
            random.nextBytes(payload);
            byte[] packet = PACKETS.publish("t", payload, 0, false, false, 0);
            for (int at = 0; at < packet.length; ) {
                int bytes = Math.min(packet.length - at, 1 + random.nextInt(30_000));
                client.send(RawWebSocket.BINARY, Arrays.copyOfRange(packet, at, at + bytes));
                at += bytes;
            }
            assertThat(bytes(client, packet.length)).as("round " + round).isEqualTo(packet);
        }
    }

    // ---- the end

    @Test
    void aCloseIsAnsweredAndTheWillIsSent() throws IOException {
        RawWebSocket watcher = connect();
        watcher.send(RawWebSocket.BINARY, PACKETS.subscribe(1, 0, "will"));
        watcher.read();
        RawWebSocket client = open();
        client.send(
                RawWebSocket.BINARY,
                PACKETS.connect(Connect.clean("other").withWill(new Packets.Will("will", "gone", 0, false, 0))));
        client.read();
        client.send(RawWebSocket.CLOSE, new Bytes().two(1_001).toArray());
        Frame close = client.read();
        assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
        assertThat(close.status()).isEqualTo(1_001);
        isOver(client);
        assertThat(new String(watcher.read().payload(), US_ASCII)).contains("gone");
    }

    /** The broker ends the connection, and the client answers its CLOSE as the RFC asks: then the socket is closed at once. */
    @Test
    void theAnswerToACloseEndsTheConnection() throws Exception {
        Socket socket = sockets.open(Door.tcp(broker.port()));
        RawWebSocket client = RawWebSocket.open(socket, "/some/path", "mqtt");
        client.send(RawWebSocket.BINARY, CONNECT);
        client.read();
        broker.disconnect("client");
        client.read();
        assertThat(client.read().status()).isEqualTo(1_000);
        client.send(RawWebSocket.CLOSE, NOTHING);
        isOver(client);
    }

    // ---- a client of others

    @Test
    void theClientOfTheJdkIsServed() throws Exception {
        BlockingQueue<ByteBuffer> received = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
        WebSocket client = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("mqtt")
                .buildAsync(URI.create("ws://127.0.0.1:" + broker.port() + "/some/path"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
                        received.add(
                                ByteBuffer.allocate(data.remaining()).put(data).flip());
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                        closed.add(status);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        assertThat(client.getSubprotocol()).isEqualTo("mqtt");
        client.sendBinary(ByteBuffer.wrap(CONNECT), true).get(20, TimeUnit.SECONDS);
        assertThat(received.poll(20, TimeUnit.SECONDS).get(0)).isEqualTo((byte) 0x20);
        client.sendBinary(ByteBuffer.wrap(PACKETS.disconnect()), true).get(20, TimeUnit.SECONDS);
        assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo(1_000);
    }
}
