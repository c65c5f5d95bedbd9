package io.zanzara.service.access;

import io.zanzara.service.engine.InvalidSettingException;
import io.zanzara.service.engine.ListenerSettings;
import io.zanzara.service.engine.ListenerSettings.ClientAuthentication;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * The certificates that one listener shows, from one of Boot's SSL bundles. When the bundle has been read again, connections from then on get
 * the new ones; if they can't be used, the old ones go on.
 */
final class Certificates implements Supplier<SSLEngine> {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final Set<String> SAFE = Set.of("TLSv1.3", "TLSv1.2");

    private final ListenerSettings listener;
    private volatile Usable usable;

    /** A bundle that has been tried. */
    private record Usable(SSLContext context, SslOptions options) {}

    /**
     * Takes the listener's bundle.
     *
     * @param setting that names the bundle
     * @throws InvalidSettingException if it can't be used
     */
    Certificates(String setting, ListenerSettings listener, SslBundles bundles) {
        this.listener = listener;
        String name = listener.sslBundle();
        try {
            usable = tried(bundles.getBundle(name));
            bundles.addBundleUpdateHandler(name, this::renew);
        } catch (NoSuchSslBundleException e) {
            List<String> known = bundles.getBundleNames();
            throw new InvalidSettingException(
                    setting,
                    name,
                    "the name of a bundle under spring.ssl.bundle"
                            + (known.isEmpty() ? "" : ": " + String.join(", ", known)));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new InvalidSettingException(setting, name, "a bundle that can be used (" + reason(e) + ")");
        }
    }

    private void renew(SslBundle bundle) {
        try {
            usable = tried(bundle);
            LOG.info("Listener {} shows the new certificates of bundle {}", listener.name(), listener.sslBundle());
        } catch (GeneralSecurityException | RuntimeException e) {
            LOG.error(
                    "The new certificates of bundle {} can't be used, so listener {} goes on with the old ones: {}",
                    listener.sslBundle(),
                    listener.name(),
                    reason(e));
        }
    }

    /** Tries what clients would otherwise be the first to find out. */
    private Usable tried(SslBundle bundle) throws GeneralSecurityException {
        tryKeys(bundle);
        if (listener.clientAuthentication() != ClientAuthentication.NONE
                && bundle.getStores().getTrustStore() == null) {
            // else the authorities that this Java trusts on the web could make certificates for our clients
            throw new IllegalArgumentException("it has no truststore, which says whose certificates clients may show");
        }
        String[] protocols = bundle.getOptions().getEnabledProtocols();
        if (protocols != null && !SAFE.containsAll(List.of(protocols))) {
            throw new IllegalArgumentException("its options.enabled-protocols must be of TLSv1.3 and TLSv1.2");
        }
        Usable candidate = new Usable(bundle.createSslContext(), bundle.getOptions());
        engine(candidate); // knows which ciphers there are
        return candidate;
    }

    private static void tryKeys(SslBundle bundle) throws GeneralSecurityException {
        KeyStore store = bundle.getStores().getKeyStore();
        String alias = bundle.getKey().getAlias();
        boolean found = false;
        if (store != null) {
            for (String each : Collections.list(store.aliases())) {
                if (store.isKeyEntry(each) && (alias == null || alias.equalsIgnoreCase(each))) {
                    found = true;
                    tryKey(store.getKey(each, password(bundle)), store.getCertificate(each));
                }
            }
        }
        if (!found) {
            throw new IllegalArgumentException("it has no private key with a certificate in its keystore");
        }
    }

    private static void tryKey(Key key, Certificate certificate) throws GeneralSecurityException {
        if (!(key instanceof PrivateKey own) || !belongs(own, certificate.getPublicKey())) {
            throw new IllegalArgumentException("its private key is not that of its certificate");
        }
    }

    private static char[] password(SslBundle bundle) {
        String own = bundle.getKey().getPassword();
        String ofStore = bundle.getStores().getKeyStorePassword();
        return own != null ? own.toCharArray() : ofStore != null ? ofStore.toCharArray() : new char[0];
    }

    private static boolean belongs(PrivateKey own, PublicKey shown) throws GeneralSecurityException {
        String algorithm = switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> own.getAlgorithm(); // EdDSA and its kind
        };
        Signature signature = Signature.getInstance(algorithm);
        byte[] sample = algorithm.getBytes(StandardCharsets.UTF_8);
        signature.initSign(own);
        signature.update(sample);
        byte[] signed = signature.sign();
        try {
            signature.initVerify(shown);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // not even of the same kind
        }
    }

    /** The innermost reason says most; none of Boot's and of Java's has a password in it. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        String text = message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** Returns an engine in server mode for one connection. */
    @Override
    public SSLEngine get() {
        return engine(usable);
    }

    private SSLEngine engine(Usable from) {
        SSLEngine engine = from.context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        String[] protocols = from.options().getEnabledProtocols();
        parameters.setProtocols(protocols == null ? SAFE.toArray(String[]::new) : protocols);
        String[] ciphers = from.options().getCiphers();
        if (ciphers != null) {
            parameters.setCipherSuites(ciphers);
        }
        switch (listener.clientAuthentication()) {
            case NONE -> parameters.setNeedClientAuth(false);
            case WANT -> parameters.setWantClientAuth(true);
            case NEED -> parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }
}
