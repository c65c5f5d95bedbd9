package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Settings that a client notices. */
interface SettingsContract extends UnderTest {

    /** Returns the properties of a CONNACK. */
    private Properties acknowledged(String... settings) throws Exception {
        Server server = under().start(settings);
        return under().open(server, Packets.MQTT_5)
                .connect(Connect.clean("asks"))
                .properties();
    }

    @Test
    default void receiveMaximumIsAnnounced() throws Exception {
        assertThat(acknowledged("receive_maximum", "7").values(Properties.RECEIVE_MAXIMUM))
                .hasToString("[7]");
    }

    @Test
    default void topicAliasMaximumIsAnnounced() throws Exception {
        assertThat(acknowledged("topic_alias_maximum", "3").values(Properties.TOPIC_ALIAS_MAXIMUM))
                .hasToString("[3]");
    }

    @Test
    default void serverKeepAliveIsAnnounced() throws Exception {
        assertThat(acknowledged("server_keep_alive", "2m").values(Properties.SERVER_KEEP_ALIVE))
                .hasToString("[120]");
    }

    @Test
    default void qosIsGrantedUpToTheSetting() throws Exception {
        Server server = under().start("max_server_granted_qos", "1");
        RawClient client = under().connect(server, "greedy");

        client.send(Packets.MQTT_3_1_1.subscribe(1, 2, "a"));

        assertThat(client.expect(Packet.SUBACK).code()).isEqualTo(1);
    }

    @Test
    default void largerMessagesThanTheSettingEndTheConnection() throws Exception {
        Server server = under().start("netty.mqtt.message_size", "1000");
        RawClient client = under().connect(server, "large").subscribe(0, "a");

        client.send(Packets.MQTT_3_1_1.publish("a", "x".repeat(900), 0, 0));
        assertThat(client.read().payload()).hasSize(900);
        client.send(Packets.MQTT_3_1_1.publish("a", "x".repeat(1_100), 0, 0));

        client.expectClosed();
    }

    @Test
    default void clientsWithoutANameAreAcceptedWhereTheSettingSaysSo() throws Exception {
        Server server = under().start("allow_zero_byte_client_id", "true");

        under().open(server, Packets.MQTT_3_1_1).connect(Connect.clean(""));

        Embedding.await().until(() -> server.listConnectedClients().size() == 1);
    }

    @Test
    @Shows(MoquetteDefect.CLIENTS_WITHOUT_A_NAME_ARE_REFUSED)
    default void clientsWithoutANameMayBeRefused() throws Exception {
        Server server = under().start("allow_zero_byte_client_id", "false");
        RawClient client = under().open(server, Packets.MQTT_3_1_1);

        client.send(Packets.MQTT_3_1_1.connect(Connect.clean("")));

        int code = client.expect(Packet.CONNACK).code();
        under().assertShows(
                        MoquetteDefect.CLIENTS_WITHOUT_A_NAME_ARE_REFUSED,
                        code == 0 ? "accepted" : "refused, code " + code);
    }

    @Test
    default void sessionsEndAfterTheSetting() throws Exception {
        Server server = under().start("persistent_client_expiration", "1s");
        under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("away")).disconnect();

        // each attempt begins the second anew
        Embedding.await().pollInterval(Duration.ofMillis(2_500)).until(() -> {
            RawClient client = under().open(server, Packets.MQTT_3_1_1);
            boolean present = client.connect(Connect.persistent("away")).sessionPresent();
            client.disconnect();
            return !present;
        });
    }
}
