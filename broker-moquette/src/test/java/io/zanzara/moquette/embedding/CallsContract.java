package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import io.moquette.broker.ClientDescriptor;
import io.moquette.broker.RoutingResults;
import io.moquette.broker.Server;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Packets.Will;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program calls while its server runs: publishing, listing clients, ending their connections. */
interface CallsContract extends UnderTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    default void ownPublishesReachClientsAtTheirQos(int qos) throws Exception {
        Server server = under().start();
        RawClient client = under().connect(server, "sub").subscribe(qos, "a/+");

        RoutingResults results = Messages.publish(server, "a/b", "hello", qos, false);

        results.completableFuture().get(10, TimeUnit.SECONDS);
        Packet message = client.expect(Packet.PUBLISH);
        assertThat(message.toString().replaceFirst("PUBLISH \\d+", "PUBLISH"))
                .isEqualTo("PUBLISH qos " + qos + " 'a/b' (5 bytes)");
        assertThat(message.text()).isEqualTo("hello");
        assertThat(results.isAllSuccess()).isTrue();
        assertThat(results.isAllFailed()).isFalse();
    }

    @Test
    default void anOwnPublishToNobodySucceeds() throws Exception {
        Server server = under().start();

        RoutingResults results = Messages.publish(server, "a", "hello", 1, false);

        results.completableFuture().get(10, TimeUnit.SECONDS);
        assertThat(results.isAllSuccess()).isTrue();
        assertThat(results.isAllFailed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    default void ownPublishesWaitForSessionsThatAreAway(int qos) throws Exception {
        Server server = under().start();
        under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("away"))
                .subscribe(2, "a")
                .disconnect();
        Embedding.await().until(() -> server.listConnectedClients().isEmpty());

        for (int number = 1; number <= 3; number++) {
            Messages.publish(server, "a", "m" + number, qos, false)
                    .completableFuture()
                    .get(10, TimeUnit.SECONDS);
        }

        RawClient back = under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("away"));
        for (int number = 1; number <= 3; number++) {
            Packet message = back.expect(Packet.PUBLISH);
            assertThat(message.text()).isEqualTo("m" + number);
            assertThat(message.qos()).isEqualTo(qos);
        }
    }

    @Test
    default void ownPublishesMayBeRetainedAndCleared() throws Exception {
        Server server = under().start();
        Messages.publish(server, "a/kept", "kept", 1, true);
        Messages.publish(server, "a/gone", "gone", 1, true);
        Messages.publish(server, "a/gone", "", 1, true);

        RawClient client = under().connect(server, "sub").subscribe(1, "a/+");
        Messages.publish(server, "a/fence", "fence", 0, false);

        Packet first = client.expect(Packet.PUBLISH);
        assertThat(first.toString().replaceFirst("PUBLISH \\d+", "PUBLISH"))
                .isEqualTo("PUBLISH qos 1 retain 'a/kept' (4 bytes)");
        assertThat(client.expect(Packet.PUBLISH).text()).isEqualTo("fence");
    }

    /** The program gives the message away: the server releases it. */
    @Test
    default void theBufferOfAnOwnPublishIsReleased() throws Exception {
        Server server = under().start();
        RawClient client = under().connect(server, "sub").subscribe(0, "a");
        MqttPublishMessage message = Messages.message("a", "hello", 0, false);

        server.internalPublish(message, "internal");

        assertThat(client.expect(Packet.PUBLISH).text()).isEqualTo("hello");
        Embedding.await().until(() -> message.refCnt() == 0);
    }

    @Test
    default void ownPublishesAskNoPolicy() throws Exception {
        Rules rules = new Rules((topic, user, client) -> true, (topic, user, client) -> false);
        Server server = under().start(Extensions.of().with(rules));
        RawClient client = under().connect(server, "sub").subscribe(0, "a");

        Messages.publish(server, "a", "hello", 0, false);

        assertThat(client.expect(Packet.PUBLISH).text()).isEqualTo("hello");
        assertThat(rules.asked()).noneMatch(question -> question.startsWith("write"));
    }

    /** What programs tell of themselves. */
    @Test
    default void ownPublishesMayGoToTheTopicsOfTheServer() throws Exception {
        Server server = under().start();
        RawClient all = under().connect(server, "all").subscribe(0, "#");
        RawClient some = under().connect(server, "some").subscribe(0, "$SYS/#");

        Messages.publish(server, "$SYS/load", "1", 0, false);
        Messages.publish(server, "fence", "2", 0, false);

        assertThat(some.expect(Packet.PUBLISH).topic()).isEqualTo("$SYS/load");
        assertThat(all.expect(Packet.PUBLISH).topic()).isEqualTo("fence");
    }

    @Test
    default void ownPublishesKeepTheirProperties() throws Exception {
        Server server = under().start();
        RawClient client =
                under().connect(server, Packets.MQTT_5, Connect.clean("sub")).subscribe(0, "a");
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.UserProperty("unit", "°C"));
        properties.add(new MqttProperties.StringProperty(MqttProperties.CONTENT_TYPE, "text/plain"));

        server.internalPublish(
                MqttMessageBuilders.publish()
                        .topicName("a")
                        .qos(MqttQoS.AT_MOST_ONCE)
                        .payload(Unpooled.copiedBuffer("21", StandardCharsets.UTF_8))
                        .properties(properties)
                        .build(),
                "internal");

        Packet message = client.expect(Packet.PUBLISH);
        assertThat(message.properties().user()).containsExactly(new Properties.Pair("unit", "°C"));
        assertThat(message.properties().text(Properties.CONTENT_TYPE)).isEqualTo("text/plain");
    }

    /** The usual first program: a server, and clients of both versions that other people wrote. */
    @Test
    default void clientsOfBothVersionsTalkToEachOther() throws Exception {
        Server server = under().start();
        PahoClient old = under().paho(server, "old");
        old.connect();
        old.subscribe("to/old", 2);
        Mqtt5BlockingClient fresh = MqttClient.builder()
                .useMqttVersion5()
                .identifier("fresh")
                .serverHost("127.0.0.1")
                .serverPort(Embedding.port(server))
                .buildBlocking();
        fresh.connect();
        under().keep(fresh::disconnect);
        try (Mqtt5Publishes publishes = fresh.publishes(MqttGlobalPublishFilter.ALL)) {
            fresh.subscribeWith()
                    .topicFilter("to/fresh")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();

            old.publish("to/fresh", "from old", 2);
            fresh.publishWith()
                    .topic("to/old")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload("from fresh".getBytes(StandardCharsets.UTF_8))
                    .send();

            assertThat(publishes.receive(10, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("from old");
        }
        Embedding.await().until(() -> old.received().contains("to/old from fresh"));
    }

    @Test
    default void connectedClientsAreListedWithTheirAddresses() throws Exception {
        Server server = under().start();
        Socket socket = under().keep(new Socket(InetAddress.getByName("127.0.0.1"), Embedding.port(server)));
        socket.getOutputStream().write(Packets.MQTT_3_1_1.connect(Connect.clean("listed")));
        assertThat(socket.getInputStream().readNBytes(4)).hasSize(4);
        under().open(server, Packets.MQTT_3_1_1);
        Embedding.await().until(() -> !server.listConnectedClients().isEmpty());

        ClientDescriptor client = server.listConnectedClients().iterator().next();

        assertThat(server.listConnectedClients()).hasSize(1);
        assertThat(client.getClientID()).isEqualTo("listed");
        assertThat(client.getAddress()).isEqualTo("127.0.0.1");
        assertThat(client.getPort()).isEqualTo(socket.getLocalPort());
    }

    @Test
    default void clientsThatHaveGoneAreNotListed() throws Exception {
        Server server = under().start();
        RawClient leaves = under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("leaves"));
        RawClient stays = under().connect(server, "stays");
        Embedding.await().until(() -> server.listConnectedClients().size() == 2);

        leaves.disconnect();

        Embedding.await().until(() -> server.listConnectedClients().size() == 1);
        assertThat(server.listConnectedClients())
                .extracting(ClientDescriptor::getClientID)
                .containsExactly("stays");
        stays.disconnect();
    }

    @Test
    default void aClientCanBeDisconnected() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        RawClient watcher = under().connect(server, "watcher").subscribe(0, "will");
        RawClient client = under().connect(
                        server,
                        Packets.MQTT_3_1_1,
                        Connect.clean("unwanted").withWill(new Will("will", "sent away", 0, false, 0)));

        assertThat(server.disconnectClient("unwanted")).isTrue();

        client.expectClosed();
        assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("sent away");
        assertThat(recorder.line("lost")).isEqualTo("lost unwanted user null");
        assertThat(server.listConnectedClients())
                .extracting(ClientDescriptor::getClientID)
                .containsExactly("watcher");
    }

    @Test
    default void nobodyIsDisconnectedUnderAnUnknownName() throws Exception {
        Server server = under().start();

        assertThat(server.disconnectClient("unknown")).isFalse();
        assertThat(server.disconnectClient(null)).isFalse();
        assertThat(server.disconnectAndPurgeClientState("unknown")).isFalse();
    }

    @Test
    default void aDisconnectedClientKeepsItsSession() throws Exception {
        Server server = under().start();
        RawClient client = under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("kept"))
                .subscribe(1, "a");

        assertThat(server.disconnectClient("kept")).isTrue();
        client.expectClosed();
        Messages.publish(server, "a", "meanwhile", 1, false);

        RawClient back = under().open(server, Packets.MQTT_3_1_1);
        assertThat(back.connect(Connect.persistent("kept")).sessionPresent()).isTrue();
        assertThat(back.expect(Packet.PUBLISH).text()).isEqualTo("meanwhile");
    }

    @Test
    default void aPurgedClientLosesItsSession() throws Exception {
        Server server = under().start();
        RawClient client = under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("purged"))
                .subscribe(1, "a");

        assertThat(server.disconnectAndPurgeClientState("purged")).isTrue();
        client.expectClosed();
        Messages.publish(server, "a", "meanwhile", 1, false);

        RawClient back = under().open(server, Packets.MQTT_3_1_1);
        assertThat(back.connect(Connect.persistent("purged")).sessionPresent()).isFalse();
        Embedding.awaitListed(server, "purged");
        Messages.publish(server, "a", "unsubscribed", 1, false);
        back.subscribe(1, "fence");
        Messages.publish(server, "fence", "fence", 1, false);
        assertThat(back.expect(Packet.PUBLISH).text()).isEqualTo("fence");
    }
}
