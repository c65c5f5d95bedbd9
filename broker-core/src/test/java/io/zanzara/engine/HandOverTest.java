package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.conformance.Spec;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes between sessions that live on different loops arrives once and in order, though others come and go at the same moment. */
class HandOverTest {

    private final MemoryStore store = new MemoryStore();
    private final List<RawClient> open = new ArrayList<>();
    private Broker broker;

    @BeforeEach
    void start() {
        broker = Broker.start(BrokerConfig.of(store).withPort(0));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : open) {
            client.close();
        }
        broker.close();
    }

    private void restart() {
        broker.close();
        start();
    }

    private RawClient connect(Packets.Connect options) throws IOException {
        RawClient client = RawClient.connect(broker.port(), Packets.MQTT_5, options);
        open.add(client);
        return client;
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
    }

    private static List<String> receive(RawClient client, int count) throws IOException {
        List<String> received = new ArrayList<>();
        while (received.size() < count) {
            Packet packet = client.expect(Packet.PUBLISH);
            received.add(packet.text());
            client.send(client.packets().acknowledge(Packet.PUBACK, packet.packetIdentifier()));
        }
        return received;
    }

    @Test
    void aGroupsBacklogComesInOrderToMembersThatComeBack() throws IOException {
        int groups = 40;
        int backlog = 50;
        for (int group = 0; group < groups; group++) {
            connect(Packets.Connect.persistent("member" + group))
                    .subscribe(1, "$share/g/t" + group)
                    .disconnect();
        }
        RawClient publisher = connect(Packets.Connect.clean("publisher"));
        for (int group = 0; group < groups; group++) {
            for (int i = 1; i <= backlog; i++) {
                publisher.write(Packets.MQTT_5.publish("t" + group, String.valueOf(i), 1, i));
            }
            publisher.flush();
            for (int i = 1; i <= backlog; i++) {
                publisher.expect(Packet.PUBACK);
            }
        }
        restart();
        List<RawClient> members = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            members.add(connect(Packets.Connect.persistent("member" + group)));
        }
        for (RawClient member : members) {
            assertThat(receive(member, backlog)).isEqualTo(numbered(1, backlog));
        }
    }

    /** Each connection takes the session over from the one before, whose will is due at that moment. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Spec(v5 = {"MQTT-3.1.2-8", "MQTT-3.1.2-10"})
    void theWillOfAConnectionThatIsTakenOverArrivesOnce(boolean startingClean) throws IOException {
        int times = 60;
        RawClient watcher = connect(Packets.Connect.persistent("watcher")).subscribe(1, "will");
        for (int i = 1; i <= times; i++) {
            Packets.Connect options = Packets.Connect.persistent("taken")
                    .withWill(new Packets.Will("will", String.valueOf(i), 1, false, 0));
            connect(startingClean ? options.startingClean() : options);
        }
        assertThat(receive(watcher, times - 1)).isEqualTo(numbered(1, times - 1));
        watcher.disconnect();
        await().until(() -> broker.clients().size() == 1); // then its acknowledgements have arrived, too
        restart();
        RawClient again = connect(Packets.Connect.persistent("watcher"));
        // the last one's comes with the end of the broker; nothing comes twice
        assertThat(receive(again, 1)).isEqualTo(numbered(times, times));
        assertThat(again.poll(java.time.Duration.ofMillis(200))).isNull();
    }
}
