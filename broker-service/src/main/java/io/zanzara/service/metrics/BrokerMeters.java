package io.zanzara.service.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.event.Counter;
import io.zanzara.event.Counters;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.service.engine.BrokerLifecycle;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** The broker's counters as meters. They are read when somebody asks; counting costs the broker nothing more. */
@Component
final class BrokerMeters implements MeterBinder {

    private final BrokerLifecycle broker;

    BrokerMeters(BrokerLifecycle broker) {
        this.broker = broker;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bindState(registry);
        bindTraffic(registry);
        bindStore(registry);
        for (DropReason reason : DropReason.values()) {
            counter("zanzara.messages.dropped", "Messages that won't reach a session", c -> c.dropped(reason))
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (ReasonCode reason : ReasonCode.values()) {
            if (reason.isError()) {
                counter(
                                "zanzara.refused",
                                "Connections refused or ended for what the client did; publications, subscriptions and wills refused",
                                c -> c.refused(reason))
                        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
    }

    private void bindState(MeterRegistry registry) {
        gauge("zanzara.connections", "Open connections with a session", c -> c.connections, registry);
        gauge("zanzara.sessions", "Sessions, with or without a connection", c -> c.sessions, registry);
        gauge("zanzara.subscriptions", "Subscriptions", c -> c.subscriptions, registry);
        gauge("zanzara.retained", "Retained messages", c -> c.retained, registry);
        gauge("zanzara.messages.queued", "Messages waiting in queues of persistent sessions", c -> c.queued, registry);
        gauge("zanzara.messages.inflight", "Messages sent and not yet acknowledged", c -> c.inFlight, registry);
    }

    private void bindTraffic(MeterRegistry registry) {
        for (Qos qos : Qos.values()) {
            String value = String.valueOf(qos.value());
            counter("zanzara.messages.in", "Messages received", c -> c.messagesIn[qos.value()])
                    .tag("qos", value)
                    .register(registry);
            counter("zanzara.messages.out", "Messages sent", c -> c.messagesOut[qos.value()])
                    .tag("qos", value)
                    .register(registry);
        }
        counter("zanzara.payload.in", "Payload received", c -> c.payloadBytesIn)
                .baseUnit("bytes")
                .register(registry);
        counter("zanzara.payload.out", "Payload sent", c -> c.payloadBytesOut)
                .baseUnit("bytes")
                .register(registry);
    }

    private void bindStore(MeterRegistry registry) {
        FunctionTimer.builder(
                        "zanzara.store.batches",
                        broker,
                        b -> b.counters().storeBatches.sum(),
                        b -> b.counters().storeNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("Batches that the store has confirmed, and the time they took")
                .register(registry);
        counter("zanzara.store.operations", "Operations in confirmed batches", c -> c.storeOperations)
                .register(registry);
        counter("zanzara.store.cancelled", "Operations acknowledged before they were written", c -> c.storeCancelled)
                .register(registry);
        counter("zanzara.store.retries", "Batches that failed and were tried again", c -> c.storeRetries)
                .register(registry);
        gauge("zanzara.store.waiting", "Operations waiting for their batch", c -> c.storeWaiting, registry);
        Gauge.builder("zanzara.store.available", broker, BrokerMeters::available)
                .description("1 while the store answers, else 0")
                .register(registry);
    }

    private static double available(BrokerLifecycle broker) {
        return broker.broker().filter(running -> running.isStoreAvailable()).isPresent() ? 1 : 0;
    }

    private FunctionCounter.Builder<BrokerLifecycle> counter(
            String name, String description, Function<Counters, Counter> counter) {
        return FunctionCounter.builder(
                        name, broker, b -> counter.apply(b.counters()).sum())
                .description(description);
    }

    private void gauge(String name, String description, Function<Counters, Counter> counter, MeterRegistry registry) {
        Gauge.builder(name, broker, b -> counter.apply(b.counters()).sum())
                .description(description)
                .register(registry);
    }
}
