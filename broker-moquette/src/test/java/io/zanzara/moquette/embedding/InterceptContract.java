package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Packets.Will;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What handlers are told, with all its data, and in which order. */
interface InterceptContract extends UnderTest {

    @Test
    default void connectIsToldWithAllItHolds() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));

        under().paho(server, "full")
                .user("ada", "secret")
                .set(options -> {
                    options.setCleanSession(false);
                    options.setKeepAliveInterval(47);
                    options.setWill("last/words", "farewell".getBytes(StandardCharsets.UTF_8), 1, true);
                })
                .connect();

        assertThat(recorder.line("connect"))
                .isEqualTo("connect full MQTT/4 clean false keep alive 47 user true ada password true secret"
                        + " will true last/words farewell qos 1 retain true");
    }

    @ParameterizedTest
    @CsvSource({"3, MQIsdp", "4, MQTT", "5, MQTT"})
    default void connectIsToldWithItsVersionAndNothingItDoesNotHold(int level, String name) throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));

        under().connect(server, new Packets(level), Connect.clean("bare"));

        assertThat(recorder.line("connect"))
                .isEqualTo("connect bare " + name + "/" + level
                        + " clean true keep alive 0 user false null password false null will false");
    }

    @Test
    default void publishesAreToldWithAllTheyHold() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        Packets packets = Packets.MQTT_3_1_1;
        RawClient client = under().connect(server, "pub");

        client.send(packets.publish("a/0", bytes("zero"), 0, false, false, 0));
        recorder.first(2);
        client.send(packets.publish("a/1", bytes("ünø"), 1, true, false, 7));
        client.expect(Packet.PUBACK);
        recorder.first(3);
        client.send(packets.publish("a/2", bytes("two"), 2, false, false, 8));
        client.expect(Packet.PUBREC);
        client.send(packets.acknowledge(Packet.PUBREL, 8));
        client.expect(Packet.PUBCOMP);
        recorder.first(4);
        client.send(packets.publish("a/3", bytes(""), 1, false, true, 9));
        client.expect(Packet.PUBACK);

        assertThat(recorder.first(5).subList(1, 5))
                .containsExactly(
                        "publish pub user null a/0 'zero' AT_MOST_ONCE retain false dup false",
                        "publish pub user null a/1 'ünø' AT_LEAST_ONCE retain true dup false",
                        "publish pub user null a/2 'two' EXACTLY_ONCE retain false dup false",
                        "publish pub user null a/3 '' AT_LEAST_ONCE retain false dup true");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    default void subscriptionsAreToldWithAllTheyHold() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        RawClient old = under().connect(server, "old");
        RawClient fresh = under().connect(server, Packets.MQTT_5, Connect.clean("fresh"));
        recorder.first(2);

        old.subscribe(1, "a/+", "#");
        recorder.first(4);
        fresh.send(Packets.MQTT_5.subscribe(2, Properties.NONE, 2 | 4 | 8 | 16, "b"));
        fresh.expect(Packet.SUBACK);
        recorder.first(5);
        old.send(Packets.MQTT_3_1_1.unsubscribe(2, "a/+", "#"));
        old.expect(Packet.UNSUBACK);

        String plain = " no local false retain as published false SEND_AT_SUBSCRIBE";
        assertThat(recorder.first(7).subList(2, 7))
                .containsExactly(
                        "subscribe old user null a/+ AT_LEAST_ONCE" + plain,
                        "subscribe old user null # AT_LEAST_ONCE" + plain,
                        "subscribe fresh user null b EXACTLY_ONCE no local true retain as published true"
                                + " SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS",
                        "unsubscribe old user null a/+",
                        "unsubscribe old user null #");
    }

    /** A handler is told what the client asked for, whether or not it changes anything. */
    @Test
    default void repeatedAndIdleRequestsAreToldToo() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        RawClient client = under().connect(server, "again").subscribe(0, "a").subscribe(1, "a");

        client.send(Packets.MQTT_3_1_1.unsubscribe(2, "never"));
        client.expect(Packet.UNSUBACK);

        assertThat(recorder.first(4).subList(1, 4))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("subscribe again user null a AT_MOST_ONCE"),
                        line -> assertThat(line).startsWith("subscribe again user null a AT_LEAST_ONCE"),
                        line -> assertThat(line).isEqualTo("unsubscribe again user null never"));
    }

    @Test
    default void theUserIsToldWithEverything() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        PahoClient leaves = under().paho(server, "leaves").user("ada", "secret");
        leaves.connect();
        leaves.subscribe("a", 1);
        leaves.publish("b", "hello", 1);
        leaves.disconnect();
        recorder.line("disconnect leaves");
        PahoClient vanishes = under().paho(server, "vanishes").user("eve", "secret");
        vanishes.connect();
        vanishes.vanish();

        assertThat(recorder.line("subscribe leaves")).startsWith("subscribe leaves user ada a AT_LEAST_ONCE");
        assertThat(recorder.line("publish leaves")).startsWith("publish leaves user ada b 'hello' AT_LEAST_ONCE");
        assertThat(recorder.line("disconnect leaves")).isEqualTo("disconnect leaves user ada");
        assertThat(recorder.line("lost vanishes")).isEqualTo("lost vanishes user eve");
    }

    @Test
    default void aClientsCallbacksComeInItsOrder() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        Packets packets = Packets.MQTT_3_1_1;
        RawClient client = under().connect(server, "orderly");

        client.send(packets.subscribe(1, 0, "none"), packets.publish("a", "1", 0, 0), packets.publish("a", "2", 1, 2));
        client.send(packets.unsubscribe(3, "none"), packets.publish("a", "3", 0, 0), packets.disconnect());

        assertThat(recorder.first(7))
                .extracting(line -> line.replaceFirst(" user.*?([^ ]+ '\\d').*| user.*| MQTT.*", " $1")
                        .strip())
                .containsExactly(
                        "connect orderly",
                        "subscribe orderly",
                        "publish orderly a '1'",
                        "publish orderly a '2'",
                        "unsubscribe orderly",
                        "publish orderly a '3'",
                        "disconnect orderly");
    }

    @Test
    default void manyClientsPublishesComeInEachOnesOrder() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        int clients = 4;
        int messages = 50;
        List<RawClient> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(under().connect(server, "p" + i));
        }

        for (int number = 0; number < messages; number++) {
            for (RawClient client : all) {
                client.send(Packets.MQTT_3_1_1.publish("a", number + ".", 0, 0));
            }
        }

        List<String> told = recorder.first(clients + clients * messages);
        for (int i = 0; i < clients; i++) {
            String name = "publish p" + i;
            assertThat(told.stream()
                            .filter(line -> line.startsWith(name))
                            .map(line -> line.replaceAll(".*'(\\d+)\\.'.*", "$1")))
                    .containsExactlyElementsOf(IntStream.range(0, messages)
                            .mapToObj(String::valueOf)
                            .toList());
        }
    }

    /** The owner of the server knows what it publishes itself; a will is nobody's PUBLISH. */
    @Test
    default void neitherOwnPublishesNorWillsAreTold() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(Extensions.of(recorder));
        RawClient watcher = under().connect(server, "watcher").subscribe(0, "#");

        Messages.publish(server, "own", "internal", 0, false);
        assertThat(watcher.read().text()).isEqualTo("internal");
        under().connect(
                        server,
                        Packets.MQTT_3_1_1,
                        Connect.clean("dies").withWill(new Will("will", "farewell", 0, false, 0)))
                .close();
        assertThat(watcher.read().text()).isEqualTo("farewell");
        watcher.send(Packets.MQTT_3_1_1.publish("fence", "last", 0, 0));

        recorder.line("publish watcher");
        assertThat(recorder.lines().stream().filter(line -> line.startsWith("publish")))
                .hasSize(1);
    }

    @Test
    default void whatIsRefusedIsNotTold() throws Exception {
        Recorder recorder = Recorder.ofEverything();
        Server server = under().start(
                        Extensions.of(recorder).with(new Rules((topic, user, client) -> topic.startsWith("open"))));
        RawClient client = under().connect(server, "pub").subscribe(0, "closed", "open/a");

        client.send(Packets.MQTT_3_1_1.publish("closed", "no", 0, 0));
        client.send(Packets.MQTT_3_1_1.publish("open/b", "yes", 0, 0));

        recorder.line("publish");
        assertThat(recorder.lines())
                .extracting(line -> line.replaceAll(" user null| (AT|MQTT).*", ""))
                .containsExactly("connect pub", "subscribe pub open/a", "publish pub open/b 'yes'");
    }
}
