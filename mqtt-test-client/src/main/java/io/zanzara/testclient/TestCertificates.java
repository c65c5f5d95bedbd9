package io.zanzara.testclient;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** A certificate authority for tests, made anew for each, and what it certifies. A bundle can be written as PEM or as a key store. */
public final class TestCertificates {

    private static final Duration DAY = Duration.ofDays(1);

    private final X509Bundle authority = build(valid("CN=Test authority").setIsCertificateAuthority(true), null);

    /** Returns the authority's own certificate. */
    public X509Bundle authority() {
        return authority;
    }

    /** Returns a server's certificate for {@code localhost}, 127.0.0.1 and ::1. */
    public X509Bundle server() {
        return server("localhost");
    }

    /** Returns a server's certificate for this host name and 127.0.0.1 and ::1 if that is {@code localhost}. */
    public X509Bundle server(String host) {
        CertificateBuilder builder = valid("CN=" + host).addSanDnsName(host).addExtendedKeyUsageServerAuth();
        if (host.equals("localhost")) {
            builder.addSanIpAddress("127.0.0.1").addSanIpAddress("::1");
        }
        return build(builder, authority);
    }

    /** Returns a client's certificate with this subject, such as {@code CN=alice,O=home}. */
    public X509Bundle client(String subject) {
        return client(subject, builder -> builder);
    }

    /** Returns a client's certificate that was valid until yesterday. */
    public X509Bundle expiredClient(String subject) {
        return client(subject, TestCertificates::expired);
    }

    /** Returns a server's certificate for {@code localhost} that was valid until yesterday. */
    public X509Bundle expiredServer() {
        return build(
                expired(valid("CN=localhost")).addSanDnsName("localhost").addExtendedKeyUsageServerAuth(), authority);
    }

    private X509Bundle client(String subject, UnaryOperator<CertificateBuilder> changes) {
        return build(changes.apply(valid(subject)).addExtendedKeyUsageClientAuth(), authority);
    }

    private static CertificateBuilder valid(String subject) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .notBefore(now.minus(DAY))
                .notAfter(now.plus(DAY));
    }

    private static CertificateBuilder expired(CertificateBuilder builder) {
        Instant yesterday = Instant.now().minus(DAY);
        return builder.notBefore(yesterday.minus(DAY)).notAfter(yesterday);
    }

    private static X509Bundle build(CertificateBuilder builder, @Nullable X509Bundle issuer) {
        try {
            return issuer == null ? builder.buildSelfSigned() : builder.buildIssuedBy(issuer);
        } catch (Exception e) { // as the builder declares
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns a context that trusts this authority alone.
     *
     * @param own what it shows of itself, or null for nothing
     */
    public SSLContext context(@Nullable X509Bundle own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = own == null ? null : own.toKeyManagerFactory().getKeyManagers();
            context.init(keys, authority.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a server asks its clients for a certificate. */
    public enum ClientAuthentication {
        NONE,
        WANTED,
        NEEDED
    }

    /** Returns an engine in server mode. */
    public static SSLEngine engine(SSLContext context, ClientAuthentication authentication) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        if (authentication == ClientAuthentication.WANTED) {
            engine.setWantClientAuth(true);
        } else if (authentication == ClientAuthentication.NEEDED) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }
}
