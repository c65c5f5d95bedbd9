package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.message.Qos;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which topic a filter matches (section 4.7 of both versions). */
class TopicMatchingTest {

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player12, false",
        "sport/#, sport, true",
        "sport/#, sports, false",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "sport/+/player1, sport/tennis/player1, true",
        "sport/+/player1, sport//player1, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "+, finance, true",
        "#, /, true",
        "+/#, a/b/c, true",
        "a//b, a/b, false",
        "a/b, a/b/, false",
        "a/b, /a/b, false",
        "a/b, A/b, false",
        "a /b, a/b, false",
        "e\u0301, \u00e9, false",
    })
    @Spec(
            v5 = {"MQTT-3.3.2-3", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.3-4", "MQTT-4.5.0-1"},
            v311 = {"MQTT-3.3.2-3", "MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-4.7.3-4", "MQTT-4.5.0-1"})
    void matches(String filter, String topic, boolean expected) throws IOException {
        for (Packets packets : List.of(Packets.MQTT_3_1_1, Packets.MQTT_5)) {
            Peer subscriber = BROKER.clean(packets);
            subscriber.subscribe(1, filter);
            Peer publisher = BROKER.clean(packets);
            publisher.publish(topic, "text", 1);
            if (expected) {
                Packet packet = subscriber.take();
                assertThat(packet.topic()).isEqualTo(topic);
            }
            subscriber.ping();
            publisher.retain(topic, "retained", 1);
            if (expected) {
                subscriber.take();
            }
            Peer late = BROKER.clean(packets);
            late.send(packets.subscribe(1, 1, filter));
            late.expect(Packet.SUBACK);
            late.send(packets.pingReq());
            assertThat(late.read().type()).isEqualTo(expected ? Packet.PUBLISH : Packet.PINGRESP);
            publisher.retain(topic, "", 1);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v5 = "MQTT-4.7.2-1", v311 = "MQTT-4.7.2-1")
    void aLeadingWildcardMatchesNoTopicThatBeginsWithADollarSign(Packets packets) throws IOException {
        String area = BROKER.name("monitor");
        Peer everything = BROKER.clean(packets);
        everything.subscribe(1, "#");
        Peer plus = BROKER.clean(packets);
        plus.subscribe(1, "+/" + BROKER.name("x") + "/#", "+/" + area + "/Clients", "+");
        Peer named = BROKER.clean(packets);
        named.subscribe(1, "$SYS/" + area + "/#", "$SYS/" + area + "/+");
        Peer other = BROKER.clean(packets);
        other.subscribe(1, "$other/+");

        BROKER.get()
                .publish("$SYS/" + area + "/Clients", "1".getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, true)
                .toCompletableFuture()
                .join();
        assertThat(named.take().topic()).isEqualTo("$SYS/" + area + "/Clients");
        named.ping();
        BROKER.clean(packets).publish("$other/topic", "text", 1);
        assertThat(other.take().topic()).isEqualTo("$other/topic");
        everything.ping();
        plus.ping();
        // nor as retained messages
        Peer late = BROKER.clean(packets);
        late.subscribe(1, "#");
        late.ping();
        late.subscribe(1, "+/" + area + "/Clients");
        late.ping();
        late.subscribe(1, "$SYS/" + area + "/+");
        assertThat(late.take().retain()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    void clientsCanNotWriteToSys(Packets packets, int qos) throws IOException {
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(2, "$SYS/" + BROKER.name("x") + "/#", "$SYS/written");
        Peer publisher = BROKER.clean(packets);
        publisher.retain("$SYS/written", "text", qos);
        watcher.ping();
        Peer late = BROKER.clean(packets);
        late.subscribe(2, "$SYS/written");
        late.ping();
    }
}
