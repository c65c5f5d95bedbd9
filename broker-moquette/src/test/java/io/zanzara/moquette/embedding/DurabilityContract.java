package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is there again after a restart on the same folder. */
interface DurabilityContract extends UnderTest {

    private Server restart(Server server, Path folder) throws Exception {
        under().stop(server);
        return under().start(Embedding.keptIn(folder));
    }

    @Test
    default void sessionsQueuesAndRetainedMessagesSurviveARestart() throws Exception {
        Path folder = Embedding.folder();
        Server first = under().start(Embedding.keptIn(folder));
        Packets packets = Packets.MQTT_3_1_1;
        under().connect(first, packets, Connect.persistent("away"))
                .subscribe(2, "a/+")
                .disconnect();
        Embedding.await().until(() -> first.listConnectedClients().isEmpty());
        RawClient publisher = under().connect(first, "pub");
        for (int number = 1; number <= 5; number++) {
            publisher.send(packets.publish("a/b", "m" + number, 1, number));
            publisher.expect(Packet.PUBACK);
        }
        publisher.send(packets.publish("kept", "retained".getBytes(StandardCharsets.UTF_8), 1, true, false, 9));
        publisher.expect(Packet.PUBACK);
        Messages.publish(first, "a/c", "m6", 2, false);

        Server second = restart(first, folder);

        RawClient back = under().open(second, packets);
        assertThat(back.connect(Connect.persistent("away")).sessionPresent()).isTrue();
        for (int number = 1; number <= 6; number++) {
            Packet message = back.expect(Packet.PUBLISH);
            assertThat(message.text()).isEqualTo("m" + number);
            assertThat(message.qos()).isEqualTo(number == 6 ? 2 : 1);
        }
        RawClient reader = under().connect(second, "reader").subscribe(1, "kept");
        assertThat(reader.expect(Packet.PUBLISH).text()).isEqualTo("retained");
        Messages.publish(second, "a/d", "still subscribed", 0, false);
        assertThat(back.expect(Packet.PUBLISH).text()).isEqualTo("still subscribed");
    }

    @Test
    default void cleanSessionsEndWithARestart() throws Exception {
        Path folder = Embedding.folder();
        Server first = under().start(Embedding.keptIn(folder));
        under().connect(first, "clean").subscribe(1, "a");

        Server second = restart(first, folder);

        RawClient back = under().open(second, Packets.MQTT_3_1_1);
        assertThat(back.connect(Connect.persistent("clean")).sessionPresent()).isFalse();
    }

    @Test
    @Shows(MoquetteDefect.WHAT_IS_IN_FLIGHT_IS_LOST_AT_A_RESTART)
    default void whatIsInFlightSurvivesARestart() throws Exception {
        Path folder = Embedding.folder();
        Server first = under().start(Embedding.keptIn(folder));
        RawClient client = under().connect(first, Packets.MQTT_3_1_1, Connect.persistent("busy"))
                .subscribe(1, "a");
        Messages.publish(first, "a", "in flight", 1, false);
        client.expect(Packet.PUBLISH);
        client.close();
        Embedding.await().until(() -> first.listConnectedClients().isEmpty());

        Server second = restart(first, folder);
        Messages.publish(second, "a", "later", 1, false);
        RawClient back = under().connect(second, Packets.MQTT_3_1_1, Connect.persistent("busy"));

        Packet message = back.expect(Packet.PUBLISH);
        under().assertShows(
                        MoquetteDefect.WHAT_IS_IN_FLIGHT_IS_LOST_AT_A_RESTART,
                        message.text() + (message.duplicate() ? ", again" : ""));
    }

    @Test
    @Shows(MoquetteDefect.QUEUES_IN_H2_GO_WHEN_THE_SERVER_STOPS)
    default void sessionsSurviveWithTheOtherKindOfQueueToo() throws Exception {
        String[] settings = Embedding.keptIn(Embedding.folder(), IConfig.PERSISTENT_QUEUE_TYPE_PROPERTY_NAME, "h2");
        Server first = under().start(settings);
        under().connect(first, Packets.MQTT_3_1_1, Connect.persistent("away"))
                .subscribe(1, "a")
                .disconnect();
        Embedding.await().until(() -> first.listConnectedClients().isEmpty());
        Messages.publish(first, "a", "waiting", 1, false);
        under().stop(first);

        Server second = under().start(settings);
        RawClient back = under().open(second, Packets.MQTT_3_1_1);

        String seen = back.connect(Connect.persistent("away")).sessionPresent()
                ? "session with " + back.expect(Packet.PUBLISH).text()
                : "no session";
        under().assertShows(MoquetteDefect.QUEUES_IN_H2_GO_WHEN_THE_SERVER_STOPS, seen);
    }
}
