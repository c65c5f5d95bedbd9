package io.zanzara.moquette.access;

import io.moquette.broker.ISslContextCreator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.zanzara.access.Tls;
import javax.net.ssl.SSLEngine;

/** Makes {@link Tls} of Moquette's {@link ISslContextCreator}. */
public final class TlsContext {

    private TlsContext() {}

    /**
     * Asks the creator for its context, once.
     *
     * @param needsClientCertificate whether a client without a certificate is refused, whatever the context says
     * @throws IllegalArgumentException if the creator has no context to give
     */
    public static Tls of(ISslContextCreator creator, boolean needsClientCertificate) {
        SslContext context = creator.initSSLContext();
        if (context == null) {
            throw new IllegalArgumentException(
                    "There is no TLS context: " + creator.getClass().getName()
                            + " gave none; its log says why. Check jks_path, key_store_password and key_manager_password.");
        }
        return new Tls(
                () -> {
                    SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
                    engine.setUseClientMode(false);
                    if (needsClientCertificate) {
                        engine.setNeedClientAuth(true);
                    }
                    return engine;
                },
                false);
    }

    /**
     * Returns {@code given} with what {@code replaced} asks of clients: whoever gives other certificates to a listener does not open it to clients
     * without one.
     */
    public static Tls asStrict(Tls given, Tls replaced) {
        SSLEngine before = replaced.engines().get();
        boolean needs = before.getNeedClientAuth();
        boolean wants = before.getWantClientAuth();
        return new Tls(
                () -> {
                    SSLEngine engine = given.engines().get();
                    if (needs) {
                        engine.setNeedClientAuth(true);
                    } else if (wants && !engine.getNeedClientAuth()) {
                        engine.setWantClientAuth(true);
                    }
                    return engine;
                },
                replaced.userNameFromCertificate());
    }
}
