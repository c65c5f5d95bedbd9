package io.zanzara.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Door;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds on connections, at the sockets. */
class AdmissionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final List<RawClient> clients = new ArrayList<>();
    private final SocketsOfTest sockets = new SocketsOfTest();
    private @Nullable Broker started;

    @AfterEach
    void stop() throws IOException {
        for (RawClient each : clients) {
            each.close();
        }
        sockets.closeAll();
        if (started != null) {
            started.close();
        }
    }

    private Broker start(List<Listener> listeners, Consumer<Limits.Draft> limits) {
        Broker broker = Broker.start(BrokerConfig.of(new MemoryStore())
                .withListeners(listeners)
                .withLimits(Limits.DEFAULTS.with(limits))
                .withAuthenticator(credentials -> CompletableFuture.completedFuture(
                        !credentials.client().value().startsWith("stranger")))
                .withEventListeners(List.of(events::add)));
        started = broker;
        return broker;
    }

    private RawClient connect(Door door, String clientId) throws IOException {
        RawClient client = RawClient.connect(door, Packets.MQTT_5, Connect.clean(clientId));
        clients.add(client);
        return client;
    }

    private void isClosedAtOnce(Door door) throws IOException {
        Socket socket = sockets.open(door);
        assertThat(isOver(socket)).isTrue();
    }

    private static boolean isOver(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException e) {
            return true; // reset
        }
    }

    private Stream<BrokerEvent.ConnectionRefused> refusals(ReasonCode reasonCode) {
        return events.stream()
                .filter(BrokerEvent.ConnectionRefused.class::isInstance)
                .map(BrokerEvent.ConnectionRefused.class::cast)
                .filter(each -> each.reasonCode() == reasonCode);
    }

    /** A client may see the end of its connection before anybody is told of it. */
    private void refusedFor(ReasonCode reasonCode, String... reasons) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(refusals(reasonCode).map(BrokerEvent.ConnectionRefused::reason))
                        .containsExactly(reasons));
    }

    /** Some hundreds stand for ten thousand: more than the bound is more. */
    @Test
    void halfOpenConnectionsOfOneAddressKeepNoOthersOut() throws IOException {
        Broker broker =
                start(Carrier.listeners(), draft -> draft.maxConnections(100).maxPendingConnectionsPerAddress(20));
        RawClient before = connect(Carrier.TCP.door(broker), "before");
        for (int i = 0; i < 400; i++) {
            sockets.open(Door.tcp(broker.port(Carrier.values()[i % 4].name())));
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(refusals(ReasonCode.QUOTA_EXCEEDED)).hasSize(380));
        for (Carrier each : Carrier.values()) {
            connect(each.door(broker).from("127.0.0.2"), "other" + each).subscribe(1, "t");
        }
        before.subscribe(1, "t");
        assertThat(broker.counters().refused(ReasonCode.QUOTA_EXCEEDED).sum()).isEqualTo(380);
        assertThat(refusals(ReasonCode.QUOTA_EXCEEDED)).allSatisfy(each -> {
            assertThat(each.address()).matches("127\\.0\\.0\\.1:\\d+");
            assertThat(each.reason()).isEqualTo("there are too many connections without a session from this address");
        });
    }

    @Test
    void aListenersBoundIsItsOwn() throws IOException {
        Listener small = Listener.tcp("127.0.0.1", 0).withMaxConnections(2);
        Broker broker =
                start(List.of(small, Listener.tcp("127.0.0.1", 0).withName("other")), draft -> draft.maxConnections(4));
        RawClient first = connect(Door.tcp(broker.port()), "1");
        connect(Door.tcp(broker.port()), "2");
        isClosedAtOnce(Door.tcp(broker.port()));
        connect(Door.tcp(broker.port("other")), "3");
        connect(Door.tcp(broker.port("other")), "4");
        isClosedAtOnce(Door.tcp(broker.port("other")));
        refusedFor(
                ReasonCode.SERVER_BUSY,
                "there are too many connections through this listener",
                "there are too many connections");
        first.disconnect();
        connectsAtLast(Door.tcp(broker.port()), "5");
    }

    private RawClient connectsAtLast(Door door, String clientId) {
        return await().atMost(PATIENCE).ignoreExceptions().until(() -> connect(door, clientId), client -> true);
    }

    @Test
    void anAddressMayHaveSoManyAndAnotherToo() throws IOException {
        Broker broker = start(List.of(Listener.tcp("127.0.0.1", 0)), draft -> draft.maxConnectionsPerAddress(2));
        Door door = Door.tcp(broker.port());
        connect(door, "1");
        connect(door, "2");
        isClosedAtOnce(door);
        connect(door.from("127.0.0.2"), "3");
        refusedFor(ReasonCode.QUOTA_EXCEEDED, "there are too many connections from this address");
    }

    /** Connections that end in all ways; after them exactly as many as before are let in. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theCountsAreExactWhateverConnectionsDo(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Broker broker = start(
                Carrier.listeners(),
                draft -> draft.maxConnections(12)
                        .maxConnectionsPerAddress(6)
                        .maxPendingConnectionsPerAddress(4)
                        .connectTimeoutSeconds(1));
        for (int step = 0; step < 250; step++) {
            Carrier carrier = Carrier.values()[random.nextInt(4)];
            Door door = carrier.door(broker).from("127.0.0." + (1 + random.nextInt(3)));
            try {
                switch (random.nextInt(8)) {
                    case 0 -> sockets.open(door.webSocket("/")); // and no more: half open
                    case 1 ->
                        sockets.open(new Door(door.port(), door.from(), null, null))
                                .close();
                    case 2 -> connect(door, "client" + random.nextInt(5)); // takes over
                    case 3 -> connect(door, "stranger");
                    case 4 -> RawClient.open(door, Packets.MQTT_5).close();
                    case 5 -> connect(door, "broken" + step).send(new byte[] {-1, -1, -1, -1, -1, -1});
                    case 6 -> broker.disconnect("client" + random.nextInt(5));
                    default -> {
                        sockets.closeAll();
                        if (!clients.isEmpty()) {
                            clients.remove(random.nextInt(clients.size())).close();
                        }
                    }
                }
            } catch (IOException e) {
                // one too many, or refused
            }
        }
        sockets.closeAll();
        for (RawClient each : clients) {
            each.close();
        }
        clients.clear();
        for (int i = 0; i < 12; i++) {
            Door door = Carrier.values()[i % 4].door(broker).from("127.0.0." + (1 + i % 2));
            connectsAtLast(door, "last" + i);
        }
        assertThatThrownBy(() -> connect(Carrier.TCP.door(broker), "one too many"))
                .isInstanceOf(IOException.class);
        assertThat(broker.clients()).hasSize(12);
    }
}
