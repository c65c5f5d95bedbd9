package io.zanzara;

import io.zanzara.access.Authenticator;
import io.zanzara.access.Authorizer;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.access.Redirect;
import io.zanzara.event.BrokerListener;
import io.zanzara.message.Topic;
import io.zanzara.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a broker is started with.
 *
 * @param listeners where clients connect; at least one
 * @param store where everything durable is kept; the broker opens and closes it
 * @param limits bounds on what comes from outside
 * @param authenticator decides who may connect, of those that name no authentication method
 * @param enhancedAuthenticators decide on those that name a method; one for each method
 * @param authorizer decides what a client may do
 * @param redirect where every client is sent, or null to serve them here
 * @param responseInformationPrefix what a 5.0 client that asks for response information is told, with its client identifier behind: where its
 *     response topics may begin; empty to tell none
 * @param eventListeners hear what happens
 * @param eventLoops threads that serve connections, or 0 for one per processor
 * @param clock milliseconds since 1970; what expiries and delays are counted from
 * @param expirySweep how often what has expired is looked for where nobody comes to receive it; at least a millisecond
 */
public record BrokerConfig(
        List<Listener> listeners,
        Store store,
        Limits limits,
        Authenticator authenticator,
        List<EnhancedAuthenticator> enhancedAuthenticators,
        Authorizer authorizer,
        @Nullable Redirect redirect,
        String responseInformationPrefix,
        List<BrokerListener> eventListeners,
        int eventLoops,
        LongSupplier clock,
        Duration expirySweep) {

    public static final int DEFAULT_PORT = 5112;
    public static final Duration EVERY_MINUTE = Duration.ofMinutes(1);

    public BrokerConfig {
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("listeners is empty but there must be at least one");
        }
        Set<String> names = new HashSet<>();
        for (Listener each : listeners) {
            if (!names.add(each.name())) {
                throw new IllegalArgumentException("two listeners have the name " + each.name());
            }
        }
        if (eventLoops < 0) {
            throw new IllegalArgumentException("eventLoops is " + eventLoops + " but must be 0 or more");
        }
        if (expirySweep.toMillis() < 1) {
            throw new IllegalArgumentException("expirySweep is " + expirySweep + " but must be at least a millisecond");
        }
        String defect = responseInformationPrefix.isEmpty() ? null : Topic.defectOf(responseInformationPrefix);
        if (defect != null) {
            throw new IllegalArgumentException("responseInformationPrefix is not the beginning of a topic: " + defect);
        }
        long methods = enhancedAuthenticators.stream()
                .map(EnhancedAuthenticator::method)
                .distinct()
                .count();
        if (methods < enhancedAuthenticators.size()) {
            throw new IllegalArgumentException("two enhancedAuthenticators have the same method");
        }
        enhancedAuthenticators = List.copyOf(enhancedAuthenticators);
        listeners = List.copyOf(listeners);
        eventListeners = List.copyOf(eventListeners);
    }

    /** A broker on loopback and the default port, without access control, that keeps its state in {@code store}. */
    public static BrokerConfig of(Store store) {
        return new BrokerConfig(
                List.of(Listener.tcp("localhost", DEFAULT_PORT)),
                store,
                Limits.DEFAULTS,
                credentials -> CompletableFuture.completedFuture(true),
                List.of(),
                Authorizer.PERMIT_ALL,
                null,
                "",
                List.of(),
                0,
                System::currentTimeMillis,
                EVERY_MINUTE);
    }

    public BrokerConfig withListeners(List<Listener> value) {
        return with(draft -> draft.listeners = value);
    }

    /** Returns the same with another address for the first listener. */
    public BrokerConfig withHost(String value) {
        return withFirst(listeners.get(0).withHost(value));
    }

    /** Returns the same with another port for the first listener. */
    public BrokerConfig withPort(int value) {
        return withFirst(listeners.get(0).withPort(value));
    }

    private BrokerConfig withFirst(Listener first) {
        List<Listener> changed = new ArrayList<>(listeners);
        changed.set(0, first);
        return withListeners(changed);
    }

    public BrokerConfig withLimits(Limits value) {
        return with(draft -> draft.limits = value);
    }

    public BrokerConfig withAuthenticator(Authenticator value) {
        return with(draft -> draft.authenticator = value);
    }

    public BrokerConfig withEnhancedAuthenticators(List<EnhancedAuthenticator> value) {
        return with(draft -> draft.enhancedAuthenticators = value);
    }

    public BrokerConfig withAuthorizer(Authorizer value) {
        return with(draft -> draft.authorizer = value);
    }

    public BrokerConfig withRedirect(@Nullable Redirect value) {
        return with(draft -> draft.redirect = value);
    }

    public BrokerConfig withResponseInformationPrefix(String value) {
        return with(draft -> draft.responseInformationPrefix = value);
    }

    public BrokerConfig withEventListeners(List<BrokerListener> value) {
        return with(draft -> draft.eventListeners = value);
    }

    /** For tests of what takes long: time as they tell it. Timers still run on real time, and look at this clock when they end. */
    public BrokerConfig withClock(LongSupplier value) {
        return with(draft -> draft.clock = value);
    }

    public BrokerConfig withExpirySweep(Duration value) {
        return with(draft -> draft.expirySweep = value);
    }

    public BrokerConfig withEventLoops(int value) {
        return with(draft -> draft.eventLoops = value);
    }

    private BrokerConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.toConfig();
    }

    /** The same components, to be changed. */
    private static final class Draft {

        List<Listener> listeners;
        Store store;
        Limits limits;
        Authenticator authenticator;
        List<EnhancedAuthenticator> enhancedAuthenticators;
        Authorizer authorizer;

        @Nullable
        Redirect redirect;

        String responseInformationPrefix;
        List<BrokerListener> eventListeners;
        int eventLoops;
        LongSupplier clock;
        Duration expirySweep;

        Draft(BrokerConfig from) {
            listeners = from.listeners;
            store = from.store;
            limits = from.limits;
            authenticator = from.authenticator;
            enhancedAuthenticators = from.enhancedAuthenticators;
            authorizer = from.authorizer;
            redirect = from.redirect;
            responseInformationPrefix = from.responseInformationPrefix;
            eventListeners = from.eventListeners;
            eventLoops = from.eventLoops;
            clock = from.clock;
            expirySweep = from.expirySweep;
        }

        BrokerConfig toConfig() {
            return new BrokerConfig(
                    listeners,
                    store,
                    limits,
                    authenticator,
                    enhancedAuthenticators,
                    authorizer,
                    redirect,
                    responseInformationPrefix,
                    eventListeners,
                    eventLoops,
                    clock,
                    expirySweep);
        }
    }
}
