package io.zanzara.service.engine;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerListener;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Passes the broker's events on as Spring's, for methods with {@code @EventListener}, away from the broker's threads. Only kinds of event that
 * somebody listens to are passed on: publishing one that nobody wants costs more than handling a message.
 */
final class SpringEvents implements BrokerListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SpringEvents.class);

    private final AbstractApplicationContext context;
    private final QueuedListener queue;
    private volatile @Nullable Set<Class<?>> wanted;

    SpringEvents(AbstractApplicationContext context) {
        this.context = context;
        this.queue = new QueuedListener("zanzara-events", context::publishEvent, SpringEvents::report);
    }

    private static void report(long leftOut) {
        if (leftOut > 0) {
            LOG.warn("{} events were not passed on: their listeners are too slow", leftOut);
        }
    }

    @Override
    public void on(BrokerEvent event) {
        if (wanted().contains(event.getClass())) {
            queue.on(event);
        }
    }

    /** Asked at the first event: the broker starts when all beans are there, and with them all that listens. */
    private Set<Class<?>> wanted() {
        Set<Class<?>> known = wanted;
        if (known == null) {
            known = Arrays.stream(BrokerEvent.class.getPermittedSubclasses())
                    .filter(kind -> context.getApplicationListeners().stream().anyMatch(each -> wants(each, kind)))
                    .collect(Collectors.toUnmodifiableSet());
            wanted = known;
        }
        return known;
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
    public void close() {
        queue.close();
    }
}
