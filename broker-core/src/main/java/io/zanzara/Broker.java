package io.zanzara;

import io.zanzara.access.Listener;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import io.zanzara.event.Counters;
import io.zanzara.message.ClientId;
import io.zanzara.message.MessageIds;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Topic;
import io.zanzara.protocol.ProtocolContext;
import io.zanzara.routing.RetainedMessages;
import io.zanzara.routing.TopicTrie;
import io.zanzara.session.BrokerPublisher;
import io.zanzara.session.ExpirySweeper;
import io.zanzara.session.Loop;
import io.zanzara.session.Session;
import io.zanzara.session.SessionContext;
import io.zanzara.session.SessionRegistry;
import io.zanzara.store.Sequence;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreReader;
import io.zanzara.store.StoreWriter;
import io.zanzara.transport.NettyServer;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT broker in this process. {@link #start} wires all rooms, top to bottom, and returns when clients can connect; {@link #close} ends
 * connections and makes everything accepted durable. All methods may be called from any thread.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final long GOODBYE_MILLIS = 1_500;
    private static final long FLUSH_MILLIS = 2_000;

    private final BrokerConfig config;
    private final BrokerListener listener;
    private final Counters counters = new Counters();
    private final NettyServer server;
    private final StoreWriter writer;
    private final StoreReader reader;
    private final SessionRegistry registry;
    private final BrokerPublisher publisher;
    private final MessageIds messageIds;
    private final List<BrokerEvent.Listening> listening;
    private boolean closed;
    private volatile @Nullable String storeTrouble;

    /**
     * Starts a broker.
     *
     * @throws BrokerStartException if the store can't be opened or one of the ports can't be listened on; nothing is left running then
     */
    public static Broker start(BrokerConfig config) {
        return new Broker(config);
    }

    private Broker(BrokerConfig config) {
        this.config = config;
        this.listener = guarded(config.eventListeners());
        Store store = config.store();
        long firstSequence = Sequence.first(open(store));
        messageIds = new MessageIds(firstSequence);
        server = new NettyServer(config.eventLoops(), config.limits());
        writer = new StoreWriter(store, counters, new StoreMonitor());
        reader = new StoreReader(store);
        List<Loop> loops = server.loops();
        SessionContext sessions = new SessionContext(
                writer,
                reader,
                new TopicTrie(),
                new RetainedMessages(counters.retained),
                config.limits(),
                config.authorizer(),
                listener,
                counters,
                config.clock(),
                messageIds,
                firstSequence);
        registry = new SessionRegistry(sessions, loops);
        publisher = new BrokerPublisher(sessions, loops.get(0));
        try {
            load(store, loops);
            listening = listen(firstSequence);
        } catch (RuntimeException e) {
            shutDown();
            throw e;
        }
        publisher.startSweeping(config.expirySweep());
        new ExpirySweeper(registry, loops.get(0), config.expirySweep()).start();
        listener.on(new BrokerEvent.Ready(listening, store.description()));
    }

    private static long open(Store store) {
        try {
            return store.open();
        } catch (StoreException e) {
            throw new BrokerStartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void load(Store store, List<Loop> loops) {
        SessionRegistry.Loading loading = registry.loading(loops);
        try {
            store.load(new LoadProgress(loading, System::currentTimeMillis, LOG::info));
        } catch (StoreException e) {
            throw new BrokerStartException(String.valueOf(e.getMessage()), e);
        }
        int loaded = loading.done();
        if (loaded > 0) {
            LOG.info("loaded {} sessions from the {}", loaded, store.description());
        }
    }

    private List<BrokerEvent.Listening> listen(long firstSequence) {
        AtomicLong clientIds = new AtomicLong(firstSequence);
        ProtocolContext protocol = new ProtocolContext(
                registry,
                config.limits(),
                config.authenticator(),
                config.enhancedAuthenticators(),
                config.redirect(),
                config.responseInformationPrefix(),
                listener,
                counters,
                config.clock(),
                messageIds,
                clientIds::incrementAndGet);
        return config.listeners().stream()
                .map(each -> new BrokerEvent.Listening(each.name(), each.host(), listen(each, protocol), each.speaks()))
                .toList();
    }

    private int listen(Listener each, ProtocolContext protocol) {
        try {
            return server.listen(each, protocol);
        } catch (Exception e) { // Netty throws checked exceptions undeclared
            boolean unknown = e instanceof UnresolvedAddressException || e instanceof UnknownHostException;
            String reason = unknown
                    ? "the host is not known; choose another for the listener " + each.name()
                    : e instanceof IOException
                            ? "the port is in use or not allowed; stop the other program or choose another for the"
                                    + " listener " + each.name()
                            : String.valueOf(e.getMessage());
            throw new BrokerStartException(
                    "Can't listen on " + each.host() + ":" + each.port() + ": " + reason + ".", e);
        }
    }

    private static BrokerListener guarded(List<BrokerListener> listeners) {
        BrokerListener[] all = listeners.toArray(BrokerListener[]::new);
        return event -> {
            for (BrokerListener each : all) {
                try {
                    each.on(event);
                } catch (RuntimeException e) {
                    LOG.warn("a listener failed on {}", event, e);
                }
            }
        };
    }

    private final class StoreMonitor implements StoreWriter.Monitor {
        @Override
        public void availability(boolean available, String detail) {
            storeTrouble = available ? null : detail;
            if (available) {
                LOG.info("the store answers again");
            } else {
                LOG.warn("the store is away, acknowledgements wait: {}", detail);
            }
            listener.on(new BrokerEvent.StoreAvailability(available, detail));
        }

        @Override
        public void failed(StoreException cause) {
            String detail = String.valueOf(cause.getMessage());
            storeTrouble = detail;
            LOG.error("the store failed for good, the broker stops: {}", detail);
            listener.on(new BrokerEvent.StoreAvailability(false, detail));
            Thread stopper = new Thread(Broker.this::close, "zanzara-stop");
            stopper.start();
        }
    }

    /** Returns the port the first listener listens on, also where 0 was configured. */
    public int port() {
        return listening.get(0).port();
    }

    /**
     * Returns the port a listener listens on, also where 0 was configured.
     *
     * @throws IllegalArgumentException if there is no listener of that name
     */
    public int port(String listenerName) {
        return listening.stream()
                .filter(each -> each.name().equals(listenerName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no listener " + listenerName))
                .port();
    }

    /**
     * Publishes a message in the broker's own name.
     *
     * @param topic a topic name without wildcards
     * @param payload the bytes; not to be changed afterwards
     * @return completes when the message is safe with every session that is due to get it
     * @throws IllegalArgumentException if the topic is not valid
     */
    public CompletionStage<Void> publish(String topic, byte[] payload, Qos qos, boolean retain) {
        return publish(topic, payload, qos, retain, PublicationProperties.NONE, -1);
    }

    /**
     * Publishes a message in the broker's own name, with what MQTT 5.0 adds.
     *
     * @param topic a topic name without wildcards
     * @param payload the bytes; not to be changed afterwards
     * @param expirySeconds how long it is worth delivering, or -1 for ever
     * @return completes when the message is safe with every session that is due to get it; exceptionally if the queues of all of them are full
     * @throws IllegalArgumentException if the topic is not valid
     */
    public CompletionStage<Void> publish(
            String topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            PublicationProperties properties,
            long expirySeconds) {
        long expiresAt = expirySeconds < 0 ? Publication.NEVER : config.clock().getAsLong() + expirySeconds * 1_000;
        return publisher.publish(new Publication(
                messageIds.next(),
                BrokerPublisher.name(),
                new Topic(topic),
                qos,
                retain,
                payload,
                expiresAt,
                properties));
    }

    /** Returns the clients that are connected. */
    public List<ClientInfo> clients() {
        List<ClientInfo> connected = new ArrayList<>();
        for (Session session : registry.all()) {
            String address = session.connectedAddress();
            if (address != null) {
                connected.add(
                        new ClientInfo(session.client().value(), address, session.protocolLevel(), session.userName()));
            }
        }
        return connected;
    }

    /** Ends a client's connection; its session stays. Returns false if there is no such session. */
    public boolean disconnect(String clientId) {
        Session session = clientId.isEmpty() ? null : registry.get(new ClientId(clientId));
        if (session == null) {
            return false;
        }
        session.kick(ReasonCode.ADMINISTRATIVE_ACTION, "disconnected by the administrator");
        return true;
    }

    /**
     * Ends a client's connection, if it has one, and its session: its subscriptions and its queue are gone, its will is published. Returns false
     * if there is no such session.
     */
    public boolean endSession(String clientId) {
        Session session = clientId.isEmpty() ? null : registry.get(new ClientId(clientId));
        if (session == null) {
            return false;
        }
        session.end(ReasonCode.ADMINISTRATIVE_ACTION, "ended by the administrator");
        return true;
    }

    /**
     * Has the authorizer asked again about every subscription there is, of clients that are connected or not: what is allowed has changed.
     * Subscriptions that are no longer allowed go, durably; each is a {@link BrokerEvent.Refused}. What waits for a client is asked about when its
     * turn comes to be sent ({@code Authorizer.mayReceive}), and dropped if it is not allowed. Returns at once.
     */
    public void recheckSubscriptions() {
        for (Session session : registry.all()) {
            session.recheckSubscriptions();
        }
    }

    /** Whether the store answered the last time it was asked; while it does not, acknowledgements wait. */
    public boolean isStoreAvailable() {
        return storeTrouble == null;
    }

    /** Returns in a sentence why the store does not answer; empty while it does. */
    public Optional<String> storeTrouble() {
        return Optional.ofNullable(storeTrouble);
    }

    public Counters counters() {
        return counters;
    }

    /** Stops: clients are told, what was accepted becomes durable, within about five seconds. Further calls wait for that and do nothing. */
    @Override
    public void close() {
        if (stopped()) {
            listener.on(new BrokerEvent.Closed());
        }
    }

    private synchronized boolean stopped() {
        if (closed) {
            return false;
        }
        server.stopListening();
        for (Session session : registry.all()) {
            session.kick(ReasonCode.SERVER_SHUTTING_DOWN, "the broker is shutting down");
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS);
        while (counters.connections.sum() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        server.quiesce(GOODBYE_MILLIS);
        shutDown();
        return true;
    }

    private void shutDown() {
        closed = true;
        writer.close(FLUSH_MILLIS);
        server.close();
        reader.close();
        config.store().close();
    }
}
