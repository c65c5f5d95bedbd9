package io.zanzara.service.engine;

import io.moquette.broker.ISslContextCreator;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.interception.InterceptHandler;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Authenticator;
import io.zanzara.access.Authorizer;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.access.Limits;
import io.zanzara.access.Redirect;
import io.zanzara.access.ScramSha256;
import io.zanzara.event.BrokerListener;
import io.zanzara.message.Qos;
import io.zanzara.service.engine.BrokerProperties.LimitSettings;
import io.zanzara.service.engine.BrokerProperties.RedirectSettings;
import io.zanzara.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.util.unit.DataSize;

/** Builds what the broker is started with. Beans that are an authenticator, of either kind, an authorizer or a listener take part. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerProperties.class)
class BrokerConfiguration {

    @Bean
    BrokerConfig brokerConfig(
            BrokerProperties properties,
            Store store,
            Listeners places,
            Authenticator authenticator,
            ObjectProvider<EnhancedAuthenticator> methods,
            Authorizer authorizer,
            ObjectProvider<BrokerListener> listeners) {
        return BrokerConfig.of(store)
                .withListeners(places.all())
                .withLimits(limits(properties.limits()))
                .withAuthenticator(authenticator)
                .withEnhancedAuthenticators(methods(properties, methods))
                .withAuthorizer(authorizer)
                .withRedirect(redirect(properties.redirect()))
                .withResponseInformationPrefix(properties.responseInformationPrefix())
                .withEventListeners(listeners.orderedStream().toList())
                .withEventLoops(properties.mqtt().eventLoops());
    }

    private static List<EnhancedAuthenticator> methods(
            BrokerProperties properties, ObjectProvider<EnhancedAuthenticator> beans) {
        List<EnhancedAuthenticator> methods =
                new ArrayList<>(beans.orderedStream().toList());
        ScramSettings scram = properties.authentication().scramSha256();
        if (!scram.users().isEmpty()) {
            if (methods.stream().anyMatch(each -> each.method().equals(ScramSha256.METHOD))) {
                throw new InvalidSettingException(
                        "zanzara.authentication.scram-sha-256.users",
                        scram.users().size() + " users",
                        "empty, because a bean has that method");
            }
            methods.add(scram.method());
        }
        return methods;
    }

    private static @Nullable Redirect redirect(RedirectSettings settings) {
        return settings.serverReference().isEmpty() ? null : new Redirect(settings.serverReference(), settings.moved());
    }

    @Bean
    SpringEvents springEvents(AbstractApplicationContext context) {
        return new SpringEvents(context);
    }

    /** Asked for its parts only when it starts, so that a listener may itself ask for the broker. */
    @Bean
    @Lazy(false)
    BrokerLifecycle brokerLifecycle(ObjectProvider<BrokerConfig> config, ObjectProvider<Extensions> extensions) {
        return new BrokerLifecycle(config::getObject, extensions::getObject, () -> System.exit(1));
    }

    @Bean
    Extensions extensions(
            ObjectProvider<InterceptHandler> handlers,
            ObjectProvider<ISslContextCreator> tls,
            ObjectProvider<IAuthenticator> authenticators,
            ObjectProvider<IAuthorizatorPolicy> policies) {
        return new Extensions(
                handlers.orderedStream().toList(),
                Extensions.only(ISslContextCreator.class, tls),
                Extensions.only(IAuthenticator.class, authenticators),
                Extensions.only(IAuthorizatorPolicy.class, policies));
    }

    static Limits limits(LimitSettings settings) {
        return Limits.DEFAULTS.with(
                draft -> draft.maxPacketBytes((int) settings.maxPacketSize().toBytes())
                        .receiveMaximum(settings.receiveMaximum())
                        .inflightWindow(settings.inflightWindow())
                        .topicAliasMaximum(settings.topicAliasMaximum())
                        .maxSessionExpirySeconds(orForEver(settings.maxSessionExpiry()))
                        .maxKeepAliveSeconds((int) settings.maxKeepAlive().toSeconds())
                        .maximumQos(Qos.of(settings.maximumQos()))
                        .retainAvailable(settings.retainAvailable())
                        .wildcardSubscriptionAvailable(settings.wildcardSubscriptionAvailable())
                        .sharedSubscriptionAvailable(settings.sharedSubscriptionAvailable())
                        .subscriptionIdentifiersAvailable(settings.subscriptionIdentifiersAvailable())
                        .connectTimeoutSeconds((int) settings.connectTimeout().toSeconds())
                        .maxMessageExpirySeconds(settings.maxMessageExpiry().toSeconds())
                        .maxQueueMessages(settings.maxQueueMessages())
                        .maxQueueBytes(settings.maxQueueBytes().toBytes())
                        .queuePolicy(settings.queuePolicy())
                        .maxSubscriptionsPerSession(settings.maxSubscriptionsPerSession())
                        .maxTopicLevels(settings.maxTopicLevels())
                        .memoryBudgetBytes(orShareOfHeap(settings.memoryBudget()))
                        .validatePayloadFormat(settings.validatePayloadFormat())
                        .takeOverByAnyUser(settings.takeOverByAnyUser())
                        .maxConnections(connections(settings))
                        .maxConnectionsPerAddress(settings.maxConnectionsPerAddress())
                        .maxPendingConnectionsPerAddress(pending(settings)));
    }

    private static int connections(LimitSettings settings) {
        return settings.maxConnections() == 0 ? Limits.DEFAULTS.maxConnections() : settings.maxConnections();
    }

    private static int pending(LimitSettings settings) {
        int chosen = settings.maxPendingConnectionsPerAddress();
        int usual = Math.min(Limits.DEFAULTS.maxPendingConnectionsPerAddress(), Limits.pending(connections(settings)));
        return chosen == 0 ? usual : chosen;
    }

    private static long orForEver(Duration expiry) {
        return expiry.isZero() ? Limits.DEFAULTS.maxSessionExpirySeconds() : expiry.toSeconds();
    }

    private static long orShareOfHeap(DataSize budget) {
        return budget.toBytes() == 0 ? Limits.DEFAULTS.memoryBudgetBytes() : budget.toBytes();
    }
}
