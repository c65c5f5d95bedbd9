package io.zanzara.service.engine;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import io.zanzara.event.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts the broker when everything else is there, and stops it before anything else goes. */
public final class BrokerLifecycle implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger("zanzara");

    private final Counters nothingYet = new Counters();
    private final Supplier<BrokerConfig> config;
    private final Runnable whenStoppedByItself;
    private volatile @Nullable Broker broker;

    /** @param whenStoppedByItself called when the broker stops because it can't go on, after it said why in the log */
    BrokerLifecycle(Supplier<BrokerConfig> config, Runnable whenStoppedByItself) {
        this.config = config;
        this.whenStoppedByItself = whenStoppedByItself;
    }

    @Override
    public void start() {
        BrokerConfig chosen = config.get();
        List<BrokerListener> listeners = new ArrayList<>(chosen.eventListeners());
        listeners.add(this::watch);
        Broker started = Broker.start(chosen.withEventListeners(listeners));
        broker = started;
        LOG.info(
                "Zanzara is up and running at port {} ({}, {})",
                started.port(),
                chosen.listeners().get(0).host(),
                chosen.store().description());
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
            running.close();
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
