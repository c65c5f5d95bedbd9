package io.zanzara.service.access;

import io.zanzara.Broker;
import io.zanzara.access.Authenticator;
import io.zanzara.access.Authorizer;
import io.zanzara.access.EnhancedAuthenticator;
import io.zanzara.service.engine.AuthenticationSettings;
import io.zanzara.service.engine.AuthenticationSettings.Anonymous;
import io.zanzara.service.engine.AuthorizationSettings;
import io.zanzara.service.engine.BrokerLifecycle;
import io.zanzara.service.engine.BrokerProperties;
import io.zanzara.service.engine.Extensions;
import io.zanzara.service.engine.ListenerSettings;
import io.zanzara.service.engine.Listeners;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The listeners, and what decides at their doors: from the settings, unless an application has beans of its own for it. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    private static final int MOST_WAITING = 1_000;

    @Bean
    FileWatch fileWatch() {
        return new FileWatch();
    }

    @Bean
    @ConditionalOnMissingBean(Authenticator.class)
    Door door(BrokerProperties properties, ObjectProvider<EnhancedAuthenticator> methods, FileWatch watch) {
        AuthenticationSettings settings = properties.authentication();
        boolean hasMethods = hasMethods(properties, methods);
        boolean logIn = settings.hasUsers() || hasMethods;
        boolean anonymous =
                settings.anonymous() == Anonymous.TRUE || (settings.anonymous() == Anonymous.AUTO && !logIn);
        boolean certificates = properties.listeners().stream().anyMatch(ListenerSettings::userNameFromCertificate);
        return new Door(passwords(properties, watch), anonymous, logIn || certificates);
    }

    private static @Nullable PasswordChecks passwords(BrokerProperties properties, FileWatch watch) {
        AuthenticationSettings settings = properties.authentication();
        if (!settings.hasUsers()) {
            return null;
        }
        Users users = new Users(settings.users());
        read(
                "zanzara.authentication.users-file",
                settings.usersFile(),
                "a file of users with a line NAME:HASH for each",
                users::takeFile,
                watch);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        long patience = properties.limits().connectTimeout().toNanos();
        return new PasswordChecks(users, threads, MOST_WAITING, patience, System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean(Authorizer.class)
    Authorizer authorizer(BrokerProperties properties, ObjectProvider<BrokerLifecycle> lifecycle, FileWatch watch) {
        AuthorizationSettings settings = properties.authorization();
        if (!settings.isThere()) {
            return Authorizer.PERMIT_ALL;
        }
        Rules rules = new Rules(
                settings.accessRules(),
                () -> lifecycle.ifAvailable(each -> each.broker().ifPresent(Broker::recheckSubscriptions)));
        read(
                "zanzara.authorization.file",
                settings.file(),
                "a file of rules with lines such as 'topic read news/#'",
                rules::takeFile,
                watch);
        return rules;
    }

    private static void read(String setting, String path, String content, WatchedFile.Taker taker, FileWatch watch) {
        if (!path.isEmpty()) {
            WatchedFile file = new WatchedFile(setting, Path.of(path), content, taker);
            file.read();
            watch.add(file);
        }
    }

    @Bean
    Listeners places(
            BrokerProperties properties,
            Environment environment,
            SslBundles bundles,
            Authenticator authenticator,
            ObjectProvider<EnhancedAuthenticator> methods,
            Authorizer authorizer,
            Extensions extensions) {
        Listeners listeners = Places.of(properties, environment, bundles);
        boolean logIn = properties.authentication().hasUsers() || hasMethods(properties, methods);
        StartChecks checks = new StartChecks(properties, listeners.all());
        boolean ownAuthenticator = !(authenticator instanceof Door);
        boolean ownAuthorizer = !isOfSettings(authorizer);
        extensions.decideAlone(ownAuthenticator, ownAuthorizer);
        checks.beansStandAlone(
                ownAuthenticator || extensions.authenticator() != null, ownAuthorizer || extensions.policy() != null);
        if (!ownAuthenticator && extensions.authenticator() == null) {
            checks.doorsAreLocked(logIn);
        }
        return listeners;
    }

    private static boolean isOfSettings(Authorizer authorizer) {
        return authorizer instanceof Rules || authorizer == Authorizer.PERMIT_ALL;
    }

    private static boolean hasMethods(BrokerProperties properties, ObjectProvider<EnhancedAuthenticator> methods) {
        return !properties.authentication().scramSha256().users().isEmpty()
                || methods.stream().findAny().isPresent();
    }
}
