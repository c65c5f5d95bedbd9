package io.zanzara.behaviour;

import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.event.BrokerEvent;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker for all tests of a class; what a test connected is closed after it. It has one event loop: what a publisher has seen acknowledged has
 * gone out to clean subscribers, so one that gets PINGRESP next gets nothing more.
 */
final class RunningBroker implements BeforeAllCallback, AfterAllCallback, AfterEachCallback {

    private static final Duration POLL = Duration.ofMillis(5);

    private final Supplier<? extends Store> stores;
    private final UnaryOperator<BrokerConfig> settings;
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final AtomicLong ahead = new AtomicLong();
    private int names;
    private @Nullable Broker broker;

    RunningBroker() {
        this(config -> config);
    }

    RunningBroker(UnaryOperator<BrokerConfig> settings) {
        this(MemoryStore::new, settings);
    }

    /** @param stores opens the broker's store, and the same one again at a restart */
    RunningBroker(Supplier<? extends Store> stores, UnaryOperator<BrokerConfig> settings) {
        this.stores = stores;
        this.settings = settings;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start();
    }

    /** Stops the broker, and starts it again. */
    void restart() {
        get().close();
        start();
    }

    private void start() {
        BrokerConfig config = BrokerConfig.of(stores.get())
                .withPort(0)
                .withEventLoops(1)
                .withClock(() -> System.currentTimeMillis() + ahead.get())
                .withEventListeners(List.of(events::add));
        broker = Broker.start(settings.apply(config));
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        for (Peer peer : peers) {
            peer.close();
        }
        peers.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        get().close();
    }

    Broker get() {
        return Objects.requireNonNull(broker);
    }

    /** Returns a name for a client, a topic or a group that no other test uses. */
    String name(String beginning) {
        return beginning + ++names;
    }

    /** Sets the broker's clock ahead. Its timers still run on real time. */
    void advance(long seconds) {
        ahead.addAndGet(seconds * 1_000);
    }

    /** Returns what happened, of one kind. */
    <E extends BrokerEvent> Stream<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Breaks a client's connection, and waits until the broker has seen it. */
    void cut(Peer peer, String clientId) throws IOException {
        long before = disconnections(clientId);
        peer.close();
        await().pollInterval(POLL).until(() -> disconnections(clientId) > before);
    }

    private long disconnections(String clientId) {
        return events(BrokerEvent.ClientDisconnected.class)
                .filter(event -> event.client().value().equals(clientId))
                .count();
    }

    /** Opens a connection without a CONNECT. */
    Peer open(Packets packets) throws IOException {
        Peer peer = new Peer(get().port(), packets);
        peers.add(peer);
        return peer;
    }

    /** Connects; CONNACK must say success. */
    Peer connect(Packets packets, Packets.Connect options, Properties more) throws IOException {
        Peer peer = open(packets);
        peer.connect(options, more);
        return peer;
    }

    Peer connect(Packets packets, Packets.Connect options) throws IOException {
        return connect(packets, options, Properties.NONE);
    }

    /** Connects with a clean session and a name of its own. */
    Peer clean(Packets packets) throws IOException {
        return connect(packets, Packets.Connect.clean(name("clean")));
    }

    Peer clean(Packets packets, Properties more) throws IOException {
        return connect(packets, Packets.Connect.clean(name("clean")), more);
    }

    /** Connects with a session that stays. */
    Peer persistent(Packets packets, String clientId) throws IOException {
        return connect(packets, Packets.Connect.persistent(clientId));
    }
}
