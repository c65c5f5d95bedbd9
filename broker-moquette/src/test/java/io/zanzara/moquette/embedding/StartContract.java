package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moquette.broker.Server;
import io.moquette.broker.config.ClasspathResourceLoader;
import io.moquette.broker.config.ResourceLoaderConfig;
import io.moquette.broker.security.PermitAllAuthorizatorPolicy;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;

/** All ways to start a server, and what may be called before and after. */
interface StartContract extends UnderTest {

    /** The SHA-256 of "passwd", as Moquette's password files have it. */
    String PASSWORD_FILE =
            "# who may come in\n\nada:0d6be69b264717f2dd33652e212b173104b4a647b7c11ae72e9885f11cd312fb\n";

    /** Asserts that a server lets a client of Paho's talk to itself. */
    private void assertServes(Server server) throws MqttException {
        PahoClient client = under().paho(server, "serves").user("ada", "passwd");
        client.connect();
        client.subscribe("a/+", 1);
        client.publish("a/b", "hello", 1);
        Embedding.await().until(() -> client.received().equals(List.of("a/b hello")));
        client.disconnect();
    }

    @Test
    default void startsFromAFile() throws Exception {
        Path folder = Embedding.folder();
        Path passwords = Files.writeString(folder.resolve("passwords.conf"), PASSWORD_FILE);
        Path file = Files.writeString(
                folder.resolve("moquette.conf"),
                "# a comment\n\nport 0\nhost 127.0.0.1\npersistence_enabled   false\nallow_anonymous false\npassword_file "
                        + passwords.toAbsolutePath() + "\n");
        Server server = under().create();

        server.startServer(file.toFile());

        assertServes(server);
        assertThatThrownBy(() -> under().paho(server, "nobody").connect()).isInstanceOf(MqttException.class);
    }

    @Test
    default void startsFromTheClassPath() throws Exception {
        Server server = under().create();

        server.startServer(new ResourceLoaderConfig(new ClasspathResourceLoader("embedding/moquette.conf")));

        assertServes(server);
        assertThatThrownBy(() ->
                        under().paho(server, "nobody").user("ada", "wrong").connect())
                .isInstanceOf(MqttException.class);
    }

    /** Without an argument it reads config/moquette.conf below the folder that a system property names. */
    @Test
    default void startsFromTheFileInTheUsualPlace() throws Exception {
        Path folder = Embedding.folder();
        Files.createDirectory(folder.resolve("config"));
        Files.writeString(folder.resolve("passwords.conf"), PASSWORD_FILE);
        Files.writeString(
                folder.resolve("config/moquette.conf"),
                "port 0\nhost 127.0.0.1\npersistence_enabled false\nallow_anonymous false\npassword_file passwords.conf\n");
        Server server = under().create();
        System.setProperty("moquette.path", folder.toString());
        try {
            server.startServer();
        } finally {
            System.clearProperty("moquette.path");
        }

        assertServes(server);
        assertThatThrownBy(() -> under().paho(server, "nobody").connect()).isInstanceOf(MqttException.class);
    }

    @Test
    default void startsFromProperties() throws Exception {
        Server server = under().create();

        server.startServer(Embedding.settings());

        assertServes(server);
    }

    @Test
    default void startsFromAConfiguration() throws Exception {
        Server server = under().create();

        server.startServer(Embedding.config());

        assertServes(server);
    }

    @Test
    default void startsWithHandlers() throws Exception {
        Server server = under().create();
        Recorder recorder = Recorder.ofEverything();

        server.startServer(Embedding.config(), List.of(recorder));

        assertServes(server);
        recorder.line("connect serves");
    }

    @Test
    default void startsWithAllExtensions() throws Exception {
        Server server = under().create();
        Recorder recorder = Recorder.ofEverything();

        server.startServer(
                Embedding.config("ssl_port", "0"),
                List.of(recorder),
                TestTls.server(),
                (client, user, password) -> "ada".equals(user),
                new PermitAllAuthorizatorPolicy());

        assertServes(server);
        recorder.line("connect serves");
        assertThat(Embedding.tlsPort(server)).isNotEqualTo(server.getPort());
        assertThatThrownBy(() ->
                        under().paho(server, "nobody").user("eve", "passwd").connect())
                .isInstanceOf(MqttException.class);
    }

    @Test
    default void startsFluently() throws Exception {
        Server server = under().create();

        Server started = server.withConfig()
                .host("127.0.0.1")
                .port(0)
                .disablePersistence()
                .startServer();

        assertThat(started).isSameAs(server);
        assertServes(server);
    }

    @Test
    default void hasNoPortForTlsWithoutTls() throws Exception {
        Server server = under().start();

        assertThat(Embedding.port(server)).isPositive();
        assertThat(server.getSslPort()).isZero();
    }

    @Test
    default void stopsAndStartsAgain() throws Exception {
        Server server = under().create();
        server.startServer(Embedding.settings());
        RawClient client = under().connect(server, "stays");
        int first = Embedding.port(server);

        server.stopServer();

        client.expectClosed();
        assertThatThrownBy(() -> RawClient.open(first, Packets.MQTT_3_1_1)).isInstanceOf(IOException.class);
        server.startServer(Embedding.settings());
        assertServes(server);
    }

    @Test
    default void twoServersRunSideBySide() throws Exception {
        Server one = under().start();
        Server other = under().start();
        RawClient subscriber = under().connect(one, "same").subscribe(0, "#");
        RawClient stranger = under().connect(other, "same");

        stranger.send(Packets.MQTT_3_1_1.publish("elsewhere", "other", 0, 0));
        RawClient publisher = under().connect(one, "publisher");
        publisher.send(Packets.MQTT_3_1_1.publish("here", "one", 0, 0));

        assertThat(subscriber.read().text()).isEqualTo("one");
        assertThat(Embedding.port(one)).isNotEqualTo(Embedding.port(other));
    }

    @Test
    default void aTakenPortFailsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Server server = under().create();

            assertThatThrownBy(() ->
                            server.startServer(Embedding.settings("port", Integer.toString(taken.getLocalPort()))))
                    .isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    default void callsBeforeTheStartAreRefused() {
        Server server = under().create();
        Recorder recorder = Recorder.ofEverything();

        assertThatThrownBy(() -> server.addInterceptHandler(recorder)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.removeInterceptHandler(recorder)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(server::listConnectedClients).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.internalPublish(
                        MqttMessageBuilders.publish()
                                .topicName("a")
                                .qos(MqttQoS.AT_MOST_ONCE)
                                .payload(Unpooled.copiedBuffer("early", StandardCharsets.UTF_8))
                                .build(),
                        "internal"))
                .isInstanceOf(IllegalStateException.class);
        server.stopServer();
    }

    @Test
    default void callsAfterTheStopAreRefused() throws Exception {
        Server server = under().start();
        under().stop(server);

        assertThatThrownBy(server::listConnectedClients).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.addInterceptHandler(Recorder.ofEverything()))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Whoever writes a comment where none may be must not get the defaults instead of what he wrote below. */
    @Test
    @Shows(MoquetteDefect.A_WRONG_LINE_BRINGS_THE_DEFAULTS)
    default void aWrongLineFailsTheStart() throws Exception {
        Path file = Files.writeString(
                Embedding.folder().resolve("moquette.conf"),
                "port 0\nhost 127.0.0.1\npersistence_enabled false\n"
                        + "max_server_granted_qos 2 # all of them\nallow_anonymous false\n");
        Server server = under().create();

        String seen;
        try {
            server.startServer(file.toFile());
            under().connect(server, "nobody");
            seen = "anybody is in";
        } catch (IOException e) {
            seen = "not started";
        }
        under().assertShows(MoquetteDefect.A_WRONG_LINE_BRINGS_THE_DEFAULTS, seen);
    }

    @Test
    @Shows(MoquetteDefect.TLS_THAT_CANNOT_BE_HAD_IS_LEFT_OUT)
    default void aMissingKeyStoreFailsTheStart() throws Exception {
        Server server = under().create();

        String seen;
        try {
            server.startServer(Embedding.settings(
                    "ssl_port",
                    "0",
                    "jks_path",
                    "no/such.jks",
                    "key_store_password",
                    "x",
                    "key_manager_password",
                    "x"));
            under().connect(server, "plain");
            seen = "started without TLS";
        } catch (IOException | RuntimeException e) {
            seen = "not started";
        }
        under().assertShows(MoquetteDefect.TLS_THAT_CANNOT_BE_HAD_IS_LEFT_OUT, seen);
    }
}
