package io.zanzara.moquette.server;

import io.moquette.broker.Doors;
import io.moquette.broker.ISslContextCreator;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.security.AcceptAllAuthenticator;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.security.PermitAllAuthorizatorPolicy;
import io.moquette.interception.InterceptHandler;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.AccessRules;
import io.zanzara.access.Authorizer;
import io.zanzara.access.Tls;
import io.zanzara.event.BrokerListener;
import io.zanzara.moquette.access.MoquetteAuthenticator;
import io.zanzara.moquette.access.MoquetteAuthorizer;
import io.zanzara.moquette.access.PasswordFile;
import io.zanzara.moquette.access.TlsContext;
import io.zanzara.moquette.config.Named;
import io.zanzara.moquette.config.Settings;
import io.zanzara.moquette.intercept.Interceptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what one start of a server needs. One thread; {@link #close} if it comes to nothing. */
final class Assembly implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
    private static final String INTERCEPT_HANDLER = "intercept.handler";

    private final ZanzaraServer server;
    private final List<InterceptHandler> handlers;
    private final Interceptors interceptors = new Interceptors(List.of());
    private @Nullable MoquetteAuthenticator authenticator;

    Assembly(ZanzaraServer server, List<? extends InterceptHandler> handlers) {
        this.server = server;
        this.handlers = new ArrayList<>(handlers);
    }

    /** Returns what a Moquette configuration says. */
    BrokerConfig read(
            IConfig config,
            @Nullable ISslContextCreator sslContextCreator,
            @Nullable IAuthenticator givenAuthenticator,
            @Nullable IAuthorizatorPolicy givenPolicy)
            throws IOException {
        Settings settings = new Settings(config);
        settings.warnings().forEach(LOG::warn);
        String interceptor = System.getProperty(INTERCEPT_HANDLER, settings.text(INTERCEPT_HANDLER));
        if (!interceptor.isEmpty()) {
            handlers.add(named(INTERCEPT_HANDLER, interceptor, InterceptHandler.class, Server.class, server));
        }
        IAuthenticator asked = givenAuthenticator == null ? authenticator(config, settings) : givenAuthenticator;
        MoquetteAuthenticator made =
                new MoquetteAuthenticator(asked, settings.allowsAnonymous(), settings.takesCertificateAsUserName());
        authenticator = made;
        ISslContextCreator creator = sslContextCreator == null ? Doors.sslContextCreator(config) : sslContextCreator;
        return BrokerConfig.of(settings.store())
                .withListeners(settings.listeners(() -> TlsContext.of(creator, settings.needsClientCertificate())))
                .withLimits(settings.limits())
                .withAuthenticator(made)
                .withAuthorizer(givenPolicy == null ? authorizer(config, settings) : authorizer(givenPolicy));
    }

    private IAuthenticator authenticator(IConfig config, Settings settings) throws IOException {
        String className = settings.text(IConfig.AUTHENTICATOR_CLASS_NAME);
        if (!className.isEmpty()) {
            return named(IConfig.AUTHENTICATOR_CLASS_NAME, className, IAuthenticator.class, IConfig.class, config);
        }
        List<String> passwords = settings.lines(IConfig.PASSWORD_FILE_PROPERTY_NAME);
        try {
            return passwords == null ? new AcceptAllAuthenticator() : new PasswordFile(passwords);
        } catch (IOException e) {
            throw new IOException(IConfig.PASSWORD_FILE_PROPERTY_NAME + ": " + e.getMessage(), e);
        }
    }

    private Authorizer authorizer(IConfig config, Settings settings) throws IOException {
        String className = settings.text(IConfig.AUTHORIZATOR_CLASS_NAME);
        if (!className.isEmpty()) {
            return authorizer(named(
                    IConfig.AUTHORIZATOR_CLASS_NAME, className, IAuthorizatorPolicy.class, IConfig.class, config));
        }
        List<String> rules = settings.lines(IConfig.ACL_FILE_PROPERTY_NAME);
        try {
            // not Moquette's parser: there a client identifier with a wildcard gets at everything that a pattern was to
            // keep apart
            return rules == null ? Authorizer.PERMIT_ALL : AccessRules.parse(rules);
        } catch (IllegalArgumentException e) {
            throw new IOException(IConfig.ACL_FILE_PROPERTY_NAME + ": " + e.getMessage(), e);
        }
    }

    private Authorizer authorizer(IAuthorizatorPolicy policy) {
        return policy instanceof PermitAllAuthorizatorPolicy
                ? Authorizer.PERMIT_ALL
                : new MoquetteAuthorizer(policy, interceptors::failed);
    }

    private <T, A> T named(String key, String className, Class<T> type, Class<A> argumentType, A argument) {
        return Named.make(
                key, className, type, argumentType, argument, server.getClass().getClassLoader());
    }

    /** Returns a configuration of the engine's with Moquette's extension points in the places of its own. */
    BrokerConfig extend(
            BrokerConfig config,
            @Nullable ISslContextCreator sslContextCreator,
            @Nullable IAuthenticator givenAuthenticator,
            @Nullable IAuthorizatorPolicy givenPolicy) {
        BrokerConfig extended = config;
        if (sslContextCreator != null) {
            Tls given = TlsContext.of(sslContextCreator, false);
            extended = extended.withListeners(config.listeners().stream()
                    .map(each -> each.tls() == null ? each : each.withTls(TlsContext.asStrict(given, each.tls())))
                    .toList());
        }
        if (givenAuthenticator != null) {
            MoquetteAuthenticator made = new MoquetteAuthenticator(givenAuthenticator, false, false);
            authenticator = made;
            extended = extended.withAuthenticator(made);
        }
        return givenPolicy == null ? extended : extended.withAuthorizer(authorizer(givenPolicy));
    }

    /** Starts the engine; closes everything if that fails. */
    Running start(BrokerConfig config) {
        try {
            handlers.forEach(interceptors::add);
            List<BrokerListener> listeners = new ArrayList<>(config.eventListeners());
            listeners.add(interceptors);
            Broker broker = Broker.start(config.withEventListeners(listeners));
            return new Running(broker, interceptors, authenticator);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        interceptors.close();
        if (authenticator != null) {
            authenticator.close();
        }
    }
}
