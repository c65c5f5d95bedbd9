package io.zanzara.service.engine;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Listener;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import io.zanzara.event.Counters;
import io.zanzara.moquette.server.ZanzaraServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts the broker, through Moquette's door, when everything else is there, and stops it before anything else goes. */
public final class BrokerLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger("zanzara");

    private final Counters nothingYet = new Counters();
    private final Supplier<BrokerConfig> config;
    private final Supplier<Extensions> extensions;
    private final Runnable whenStoppedByItself;
    private final ZanzaraServer server = new ZanzaraServer();
    private volatile @Nullable Broker broker;

    /**
     * @param extensions what an application written against Moquette adds
     * @param whenStoppedByItself called when the broker stops because it can't go on, after it said why in the log
     */
    BrokerLifecycle(Supplier<BrokerConfig> config, Supplier<Extensions> extensions, Runnable whenStoppedByItself) {
        this.config = config;
        this.extensions = extensions;
        this.whenStoppedByItself = whenStoppedByItself;
    }

    @Override
    public void start() {
        BrokerConfig chosen = config.get();
        List<BrokerListener> listeners = new ArrayList<>(chosen.eventListeners());
        listeners.add(this::watch);
        Extensions added = extensions.get();
        server.startServer(
                chosen.withEventListeners(listeners),
                added.handlers(),
                added.tls(),
                added.authenticator(),
                added.policy());
        Broker started = server.broker();
        broker = started;
        LOG.info(
                "Zanzara is up and running at {} ({}, {})",
                ports(chosen.listeners(), started),
                hosts(chosen.listeners()),
                chosen.store().description());
    }

    /** With their names and transports where there are several, or not just plain TCP. */
    private static String ports(List<Listener> listeners, Broker started) {
        Listener first = listeners.get(0);
        if (listeners.size() == 1 && first.speaks().equals("TCP")) {
            return "port " + started.port();
        }
        return listeners.stream()
                .map(each -> "port " + started.port(each.name()) + " (" + each.name() + ": " + each.speaks() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String hosts(List<Listener> listeners) {
        return listeners.stream().map(Listener::host).distinct().collect(Collectors.joining(", "));
    }

    private void watch(BrokerEvent event) {
        if (event instanceof BrokerEvent.Closed && broker != null) {
            whenStoppedByItself.run();
        }
    }

    @Override
    public void stop() {
        Broker running = broker;
        broker = null;
        if (running != null) {
            server.stopServer();
            LOG.info("Zanzara has stopped");
        }
    }

    @Override
    public boolean isRunning() {
        return broker != null;
    }

    /** Returns the broker while it runs. */
    public Optional<Broker> broker() {
        return Optional.ofNullable(broker);
    }

    /** Returns the counters of the broker, all zero while none runs. */
    public Counters counters() {
        Broker running = broker;
        return running == null ? nothingYet : running.counters();
    }
}
