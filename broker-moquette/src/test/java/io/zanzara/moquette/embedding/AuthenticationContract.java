package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moquette.broker.ClientDescriptor;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.security.IAuthenticator;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in. */
interface AuthenticationContract extends UnderTest {

    /** The code that Paho has for CONNACK's 4. */
    private void assertRefused(PahoClient client) {
        assertThatThrownBy(client::connect)
                .isInstanceOfSatisfying(
                        MqttException.class,
                        e -> assertThat(e.getReasonCode()).isEqualTo(MqttException.REASON_CODE_FAILED_AUTHENTICATION));
    }

    @Test
    default void theAuthenticatorIsAskedWithWhatTheClientSays() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        Server server = under().start(Extensions.of().with((IAuthenticator) (client, user, password) -> {
            asked.add(client + " " + user + " "
                    + (password == null ? null : new String(password, StandardCharsets.UTF_8)));
            return !"eve".equals(user);
        }));

        under().paho(server, "one").user("ada", "sécret").connect();
        assertRefused(under().paho(server, "two").user("eve", "other"));
        under().paho(server, "three").set(options -> options.setUserName("bob")).connect();

        assertThat(asked).containsExactly("one ada sécret", "two eve other", "three bob null");
    }

    @Test
    default void anAuthenticatorThatThrowsLetsNobodyInAndStaysInUse() throws Exception {
        Server server = under().start(Extensions.of().with((IAuthenticator) (client, user, password) -> {
            if (user.equals("eve")) {
                throw new IllegalStateException("meant to be");
            }
            return true;
        }));

        assertThatThrownBy(() -> under().paho(server, "one").user("eve", "x").connect())
                .isInstanceOf(MqttException.class);
        under().paho(server, "two").user("ada", "x").connect();

        assertThat(server.listConnectedClients())
                .extracting(ClientDescriptor::getClientID)
                .containsExactly("two");
    }

    @Test
    default void anonymousClientsComeInWithoutAQuestion() throws Exception {
        Server server = under().start(Extensions.of().with((IAuthenticator) (client, user, password) -> false));

        under().connect(server, "nobody");

        assertRefused(under().paho(server, "somebody").user("ada", "x"));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    default void anonymousClientsAreRefusedWhereTheSettingSaysSo(int level) throws Exception {
        Server server = under().start(
                        Extensions.of().with((IAuthenticator) (client, user, password) -> true),
                        IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME,
                        "false");
        Packets packets = new Packets(level);
        RawClient client = under().open(server, packets);

        client.send(packets.connect(Connect.clean("nobody")));

        assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(4);
        client.expectClosed();
        under().paho(server, "somebody").user("ada", "x").connect();
    }

    @Test
    default void anonymousClientsOfVersion5AreRefusedToo() throws Exception {
        Server server = under().start(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "false");
        RawClient client = under().open(server, Packets.MQTT_5);

        client.send(Packets.MQTT_5.connect(Connect.clean("nobody")));

        assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(0x86);
        client.expectClosed();
    }

    @Test
    default void thePasswordFileDecides() throws Exception {
        Path file = Files.writeString(Embedding.folder().resolve("passwords.conf"), StartContract.PASSWORD_FILE);
        Server server = under().start(
                        IConfig.PASSWORD_FILE_PROPERTY_NAME,
                        file.toAbsolutePath().toString());

        under().paho(server, "one").user("ada", "passwd").connect();
        assertRefused(under().paho(server, "two").user("ada", "Passwd"));
        assertRefused(under().paho(server, "three").user("eve", "passwd"));
        assertRefused(under().paho(server, "four").set(options -> options.setUserName("ada")));
    }

    @Test
    default void theAuthenticatorNamedInTheConfigurationDecides() throws Exception {
        Server server =
                under().start(IConfig.AUTHENTICATOR_CLASS_NAME, OnlyTheNamedUser.class.getName(), "only.user", "grace");

        under().paho(server, "one").user("grace", "x").connect();
        assertRefused(under().paho(server, "two").user("ada", "x"));
    }

    /** A class that isn't there must not mean that everybody comes in. */
    @Test
    @Shows(MoquetteDefect.UNKNOWN_AUTHENTICATOR_LETS_EVERYBODY_IN)
    default void anAuthenticatorThatCannotBeMadeLetsNobodyIn() throws Exception {
        boolean in = comesIn(IConfig.AUTHENTICATOR_CLASS_NAME, "no.such.Authenticator");

        under().assertShows(MoquetteDefect.UNKNOWN_AUTHENTICATOR_LETS_EVERYBODY_IN, in ? "eve is in" : "nobody is in");
    }

    @Test
    default void aMissingPasswordFileLetsNobodyIn() {
        assertThat(comesIn(IConfig.PASSWORD_FILE_PROPERTY_NAME, "/no/such/file"))
                .isFalse();
    }

    @Test
    default void aMissingAclFileAllowsNothing() throws Exception {
        boolean allowed;
        try {
            PahoClient client = under().paho(under().start(IConfig.ACL_FILE_PROPERTY_NAME, "/no/such/file"), "one");
            client.connect();
            client.subscribe("a", 0);
            allowed = true;
        } catch (IOException | RuntimeException | MqttException e) {
            allowed = false;
        }
        assertThat(allowed).isFalse();
    }

    /** Returns whether a server starts with a setting and lets a client in. */
    private boolean comesIn(String setting, String value) {
        try {
            Server server = under().start(setting, value);
            under().paho(server, "one").user("eve", "x").connect();
            return true;
        } catch (IOException | RuntimeException | MqttException e) {
            return false;
        }
    }
}
