package io.zanzara;

import io.zanzara.access.Authenticator;
import io.zanzara.access.Authorizer;
import io.zanzara.access.Limits;
import io.zanzara.event.BrokerListener;
import io.zanzara.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * What a broker is started with.
 *
 * @param host the address to listen on
 * @param port the port to listen on, or 0 for any that is free
 * @param store where everything durable is kept; the broker opens and closes it
 * @param limits bounds on what comes from outside
 * @param authenticator decides who may connect
 * @param authorizer decides what a client may do
 * @param listeners hear what happens
 * @param eventLoops threads that serve connections, or 0 for one per processor
 * @param clock milliseconds since 1970; what expiries and delays are counted from
 * @param expirySweep how often what has expired is looked for where nobody comes to receive it; at least a millisecond
 */
public record BrokerConfig(
        String host,
        int port,
        Store store,
        Limits limits,
        Authenticator authenticator,
        Authorizer authorizer,
        List<BrokerListener> listeners,
        int eventLoops,
        LongSupplier clock,
        Duration expirySweep) {

    public static final int DEFAULT_PORT = 5112;
    public static final Duration EVERY_MINUTE = Duration.ofMinutes(1);

    public BrokerConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + " but must be from 0 to 65535");
        }
        if (eventLoops < 0) {
            throw new IllegalArgumentException("eventLoops is " + eventLoops + " but must be 0 or more");
        }
        if (expirySweep.toMillis() < 1) {
            throw new IllegalArgumentException("expirySweep is " + expirySweep + " but must be at least a millisecond");
        }
        listeners = List.copyOf(listeners);
    }

    /** A broker on loopback and the default port, without access control, that keeps its state in {@code store}. */
    public static BrokerConfig of(Store store) {
        return new BrokerConfig(
                "localhost",
                DEFAULT_PORT,
                store,
                Limits.DEFAULTS,
                credentials -> CompletableFuture.completedFuture(true),
                Authorizer.PERMIT_ALL,
                List.of(),
                0,
                System::currentTimeMillis,
                EVERY_MINUTE);
    }

    public BrokerConfig withHost(String value) {
        return new BrokerConfig(
                value, port, store, limits, authenticator, authorizer, listeners, eventLoops, clock, expirySweep);
    }

    public BrokerConfig withPort(int value) {
        return new BrokerConfig(
                host, value, store, limits, authenticator, authorizer, listeners, eventLoops, clock, expirySweep);
    }

    public BrokerConfig withLimits(Limits value) {
        return new BrokerConfig(
                host, port, store, value, authenticator, authorizer, listeners, eventLoops, clock, expirySweep);
    }

    public BrokerConfig withAuthenticator(Authenticator value) {
        return new BrokerConfig(
                host, port, store, limits, value, authorizer, listeners, eventLoops, clock, expirySweep);
    }

    public BrokerConfig withAuthorizer(Authorizer value) {
        return new BrokerConfig(
                host, port, store, limits, authenticator, value, listeners, eventLoops, clock, expirySweep);
    }

    public BrokerConfig withListeners(List<BrokerListener> value) {
        return new BrokerConfig(
                host, port, store, limits, authenticator, authorizer, value, eventLoops, clock, expirySweep);
    }

    /** For tests of what takes long: time as they tell it. Timers still run on real time, and look at this clock when they end. */
    public BrokerConfig withClock(LongSupplier value) {
        return new BrokerConfig(
                host, port, store, limits, authenticator, authorizer, listeners, eventLoops, value, expirySweep);
    }

    public BrokerConfig withExpirySweep(Duration value) {
        return new BrokerConfig(
                host, port, store, limits, authenticator, authorizer, listeners, eventLoops, clock, value);
    }

    public BrokerConfig withEventLoops(int value) {
        return new BrokerConfig(
                host, port, store, limits, authenticator, authorizer, listeners, value, clock, expirySweep);
    }
}
