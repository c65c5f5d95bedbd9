package io.zanzara.moquette.embedding;

import io.moquette.broker.ISslContextCreator;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A key and its self-signed certificate for this machine, made anew for each run. */
final class TestTls {

    static final String PASSWORD = "of-the-test";

    private static final Path STORE = create();

    private TestTls() {}

    private static Path create() {
        Path store = Embedding.folder().resolve("keys.p12").toAbsolutePath();
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "broker",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=broker",
                            "-ext",
                            "san=ip:127.0.0.1,dns:localhost",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return store;
    }

    /** Returns where the key store is. */
    static Path store() {
        return STORE;
    }

    private static KeyStore keys() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(STORE)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static KeyManagerFactory keyManagers() throws GeneralSecurityException, IOException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys(), PASSWORD.toCharArray());
        return managers;
    }

    /** Returns what gives a server its TLS, as a program that embeds one writes it. */
    static ISslContextCreator server() {
        return () -> {
            try {
                return SslContextBuilder.forServer(keyManagers()).build();
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /**
     * Returns what makes a client's sockets, which trust the server's certificate alone.
     *
     * @param certificate whether the client shows a certificate, the only one there is
     */
    static SSLSocketFactory client(boolean certificate) throws GeneralSecurityException, IOException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate ? keyManagers().getKeyManagers() : null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
