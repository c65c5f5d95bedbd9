package io.zanzara.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.ServerBusyException;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.Qos;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What must be the same whatever carries the packets. */
class CarriersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MEGABYTE = 1 << 20;

    private final CompletableFuture<Boolean> verdict = new CompletableFuture<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final List<BrokerEvent.ConnectionRefused> refusals = new CopyOnWriteArrayList<>();
    private final Broker broker = Broker.start(BrokerConfig.of(new MemoryStore())
            .withListeners(Carrier.listeners())
            .withEventLoops(1)
            .withLimits(Limits.DEFAULTS.with(draft -> draft.connectTimeoutSeconds(60)))
            .withAuthenticator(credentials -> decide(credentials.client().value()))
            .withEventListeners(List.of(event -> {
                if (event instanceof BrokerEvent.ConnectionRefused refused) {
                    refusals.add(refused);
                }
            })));

    @AfterEach
    void stop() {
        broker.close();
    }

    private CompletionStage<Boolean> decide(String clientId) {
        return switch (clientId) {
            case "stranger" -> CompletableFuture.completedFuture(false);
            case "late" -> {
                asked.set(true);
                yield verdict;
            }
            case "busy" ->
                CompletableFuture.<Boolean>failedFuture(new ServerBusyException("too many passwords to check"));
            case "throws" -> throw new ServerBusyException("too many passwords to check");
            default -> CompletableFuture.completedFuture(true);
        };
    }

    static Stream<Arguments> carriersAndVersions() {
        return Stream.of(Carrier.values())
                .flatMap(carrier -> Stream.of(3, 4, 5).map(level -> Arguments.of(carrier, level)));
    }

    private RawClient connect(Carrier carrier, int level, String clientId) throws IOException {
        return RawClient.connect(carrier.door(broker), new Packets(level), Connect.clean(clientId));
    }

    @ParameterizedTest
    @MethodSource("carriersAndVersions")
    void messagesOfAllSizesTravelInOrder(Carrier carrier, int level) throws IOException {
        try (RawClient client = connect(carrier, level, "client")) {
            client.subscribe(1, "t");
            List<String> sent = new ArrayList<>();
            for (int bytes : new int[] {0, 1, 100, 125, 126, 20_000, 65_535, 65_536, 700_000, 5}) {
                sent.add("x".repeat(bytes));
                client.send(client.packets().publish("t", sent.get(sent.size() - 1), 1, sent.size()));
            }
            List<String> got = new ArrayList<>();
            for (int i = 0; i < 2 * sent.size(); i++) {
                Packet packet = client.read();
                if (packet.type() == Packet.PUBLISH) {
                    got.add(packet.text());
                    client.send(client.packets().acknowledge(Packet.PUBACK, packet.packetIdentifier()));
                } else {
                    assertThat(packet.type()).isEqualTo(Packet.PUBACK);
                }
            }
            assertThat(got).isEqualTo(sent);
            client.send(client.packets().pingReq());
            client.expect(Packet.PINGRESP);
        }
    }

    // ---- the last packet arrives, and then the end

    @ParameterizedTest
    @MethodSource("carriersAndVersions")
    void aRefusalIsReadBeforeTheEnd(Carrier carrier, int level) throws IOException {
        try (RawClient client = RawClient.open(carrier.door(broker), new Packets(level))) {
            // what comes behind CONNECT is not read any more
            client.send(client.packets().connect(Connect.clean("stranger")), new byte[200_000]);
            assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(level == 5 ? 0x86 : 4);
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @MethodSource("carriersAndVersions")
    void aBusyAuthenticatorIsToldOf(Carrier carrier, int level) throws IOException {
        for (String clientId : List.of("busy", "throws")) {
            try (RawClient client = RawClient.open(carrier.door(broker), new Packets(level))) {
                client.send(client.packets().connect(Connect.clean(clientId)));
                assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(level == 5 ? 0x89 : 3);
                client.expectClosed();
            }
        }
        // as stages that depend on others complete
        verdict.completeExceptionally(new CompletionException(new ServerBusyException("later")));
        assertThatThrownBy(() -> connect(carrier, level, "late")).isInstanceOf(IOException.class);
    }

    /** Else passwords could be tried and nobody would hear of it. */
    @ParameterizedTest
    @EnumSource
    void whoLeavesDuringTheAuthenticationIsToldOf(Carrier carrier) throws IOException {
        try (RawClient client = RawClient.open(carrier.door(broker), Packets.MQTT_5)) {
            client.send(client.packets().connect(Connect.clean("late")));
            await().atMost(PATIENCE).until(asked::get);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(refusals).hasSize(1));
        verdict.complete(false);
        connect(carrier, 5, "client").close();
        assertThat(refusals).singleElement().satisfies(each -> {
            assertThat(each.reason()).isEqualTo("the connection was closed during the authentication");
            assertThat(each.address()).startsWith("127.0.0.1:");
        });
    }

    @ParameterizedTest
    @EnumSource
    void soIsADisconnectOfTheBrokers(Carrier carrier) throws IOException {
        try (RawClient client = connect(carrier, 5, "client")) {
            assertThat(broker.disconnect("client")).isTrue();
            assertThat(client.expect(Packet.DISCONNECT).code()).isEqualTo(0x98);
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatSaysGoodbyeIsAnsweredWithTheEnd(Carrier carrier) throws IOException {
        try (RawClient client = connect(carrier, 4, "client")) {
            client.send(client.packets().disconnect());
            client.expectClosed();
        }
    }

    /** What a client sends before it goes counts (section 3.1.4 lets it send all at once), also if reading was paused when it went. */
    @ParameterizedTest
    @MethodSource("carriersAndVersions")
    void whoLeavesWithoutWaitingHasSaidAll(Carrier carrier, int level) throws Exception {
        try (RawClient watcher = connect(Carrier.TCP, 5, "watcher")) {
            watcher.subscribe(0, "#");
            Connect late = Connect.clean("late").withWill(new Packets.Will("t", "the will", 0, false, 0));
            try (RawClient client = RawClient.open(carrier.door(broker), new Packets(level))) {
                byte[] publish = client.packets().publish("t", "said", 1, 1);
                client.send(
                        client.packets().connect(late),
                        publish,
                        publish,
                        client.packets().disconnect());
            }
            await().atMost(PATIENCE).until(asked::get);
            endsAreSeen(watcher);
            verdict.complete(true);
            assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("said");
            assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("said");
            await().atMost(PATIENCE).until(() -> broker.clients().size() == 1);
            // on the same loop as all that came before
            endsAreSeen(watcher);
        }
        assertThat(refusals).isEmpty();
    }

    /** Without DISCONNECT it is a connection that was lost. */
    @ParameterizedTest
    @EnumSource
    void whoLeavesWithoutGoodbyeHasSaidAllAndHasAWill(Carrier carrier) throws Exception {
        try (RawClient watcher = connect(Carrier.TCP, 5, "watcher")) {
            watcher.subscribe(0, "#");
            Connect late = Connect.clean("late").withWill(new Packets.Will("t", "the will", 0, false, 0));
            try (RawClient client = RawClient.open(carrier.door(broker), Packets.MQTT_5)) {
                client.send(client.packets().connect(late), client.packets().publish("t", "said", 0, 0));
            }
            await().atMost(PATIENCE).until(asked::get);
            endsAreSeen(watcher);
            verdict.complete(true);
            assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("said");
            assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("the will");
            await().atMost(PATIENCE).until(() -> broker.clients().size() == 1);
        }
    }

    /** The loop looks at its sockets in turn: after some answers it has seen what came at others before. */
    private static void endsAreSeen(RawClient other) throws IOException {
        for (int i = 0; i < 5; i++) {
            other.send(other.packets().pingReq());
            other.expect(Packet.PINGRESP);
        }
    }

    // ---- reading and writing pause

    /** A client that is not read from, here while it waits for its CONNACK, can't fill the broker's memory. */
    @ParameterizedTest
    @EnumSource
    void whatIsNotReadStaysWithTheClient(Carrier carrier) throws Exception {
        try (RawClient client = RawClient.open(carrier.door(broker), Packets.MQTT_3_1_1)) {
            client.send(client.packets().connect(Connect.clean("late")));
            byte[] message = client.packets().publish("t", "x".repeat(60_000), 0, 0);
            AtomicLong sent = new AtomicLong();
            int messages = 64 * MEGABYTE / message.length;
            ForkJoinTask<?> sending = ForkJoinPool.commonPool().submit(() -> {
                for (int i = 0; i < messages; i++) {
                    client.send(message);
                    sent.addAndGet(message.length);
                }
                return null;
            });
            await().atMost(PATIENCE).until(() -> sent.get() > MEGABYTE);
            AtomicLong before = new AtomicLong(-1);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> before.getAndSet(sent.get()) == sent.get());
            // the system's buffers take some
            assertThat(sent.get()).isLessThan(24L * MEGABYTE);
            verdict.complete(true);
            assertThat(client.expect(Packet.CONNACK).code()).isZero();
            sending.get();
            client.send(client.packets().pingReq());
            client.expect(Packet.PINGRESP);
            assertThat(broker.counters().messagesIn[0].sum()).isEqualTo(messages);
        }
    }

    /** A client that does not read gets no more than some megabytes of QoS 0 ahead, and what it then gets is whole. */
    @ParameterizedTest
    @EnumSource
    void aClientThatDoesNotReadLosesMessagesNotTheBrokersMemory(Carrier carrier) throws Exception {
        try (RawClient client = connect(carrier, 4, "client")) {
            client.subscribe(0, "t");
            byte[] payload = new byte[60_000];
            int messages = 64 * MEGABYTE / payload.length;
            for (int i = 0; i < messages; i++) {
                broker.publish("t", payload, Qos.AT_MOST_ONCE, false)
                        .toCompletableFuture()
                        .get();
            }
            int got = 0;
            try {
                for (Packet packet = client.poll(Duration.ofSeconds(1));
                        packet != null;
                        packet = client.poll(Duration.ofSeconds(1))) {
                    assertThat(packet.payload()).hasSize(payload.length);
                    got++;
                }
            } catch (SocketTimeoutException e) {
                throw new IOException("a packet did not end", e);
            }
            assertThat(got).isBetween(10, messages - 1);
            client.send(client.packets().pingReq());
            client.expect(Packet.PINGRESP);
        }
    }
}
