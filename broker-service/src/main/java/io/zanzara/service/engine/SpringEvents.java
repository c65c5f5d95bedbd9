package io.zanzara.service.engine;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.ResolvableType;

/**
 * Passes the broker's events on as Spring's, for methods with {@code @EventListener}, away from the broker's threads. Only kinds of event that
 * somebody listens to are passed on: publishing one that nobody wants costs more than handling a message.
 */
final class SpringEvents implements BrokerListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SpringEvents.class);

    private final Set<Class<?>> wanted;
    private final QueuedListener queue;

    SpringEvents(ApplicationEventPublisher publisher, Collection<ApplicationListener<?>> listeners) {
        this.wanted = Arrays.stream(BrokerEvent.class.getPermittedSubclasses())
                .filter(kind -> listeners.stream().anyMatch(listener -> wants(listener, kind)))
                .collect(Collectors.toUnmodifiableSet());
        this.queue = new QueuedListener(
                "zanzara-events",
                publisher::publishEvent,
                count -> LOG.warn("{} events were not passed on: their listeners are too slow", count));
    }

    /** A listener that takes just anything is one of the framework's and does not count. */
    private static boolean wants(ApplicationListener<?> listener, Class<?> kind) {
        return listener instanceof GenericApplicationListener generic
                && generic.supportsEventType(payload(kind))
                && !generic.supportsEventType(payload(SpringEvents.class));
    }

    private static ResolvableType payload(Class<?> type) {
        return ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, type);
    }

    @Override
    public void on(BrokerEvent event) {
        if (wanted.contains(event.getClass())) {
            queue.on(event);
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
