package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.mongo.MongoStore;
import io.zanzara.store.mongo.TestMongo;
import io.zanzara.store.rocksdb.RocksStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends with time, by a clock that the test sets: it counts from the disconnect, survives restarts, and leaves the store. */
class ExpiryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final byte[] NO_PROPERTIES = {};
    private static final ClientId GROUP = new ClientId("$share/g/t");

    /** Each store, as a restarted broker opens it. */
    enum Kind {
        MEMORY,
        EMBEDDED,
        MONGODB
    }

    @TempDir
    private Path folder;

    private final AtomicLong clock = new AtomicLong(1_800_000_000_000L);
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final List<RawClient> open = new ArrayList<>();
    private Limits limits = Limits.DEFAULTS;
    private Supplier<Store> stores = inMemory();
    private Store store = stores.get();
    private Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));

    private static Supplier<Store> inMemory() {
        MemoryStore same = new MemoryStore();
        return () -> same;
    }

    private void use(Kind kind) {
        String uri = kind == Kind.MONGODB ? TestMongo.freshUri() : "";
        stores = switch (kind) {
            case MEMORY -> inMemory();
            case EMBEDDED -> () -> new RocksStore(folder);
            case MONGODB -> () -> MongoStore.connect(uri);
        };
    }

    private void start() {
        broker.close();
        store = stores.get();
        broker = Broker.start(BrokerConfig.of(store)
                .withPort(0)
                .withLimits(limits)
                .withClock(clock::get)
                .withExpirySweep(Duration.ofMillis(20))
                .withEventListeners(List.of(events::add)));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : open) {
            client.close();
        }
        broker.close();
    }

    private void restartAfter(long seconds) {
        broker.close();
        clock.addAndGet(seconds * 1_000);
        start();
    }

    private RawClient connect(Packets packets, Packets.Connect options) throws IOException {
        RawClient client = RawClient.connect(broker.port(), packets, options);
        open.add(client);
        return client;
    }

    private boolean isPresent(String clientId) throws IOException {
        RawClient client = RawClient.open(broker.port(), Packets.MQTT_5);
        open.add(client);
        boolean present =
                client.connect(Packets.Connect.persistent(clientId).expiry(100)).sessionPresent();
        client.disconnect();
        return present;
    }

    private static void publish(RawClient client, String text, int qos, long expirySeconds) throws IOException {
        byte[] properties = expirySeconds > 0 ? Packets.messageExpiry(expirySeconds) : NO_PROPERTIES;
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        client.send(client.packets().publish("t", payload, qos, false, false, 1, properties));
        if (qos == 2) {
            client.expect(Packet.PUBREC);
            client.send(client.packets().acknowledge(Packet.PUBREL, 1));
            client.expect(Packet.PUBCOMP);
        } else {
            client.expect(Packet.PUBACK);
        }
    }

    private static List<String> drain(RawClient client, int count) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Packet packet = client.expect(Packet.PUBLISH);
            texts.add(packet.text());
            client.send(client.packets().acknowledge(Packet.PUBACK, packet.packetIdentifier()));
        }
        assertThat(client.poll(Duration.ofMillis(100))).isNull();
        return texts;
    }

    private long stored(ClientId queue) {
        return store.countQueue(queue, 0, Long.MAX_VALUE);
    }

    private static ClientId client(String name) {
        return new ClientId(name);
    }

    // ---- sessions

    @ParameterizedTest
    @EnumSource
    @Spec(v5 = {"MQTT-3.1.2-23", "MQTT-3.2.2-3", "MQTT-4.1.0-2"})
    void aSessionsExpiryCountsFromTheDisconnectAcrossRestarts(Kind kind) throws IOException {
        use(kind);
        start();
        for (String name : List.of("s", "t")) {
            RawClient session =
                    connect(Packets.MQTT_5, Packets.Connect.persistent(name).expiry(100));
            session.subscribe(1, "t").disconnect();
            await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        }
        publish(connect(Packets.MQTT_5, Packets.Connect.clean("publisher")), "m", 1, 0);
        restartAfter(60);
        restartAfter(39);
        assertThat(isPresent("s")).isTrue();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        restartAfter(2);
        assertThat(isPresent("t")).isFalse();
        assertThat(isPresent("s")).isTrue(); // it has begun anew
        await().atMost(PATIENCE).until(() -> stored(client("t")) == 0);
        assertThat(stored(client("s"))).isEqualTo(1);
    }

    @Test
    void aSessionThatWasConnectedAtACrashCountsFromTheRestart() throws IOException {
        broker.close();
        store = stores.get();
        store.open();
        store.commit(
                0,
                List.of(new StoreOperation.PutSession(new SessionRecord(
                        client("s"), 1, 100, SessionRecord.CONNECTED, 1, 0, SessionRecord.NO_RANGES, null, null, 5))));
        store.close();
        clock.addAndGet(1_000_000);
        start();
        restartAfter(99);
        assertThat(isPresent("s")).isTrue();
        restartAfter(101);
        assertThat(isPresent("s")).isFalse();
    }

    @Test
    @Spec(v5 = {"MQTT-4.1.0-2"})
    void aSessionExpiresWhileTheBrokerRuns() throws IOException {
        start();
        connect(Packets.MQTT_5, Packets.Connect.persistent("s").expiry(1)).disconnect();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        clock.addAndGet(1_000);
        await().atMost(PATIENCE)
                .until(() -> events.stream()
                        .anyMatch(event -> event instanceof BrokerEvent.SessionEnded ended
                                && ended.client().equals(client("s"))));
        assertThat(isPresent("s")).isFalse();
    }

    @Test
    @Spec(v5 = {"MQTT-4.1.0-2"})
    void aSessionThatIsOverIsNotResumedThoughItsTimerIsLate() throws IOException {
        start();
        connect(Packets.MQTT_5, Packets.Connect.persistent("s").expiry(1_000)).disconnect();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        clock.addAndGet(999_000);
        assertThat(isPresent("s")).isTrue();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        clock.addAndGet(100_000); // what it asked for when it came back
        assertThat(isPresent("s")).isFalse();
    }

    // ---- messages

    @ParameterizedTest
    @EnumSource
    @Spec(v5 = {"MQTT-3.3.2-5"})
    void whatHasExpiredLeavesTheStoreThoughNobodyComes(Kind kind) throws IOException {
        use(kind);
        start();
        connect(Packets.MQTT_5, Packets.Connect.persistent("s"))
                .subscribe(1, "t")
                .disconnect();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("publisher"));
        List<String> lasting = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            boolean lasts = i % 10 == 3 || i > 27;
            publish(publisher, "m" + i, 1 + i % 2, lasts ? 0 : 10);
            if (lasts) {
                lasting.add("m" + i);
            }
        }
        assertThat(stored(client("s"))).isEqualTo(30);
        clock.addAndGet(11_000);
        await().atMost(PATIENCE).until(() -> stored(client("s")) == lasting.size());
        int expired = 30 - lasting.size();
        assertThat(broker.counters().dropped(DropReason.EXPIRED).sum()).isEqualTo(expired);
        await().atMost(PATIENCE).until(() -> broker.counters().queued.sum() == lasting.size());
        publish(publisher, "last", 1, 10);
        restartAfter(11);
        await().atMost(PATIENCE).until(() -> stored(client("s")) == lasting.size());
        RawClient back = connect(Packets.MQTT_5, Packets.Connect.persistent("s"));
        assertThat(drain(back, lasting.size())).isEqualTo(lasting);
        await().atMost(PATIENCE).until(() -> broker.counters().queued.sum() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void whatHasExpiredLeavesASharedGroupsQueue(Kind kind) throws IOException {
        use(kind);
        start();
        connect(Packets.MQTT_5, Packets.Connect.persistent("s"))
                .subscribe(1, GROUP.value())
                .disconnect();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("publisher"));
        for (int i = 1; i <= 12; i++) {
            publish(publisher, "m" + i, 1, i % 4 == 0 ? 0 : 10);
        }
        assertThat(stored(GROUP)).isEqualTo(12);
        clock.addAndGet(11_000);
        await().atMost(PATIENCE).until(() -> stored(GROUP) == 3);
        restartAfter(0);
        RawClient back = connect(Packets.MQTT_5, Packets.Connect.persistent("s"));
        assertThat(drain(back, 3)).containsExactly("m4", "m8", "m12");
    }

    @Test
    void messagesOf311ExpireByTheBrokersLimit() throws IOException {
        limits = Limits.DEFAULTS.with(draft -> draft.maxMessageExpirySeconds(30));
        start();
        connect(Packets.MQTT_3_1_1, Packets.Connect.persistent("s"))
                .subscribe(1, "t")
                .disconnect();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        RawClient publisher = connect(Packets.MQTT_3_1_1, Packets.Connect.clean("publisher"));
        publish(publisher, "old", 1, 0);
        clock.addAndGet(20_000);
        publish(publisher, "new", 1, 0);
        clock.addAndGet(11_000);
        assertThat(drain(connect(Packets.MQTT_3_1_1, Packets.Connect.persistent("s")), 1))
                .containsExactly("new");
    }

    @ParameterizedTest
    @EnumSource
    void aRetainedMessageThatHasExpiredLeavesTheStore(Kind kind) throws IOException {
        use(kind);
        start();
        RawClient publisher = connect(Packets.MQTT_5, Packets.Connect.clean("publisher"));
        byte[] payload = {1};
        publisher.send(Packets.MQTT_5.publish("r", payload, 1, true, false, 1, Packets.messageExpiry(10)));
        publisher.expect(Packet.PUBACK);
        assertThat(retained()).hasSize(1);
        clock.addAndGet(11_000);
        await().atMost(PATIENCE).until(() -> retained().isEmpty());
    }

    private List<RetainedRecord> retained() {
        List<RetainedRecord> records = new ArrayList<>();
        store.load(new StoreVisitor() {
            @Override
            public void session(SessionRecord record) {}

            @Override
            public void subscription(ClientId client, Subscription subscription) {}

            @Override
            public void incoming(IncomingRecord record) {}

            @Override
            public void retained(RetainedRecord record) {
                records.add(record);
            }
        });
        return records;
    }

    // ---- wills

    @ParameterizedTest
    @EnumSource
    @Spec(v5 = {"MQTT-3.1.2-7", "MQTT-3.1.2-8"})
    void aWillsDelayCountsFromTheDisconnectAcrossRestarts(Kind kind) throws IOException {
        use(kind);
        start();
        connect(Packets.MQTT_5, Packets.Connect.persistent("watcher"))
                .subscribe(1, "w")
                .disconnect();
        connect(
                        Packets.MQTT_5,
                        Packets.Connect.persistent("mortal").withWill(new Packets.Will("w", "gone", 1, false, 100)))
                .close();
        await().atMost(PATIENCE).until(() -> broker.clients().isEmpty());
        restartAfter(60);
        restartAfter(39);
        assertThat(stored(client("watcher"))).isZero();
        restartAfter(2);
        await().atMost(PATIENCE).until(() -> stored(client("watcher")) == 1);
        restartAfter(200);
        assertThat(drain(connect(Packets.MQTT_5, Packets.Connect.persistent("watcher")), 1))
                .containsExactly("gone");
    }
}
