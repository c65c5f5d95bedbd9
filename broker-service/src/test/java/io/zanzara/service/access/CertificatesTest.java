package io.zanzara.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.netty.pkitesting.X509Bundle;
import io.zanzara.service.engine.InvalidSettingException;
import io.zanzara.service.engine.ListenerSettings;
import io.zanzara.service.engine.ListenerSettings.ClientAuthentication;
import io.zanzara.testclient.TestCertificates;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** What a listener shows of a bundle, at first and when the bundle has been read again. */
final class CertificatesTest {

    private static final String SETTING = "zanzara.listeners[0].ssl-bundle";
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** How a bundle is written. */
    private enum Form {
        PEM,
        KEY_STORE
    }

    private final TestCertificates authority = new TestCertificates();
    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
    private X509Bundle first;

    @BeforeEach
    void make() {
        first = authority.server();
    }

    private static ListenerSettings listener(ClientAuthentication authentication) {
        return new ListenerSettings("tls", "localhost", 8883, "tls", "", "server", authentication, false, 0);
    }

    private SslBundle bundle(Form form, X509Bundle shown, boolean trusting, SslOptions options) {
        return SslBundle.of(
                form == Form.PEM ? pem(shown, shown, trusting) : keyStore(shown, trusting), SslBundleKey.NONE, options);
    }

    private SslBundle bundle(X509Bundle shown) {
        return bundle(Form.PEM, shown, false, SslOptions.NONE);
    }

    private SslStoreBundle pem(X509Bundle certificate, X509Bundle key, boolean trusting) {
        PemSslStoreDetails keys = PemSslStoreDetails.forCertificate(certificate.getCertificatePathPEM())
                .withPrivateKey(key.getPrivateKeyPEM());
        PemSslStoreDetails trust =
                PemSslStoreDetails.forCertificate(authority.authority().getCertificatePEM());
        return new PemSslStoreBundle(keys, trusting ? trust : null);
    }

    private SslStoreBundle keyStore(X509Bundle shown, boolean trusting) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("authority", authority.authority().getCertificate());
            return SslStoreBundle.of(shown.toKeyStore(PASSWORD), new String(PASSWORD), trusting ? trust : null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Certificates certificates(ClientAuthentication authentication) {
        return new Certificates(SETTING, listener(authentication), bundles);
    }

    /** Shakes hands with a client, and returns what the server has shown. */
    private Certificate shown(Certificates certificates, @Nullable X509Bundle client) throws SSLException {
        SSLEngine here = certificates.get();
        SSLEngine there = authority.context(client).createSSLEngine("localhost", 8883);
        there.setUseClientMode(true);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
        here.beginHandshake();
        there.beginHandshake();
        for (int i = 0; i < 40; i++) {
            step(there, toClient, toServer);
            step(here, toServer, toClient);
        }
        if (here.getNeedClientAuth()) {
            assertThat(here.getSession().getPeerCertificates()).isNotEmpty();
        }
        return there.getSession().getPeerCertificates()[0];
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
        } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        } else {
            in.flip();
            engine.unwrap(in, ByteBuffer.allocate(1 << 15));
            in.compact();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBundleOfEitherFormIsShownAndItsRenewalToo(Form form) throws SSLException {
        bundles.registerBundle("server", bundle(form, first, false, SslOptions.NONE));
        Certificates certificates = certificates(ClientAuthentication.NONE);
        assertThat(shown(certificates, null)).isEqualTo(first.getCertificate());

        X509Bundle renewed = authority.server();
        bundles.updateBundle("server", bundle(form, renewed, false, SslOptions.NONE));
        assertThat(shown(certificates, null)).isEqualTo(renewed.getCertificate());
    }

    @Test
    void aRenewalThatCannotBeUsedIsSaidAndTheOldOneGoesOn() throws SSLException {
        bundles.registerBundle("server", bundle(first));
        Certificates certificates = certificates(ClientAuthentication.NONE);
        try (RecordedLog log = new RecordedLog(Certificates.class)) {
            // the certificate has been replaced already, the key not yet
            bundles.updateBundle("server", SslBundle.of(pem(authority.server(), first, false)));
            assertThat(shown(certificates, null)).isEqualTo(first.getCertificate());
            PemSslStoreDetails nonsense =
                    PemSslStoreDetails.forCertificate("nonsense").withPrivateKey("nonsense");
            bundles.updateBundle("server", SslBundle.of(new PemSslStoreBundle(nonsense, null)));
            assertThat(shown(certificates, null)).isEqualTo(first.getCertificate());

            assertThat(log.lines(Level.ERROR))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line)
                            .startsWith(
                                    "The new certificates of bundle server can't be used, so listener tls goes on with the"
                                            + " old ones: "));
            assertThat(log.lines(Level.ERROR).get(0)).endsWith("its private key is not that of its certificate");
        }
    }

    @Test
    void clientsShowCertificatesThatTheTruststoreVouchesFor() throws SSLException {
        bundles.registerBundle("server", bundle(Form.PEM, first, true, SslOptions.NONE));
        Certificates certificates = certificates(ClientAuthentication.NEED);
        assertThat(shown(certificates, authority.client("CN=alice"))).isEqualTo(first.getCertificate());
        assertThatThrownBy(() -> shown(certificates, null)).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> shown(certificates, new TestCertificates().client("CN=alice")))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> shown(certificates, authority.expiredClient("CN=alice")))
                .isInstanceOf(SSLException.class);
        bundles.registerBundle("wanting", bundle(Form.PEM, first, true, SslOptions.NONE));
        assertThat(shown(certificates(ClientAuthentication.WANT), null)).isEqualTo(first.getCertificate());
    }

    @Test
    void versionsAndCiphersAreThoseOfTheBundleAndNeverOldOnes() {
        SslOptions options =
                SslOptions.of(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}, new String[] {"TLSv1.2"});
        bundles.registerBundle("server", bundle(Form.PEM, first, false, options));
        SSLEngine engine = certificates(ClientAuthentication.NONE).get();
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.2");
        assertThat(engine.getEnabledCipherSuites()).containsExactly("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        assertThat(engine.getUseClientMode()).isFalse();
        bundles.updateBundle("server", bundle(first));
        assertThat(certificates(ClientAuthentication.NONE).get().getEnabledProtocols())
                .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    }

    private void assertRefused(ClientAuthentication authentication, SslBundle bundle, String reason) {
        DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry("server", bundle);
        assertThatThrownBy(() -> new Certificates(SETTING, listener(authentication), registry))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(SETTING + " is 'server' but must be a bundle that can be used (" + reason + ").");
    }

    @Test
    void aBundleThatCannotBeUsedStopsTheStart() throws KeyStoreException {
        assertThatThrownBy(() -> certificates(ClientAuthentication.NONE))
                .hasMessage(SETTING + " is 'server' but must be the name of a bundle under spring.ssl.bundle.");
        assertRefused(
                ClientAuthentication.NEED,
                bundle(first),
                "it has no truststore, which says whose certificates clients may show");
        assertRefused(
                ClientAuthentication.NONE,
                SslBundle.of(pem(first, authority.server(), false)),
                "its private key is not that of its certificate");
        assertRefused(
                ClientAuthentication.NONE,
                SslBundle.of(SslStoreBundle.NONE),
                "it has no private key with a certificate in its keystore");
        assertRefused(
                ClientAuthentication.NONE,
                bundle(Form.PEM, first, false, SslOptions.of((String[]) null, new String[] {"TLSv1.1"})),
                "its options.enabled-protocols must be of TLSv1.3 and TLSv1.2");
        assertRefused(
                ClientAuthentication.NONE,
                bundle(Form.PEM, first, false, SslOptions.of(new String[] {"NO_CIPHER"}, null)),
                "Unsupported CipherSuite: NO_CIPHER");
    }
}
