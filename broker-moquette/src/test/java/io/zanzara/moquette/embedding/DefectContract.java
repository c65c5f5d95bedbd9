package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.interception.messages.InterceptAcknowledgedMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Packets.Will;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;

/** Defects of Moquette's that no other set of tests has room for. */
interface DefectContract extends UnderTest {

    private static byte[] retained(String topic, String text, int qos) {
        return Packets.MQTT_3_1_1.publish(topic, text.getBytes(StandardCharsets.UTF_8), qos, true, false, 1);
    }

    @Test
    @Shows(MoquetteDefect.RETAINED_AT_QOS_0_IS_LOST)
    default void retainedAtQos0IsRetained() throws Exception {
        Server server = under().start();
        RawClient publisher = under().connect(server, "pub");
        publisher.send(retained("a/kept", "kept", 0), Packets.MQTT_3_1_1.publish("a", "", 1, 2));
        publisher.expect(Packet.PUBACK);

        RawClient reader = under().connect(server, "reader").subscribe(0, "a/+");
        publisher.send(Packets.MQTT_3_1_1.publish("a/fence", "fence", 0, 0));

        under().assertShows(
                        MoquetteDefect.RETAINED_AT_QOS_0_IS_LOST,
                        reader.expect(Packet.PUBLISH).text());
    }

    @Test
    @Shows(MoquetteDefect.RETAINED_WILLS_ARE_NOT_RETAINED)
    default void aRetainedWillIsRetained() throws Exception {
        Server server = under().start();
        RawClient watcher = under().connect(server, "watcher").subscribe(0, "a/will");
        under().connect(
                        server,
                        Packets.MQTT_3_1_1,
                        Connect.clean("dies").withWill(new Will("a/will", "farewell", 1, true, 0)))
                .close();
        assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("farewell");

        RawClient reader = under().connect(server, "reader").subscribe(0, "a/+");
        Messages.publish(server, "a/fence", "fence", 0, false);

        under().assertShows(
                        MoquetteDefect.RETAINED_WILLS_ARE_NOT_RETAINED,
                        reader.expect(Packet.PUBLISH).text());
    }

    @Test
    @Shows(MoquetteDefect.FIRST_SEEN_AS_DUPLICATE_IS_LOST)
    default void aDuplicateThatWasNeverSeenIsDelivered() throws Exception {
        Server server = under().start();
        RawClient subscriber = under().connect(server, "sub").subscribe(0, "a");
        RawClient publisher = under().connect(server, "pub");

        publisher.send(
                Packets.MQTT_3_1_1.publish("a", "not seen before".getBytes(StandardCharsets.UTF_8), 1, false, true, 5));
        publisher.expect(Packet.PUBACK);
        publisher.send(Packets.MQTT_3_1_1.publish("a", "fence", 1, 6));

        under().assertShows(
                        MoquetteDefect.FIRST_SEEN_AS_DUPLICATE_IS_LOST,
                        subscriber.expect(Packet.PUBLISH).text());
    }

    @Test
    @Shows(MoquetteDefect.UNACKNOWLEDGED_IS_LOST_AT_A_RECONNECT)
    default void whatIsUnacknowledgedComesAgainFirst() throws Exception {
        Server server = under().start();
        RawClient client = under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("busy"))
                .subscribe(1, "a");
        Messages.publish(server, "a", "first", 1, false);
        assertThat(client.expect(Packet.PUBLISH).text()).isEqualTo("first");
        client.close();
        Embedding.await().until(() -> server.listConnectedClients().isEmpty());

        RawClient back = under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("busy"));
        Messages.publish(server, "a", "second", 1, false);

        Packet message = back.expect(Packet.PUBLISH);
        under().assertShows(
                        MoquetteDefect.UNACKNOWLEDGED_IS_LOST_AT_A_RECONNECT,
                        message.text() + (message.duplicate() ? ", again" : ""));
    }

    @Test
    @Shows(MoquetteDefect.MALFORMED_SHARE_ENDS_A_LOOP)
    default void aMalformedShareEndsItsConnectionAlone() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        RawClient client = under().connect(server, Packets.MQTT_5, Connect.clean("odd"));

        client.send(Packets.MQTT_5.subscribe(1, 0, "$share/odd"));

        String[] seen = {""};
        Embedding.await().until(() -> {
            if (recorder.lines().stream().anyMatch(line -> line.startsWith("error"))) {
                seen[0] = "a session loop has ended";
            } else if (isDisconnected(client)) {
                seen[0] = "the client is disconnected";
            }
            return !seen[0].isEmpty();
        });
        under().assertShows(MoquetteDefect.MALFORMED_SHARE_ENDS_A_LOOP, seen[0]);
    }

    private static boolean isDisconnected(RawClient client) throws IOException {
        try {
            Packet packet = client.poll(Duration.ofMillis(10));
            return packet != null && packet.type() == Packet.DISCONNECT;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Test
    @Shows(MoquetteDefect.PACKETS_RIGHT_AFTER_CONNECT_END_THE_CONNECTION)
    default void aClientNeedNotWaitForConnack() throws Exception {
        Server server = under().start();
        Packets packets = Packets.MQTT_3_1_1;
        RawClient client = under().open(server, packets);

        client.send(packets.connect(Connect.clean("hasty")), packets.subscribe(1, 0, "a"));

        String seen;
        try {
            client.expect(Packet.CONNACK);
            client.expect(Packet.SUBACK);
            seen = "SUBACK";
        } catch (EOFException | SocketException e) {
            seen = "closed";
        }
        under().assertShows(MoquetteDefect.PACKETS_RIGHT_AFTER_CONNECT_END_THE_CONNECTION, seen);
    }

    @Test
    @Shows(MoquetteDefect.CONNECTION_LOST_IS_TOLD_AFTER_DISCONNECT)
    default void aClientThatSaysGoodbyeIsNotLost() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        RawClient client = under().connect(server, "polite");

        client.send(Packets.MQTT_3_1_1.disconnect());
        client.expectClosed();

        recorder.line("disconnect polite");
        boolean lost = Embedding.happens(() -> recorder.lines().contains("lost polite user null"));
        under().assertShows(
                        MoquetteDefect.CONNECTION_LOST_IS_TOLD_AFTER_DISCONNECT,
                        lost ? "lost too" : "disconnect alone");
    }

    @Test
    @Shows(MoquetteDefect.ACKNOWLEDGED_IS_NOT_TOLD)
    default void acknowledgementsAreTold() throws Exception {
        Recorder recorder = Recorder.of(InterceptAcknowledgedMessage.class);
        Server server = under().start(Extensions.of(recorder));
        RawClient client = under().connect(server, "sub").subscribe(1, "a");
        Messages.publish(server, "a", "hello", 1, false);
        int identifier = client.expect(Packet.PUBLISH).packetIdentifier();

        client.send(Packets.MQTT_3_1_1.acknowledge(Packet.PUBACK, identifier));

        boolean told =
                Embedding.happens(() -> recorder.lines().contains("acknowledged user null a packet " + identifier));
        under().assertShows(MoquetteDefect.ACKNOWLEDGED_IS_NOT_TOLD, told ? "told" : "never");
    }

    @Test
    @Shows(MoquetteDefect.A_HANDLER_THAT_THROWS_HIDES_PUBLISHES)
    default void aHandlerThatThrowsHidesNothing() throws Exception {
        HandlerContract.Thrower thrower = new HandlerContract.Thrower();
        Recorder recorder = Recorder.of(InterceptPublishMessage.class);
        Server server = under().start(Extensions.of(thrower, recorder));
        RawClient client = under().connect(server, "c");

        client.send(Packets.MQTT_3_1_1.publish("a", "hello", 0, 0));

        Embedding.await().until(() -> !thrower.topics().isEmpty());
        boolean told = Embedding.happens(() -> !recorder.lines().isEmpty());
        under().assertShows(MoquetteDefect.A_HANDLER_THAT_THROWS_HIDES_PUBLISHES, told ? "told" : "not told");
    }

    @Test
    @Shows(MoquetteDefect.A_HANDLER_THAT_BLOCKS_STOPS_THE_OTHERS)
    default void aHandlerThatBlocksStopsNoOther() throws Exception {
        HandlerContract.Blocker blocker = new HandlerContract.Blocker();
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(blocker, recorder));
        try {
            under().connect(server, "c");
            blocker.entered().await();

            boolean told = Embedding.happens(() -> !recorder.lines().isEmpty());
            under().assertShows(MoquetteDefect.A_HANDLER_THAT_BLOCKS_STOPS_THE_OTHERS, told ? "told" : "not told");
        } finally {
            blocker.release();
        }
    }

    @Test
    @Shows(MoquetteDefect.ABSENT_CLIENTS_CANNOT_BE_DISCONNECTED)
    default void clientsThatAreAwayCanBePurgedThoughNotDisconnected() throws Exception {
        Server server = under().start();
        under().connect(server, Packets.MQTT_3_1_1, Connect.persistent("away")).disconnect();
        Embedding.await().until(() -> server.listConnectedClients().isEmpty());

        under().assertShows(
                        MoquetteDefect.ABSENT_CLIENTS_CANNOT_BE_DISCONNECTED,
                        outcome(() -> server.disconnectClient("away")) + ", "
                                + outcome(() -> server.disconnectAndPurgeClientState("away")));
    }

    private static String outcome(Callable<Boolean> call) {
        try {
            return call.call().toString();
        } catch (Exception e) {
            return e.getClass().getSimpleName();
        }
    }

    @Test
    @Shows(MoquetteDefect.SHARED_SUBSCRIPTIONS_ARE_NOT_TOLD)
    default void sharedSubscriptionsAreTold() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));

        under().connect(server, Packets.MQTT_5, Connect.clean("worker")).subscribe(0, "$share/group/jobs", "a");

        under().assertShows(
                        MoquetteDefect.SHARED_SUBSCRIPTIONS_ARE_NOT_TOLD,
                        recorder.line("subscribe").split(" ")[4]);
    }

    @Test
    @Shows(MoquetteDefect.CHOSEN_IDENTIFIERS_ARE_NOT_TOLD)
    default void theIdentifierThatTheServerChoosesIsTold() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        String chosen = under().open(server, Packets.MQTT_5)
                .connect(Connect.clean(""))
                .properties()
                .text(Properties.ASSIGNED_CLIENT_IDENTIFIER);

        String told = recorder.line("connect").split(" ")[1];

        assertThat(told).isIn("", chosen);
        under().assertShows(MoquetteDefect.CHOSEN_IDENTIFIERS_ARE_NOT_TOLD, told.isEmpty() ? "none" : "the chosen one");
    }

    @Test
    @Shows(MoquetteDefect.OTHER_USERS_TAKE_SESSIONS_OVER)
    default void aSessionIsItsUsersAlone() throws Exception {
        Server server = under().start(Extensions.of().with((IAuthenticator) (client, user, password) -> true));
        PahoClient ada = under().paho(server, "same").user("ada", "x").set(options -> options.setCleanSession(false));
        ada.connect();
        ada.disconnect();
        PahoClient eve = under().paho(server, "same").user("eve", "x").set(options -> options.setCleanSession(false));

        String seen;
        try {
            seen = eve.connect() ? "eve has ada's session" : "eve has a session of her own";
        } catch (MqttException e) {
            seen = "eve is refused";
        }
        under().assertShows(MoquetteDefect.OTHER_USERS_TAKE_SESSIONS_OVER, seen);
    }

    @Test
    @Shows(MoquetteDefect.SESSIONS_WITHOUT_EXPIRY_ARE_KEPT)
    default void aSessionWithoutExpiryEndsWithItsConnection() throws Exception {
        Server server = under().start();
        Connect options = new Connect("brief", false, 0, 0, 0, null);
        under().connect(server, Packets.MQTT_5, options).disconnect();
        Embedding.await().until(() -> server.listConnectedClients().isEmpty());

        boolean present = under().open(server, Packets.MQTT_5).connect(options).sessionPresent();

        under().assertShows(MoquetteDefect.SESSIONS_WITHOUT_EXPIRY_ARE_KEPT, present ? "kept" : "ended");
    }
}
