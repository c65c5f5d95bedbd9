package io.zanzara.service.health;

import io.zanzara.Broker;
import io.zanzara.service.engine.BrokerLifecycle;
import io.zanzara.store.Store;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Out of service while the store does not answer: connections stay, acknowledgements wait, and new clients had better go elsewhere. */
@Component("store")
final class StoreHealthIndicator implements HealthIndicator {

    private final BrokerLifecycle lifecycle;
    private final Store store;

    StoreHealthIndicator(BrokerLifecycle lifecycle, Store store) {
        this.lifecycle = lifecycle;
        this.store = store;
    }

    @Override
    public Health health() {
        Optional<Broker> broker = lifecycle.broker();
        if (broker.isEmpty()) {
            return Health.outOfService()
                    .withDetail("store", store.description())
                    .withDetail("reason", "the broker is starting or stopping")
                    .build();
        }
        return broker.get()
                .storeTrouble()
                .map(trouble -> Health.outOfService()
                        .withDetail("store", store.description())
                        .withDetail("reason", "the store does not answer, acknowledgements wait: " + trouble))
                .orElseGet(() -> Health.up().withDetail("store", store.description()))
                .build();
    }
}
