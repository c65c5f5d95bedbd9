package io.zanzara.service.engine;

import io.zanzara.BrokerConfig;
import io.zanzara.access.Authenticator;
import io.zanzara.access.Authorizer;
import io.zanzara.access.Limits;
import io.zanzara.event.BrokerListener;
import io.zanzara.service.engine.BrokerProperties.LimitSettings;
import io.zanzara.store.Store;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.util.unit.DataSize;

/** Builds what the broker is started with. Beans that are an authenticator, an authorizer or a listener take part. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerProperties.class)
class BrokerConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Authenticator authenticator() {
        return credentials -> CompletableFuture.completedFuture(true);
    }

    @Bean
    @ConditionalOnMissingBean
    Authorizer authorizer() {
        return Authorizer.PERMIT_ALL;
    }

    @Bean
    BrokerConfig brokerConfig(
            BrokerProperties properties,
            Store store,
            Authenticator authenticator,
            Authorizer authorizer,
            ObjectProvider<BrokerListener> listeners) {
        return new BrokerConfig(
                properties.mqtt().host(),
                properties.mqtt().port(),
                store,
                limits(properties.limits()),
                authenticator,
                authorizer,
                listeners.orderedStream().toList(),
                properties.mqtt().eventLoops(),
                System::currentTimeMillis,
                BrokerConfig.EVERY_MINUTE);
    }

    @Bean
    SpringEvents springEvents(AbstractApplicationContext context) {
        return new SpringEvents(context);
    }

    /** Asked for its parts only when it starts, so that a listener may itself ask for the broker. */
    @Bean
    @Lazy(false)
    BrokerLifecycle brokerLifecycle(ObjectProvider<BrokerConfig> config) {
        return new BrokerLifecycle(config::getObject, () -> System.exit(1));
    }

    static Limits limits(LimitSettings settings) {
        return new Limits(
                (int) settings.maxPacketSize().toBytes(),
                settings.receiveMaximum(),
                settings.inflightWindow(),
                settings.topicAliasMaximum(),
                orForEver(settings.maxSessionExpiry()),
                (int) settings.maxKeepAlive().toSeconds(),
                (int) settings.connectTimeout().toSeconds(),
                settings.maxMessageExpiry().toSeconds(),
                settings.maxQueueMessages(),
                settings.maxQueueBytes().toBytes(),
                settings.queuePolicy(),
                settings.maxSubscriptionsPerSession(),
                settings.maxTopicLevels(),
                orShareOfHeap(settings.memoryBudget()),
                settings.validatePayloadFormat());
    }

    private static long orForEver(Duration expiry) {
        return expiry.isZero() ? Limits.DEFAULTS.maxSessionExpirySeconds() : expiry.toSeconds();
    }

    private static long orShareOfHeap(DataSize budget) {
        return budget.toBytes() == 0 ? Limits.DEFAULTS.memoryBudgetBytes() : budget.toBytes();
    }
}
