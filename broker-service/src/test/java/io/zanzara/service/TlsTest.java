package io.zanzara.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.X509Bundle;
import io.zanzara.testclient.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service with several listeners, from the settings to clients over TLS: PEM and key store, renewal, certificates as user names. */
final class TlsTest {

    private static final String PASSWORD = "changeit";

    private static final AtomicInteger CLIENTS = new AtomicInteger();

    @TempDir
    Path folder;

    private final TestCertificates authority = new TestCertificates();

    @BeforeEach
    void writeCertificates() throws Exception {
        Files.writeString(folder.resolve("ca.crt"), authority.authority().getCertificatePEM());
        write(authority.server());
        Files.copy(authority.server().toTempKeyStoreFile(PASSWORD.toCharArray()).toPath(), folder.resolve("store.p12"));
    }

    private void write(X509Bundle server) throws IOException {
        Files.writeString(folder.resolve("server.key"), server.getPrivateKeyPEM());
        Files.writeString(folder.resolve("server.crt"), server.getCertificatePathPEM());
    }

    private String[] settings() {
        return new String[] {
            "--spring.ssl.bundle.pem.files.keystore.certificate=" + folder.resolve("server.crt"),
            "--spring.ssl.bundle.pem.files.keystore.private-key=" + folder.resolve("server.key"),
            "--spring.ssl.bundle.pem.files.truststore.certificate=" + folder.resolve("ca.crt"),
            "--spring.ssl.bundle.pem.files.reload-on-update=true",
            "--spring.ssl.bundle.watch.file.quiet-period=100ms",
            "--spring.ssl.bundle.jks.store.keystore.location=" + folder.resolve("store.p12"),
            "--spring.ssl.bundle.jks.store.keystore.password=" + PASSWORD,
            "--spring.ssl.bundle.jks.store.keystore.type=PKCS12",
            "--zanzara.listeners[0].name=pem",
            "--zanzara.listeners[0].port=0",
            "--zanzara.listeners[0].transport=tls",
            "--zanzara.listeners[0].ssl-bundle=files",
            "--zanzara.listeners[1].name=key-store",
            "--zanzara.listeners[1].port=0",
            "--zanzara.listeners[1].transport=ssl",
            "--zanzara.listeners[1].ssl-bundle=store",
            "--zanzara.listeners[2].name=mutual",
            "--zanzara.listeners[2].host=127.0.0.1",
            "--zanzara.listeners[2].port=0",
            "--zanzara.listeners[2].transport=tls",
            "--zanzara.listeners[2].ssl-bundle=files",
            "--zanzara.listeners[2].client-authentication=need",
            "--zanzara.listeners[2].user-name-from-certificate=true",
            "--zanzara.listeners[3].name=plain",
            "--zanzara.listeners[3].port=0",
            "--zanzara.listeners[3].max-connections=1",
            "--zanzara.listeners[4].name=web",
            "--zanzara.listeners[4].port=0",
            "--zanzara.listeners[4].transport=ws",
            "--zanzara.listeners[4].path=/own/path",
            "--zanzara.listeners[5].name=secure-web",
            "--zanzara.listeners[5].port=0",
            "--zanzara.listeners[5].transport=secure-websocket",
            "--zanzara.listeners[5].ssl-bundle=store",
            "--zanzara.authorization.rules[0].topic=of/%u/#",
            "--zanzara.authorization.rules[0].allow=publish,subscribe",
        };
    }

    private Certificate shown(int port) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) authority.context(null).getSocketFactory().createSocket("localhost", port)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static MqttClient connect(int port, SSLContext context, @Nullable String user) throws MqttException {
        return connect("ssl://localhost:" + port, context, user);
    }

    private static MqttClient connect(String uri, @Nullable SSLContext context, @Nullable String user)
            throws MqttException {
        MqttClient client = new MqttClient(uri, "c" + CLIENTS.incrementAndGet(), new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        if (context != null) {
            options.setSocketFactory(context.getSocketFactory());
        }
        if (user != null) {
            options.setUserName(user);
        }
        try {
            client.connect(options);
        } catch (MqttException e) {
            client.close();
            throw e;
        }
        return client;
    }

    @Test
    void eachListenerIsAsItsSettingsSay() throws Exception {
        try (RunningService service = RunningService.start(settings())) {
            int pem = service.mqttPort("pem");
            comesAndGoes("ssl://localhost:" + pem, authority.context(null));
            comesAndGoes("ssl://localhost:" + service.mqttPort("key-store"), authority.context(null));
            comesAndGoes("ws://localhost:" + service.mqttPort("web") + "/own/path", null);
            comesAndGoes("wss://localhost:" + service.mqttPort("secure-web") + "/mqtt", authority.context(null));
            thePlainOneTakesOneAtATime("tcp://localhost:" + service.mqttPort("plain"));
            assertThatThrownBy(() -> connect(pem, new TestCertificates().context(null), null))
                    .hasCauseInstanceOf(SSLException.class);
            // a name that certificates prove is nobody's for the asking
            assertThatThrownBy(() -> connect(pem, authority.context(null), "alice"))
                    .isInstanceOf(MqttException.class);

            theCertificatesNameIsTheUsers(service.mqttPort("mutual"));
            aRenewedCertificateIsTakenUp(pem);
        }
    }

    private static void comesAndGoes(String uri, @Nullable SSLContext context) throws MqttException {
        MqttClient client = connect(uri, context, null);
        client.disconnect();
        client.close();
    }

    private static void thePlainOneTakesOneAtATime(String uri) throws MqttException {
        MqttClient client = connect(uri, null, null);
        assertThatThrownBy(() -> connect(uri, null, null)).isInstanceOf(MqttException.class);
        client.disconnect();
        client.close();
    }

    private void theCertificatesNameIsTheUsers(int port) throws MqttException {
        assertThatThrownBy(() -> connect(port, authority.context(null), "alice"))
                .isInstanceOf(MqttException.class);
        MqttClient alice = connect(port, authority.context(authority.client("CN=alice")), "bob");
        alice.subscribe("of/alice/#", 1);
        assertThatThrownBy(() -> alice.subscribe("of/bob/#", 1)).isInstanceOf(MqttException.class);
        alice.disconnect();
        alice.close();
    }

    private void aRenewedCertificateIsTakenUp(int port) throws Exception {
        Certificate before = shown(port);
        MqttClient throughout = connect(port, authority.context(null), null);
        X509Bundle renewed = authority.server();
        write(renewed);
        await().until(() -> shown(port).equals(renewed.getCertificate()));
        assertThat(before).isNotEqualTo(renewed.getCertificate());
        assertThat(throughout.isConnected()).isTrue();
        throughout.disconnect();
        throughout.close();
    }
}
