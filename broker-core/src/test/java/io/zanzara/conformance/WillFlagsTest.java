package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Packets.Will;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a will is published, and as what (sections 3.1.2.5 to 3.1.2.7). */
final class WillFlagsTest {

    private static final int V5 = 5;
    private static final int RETAIN_AS_PUBLISHED = 8;

    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = new TestBroker(config -> config);
    }

    @AfterEach
    void closeClients() throws IOException {
        broker.closeClients();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Will will(String topic, String text) {
        return new Will(topic, text, 1, false, 0);
    }

    private static void acknowledge(RawClient client, Packet publish) throws IOException {
        client.send(client.packets().acknowledge(Packet.PUBACK, publish.packetIdentifier()));
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "5, false", "5, true"})
    @Spec(
            v5 = {"MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-14", "MQTT-3.1.2-15"},
            v311 = {"MQTT-3.1.2-8", "MQTT-3.1.2-9", "MQTT-3.1.2-16", "MQTT-3.1.2-17"})
    void aWillIsRetainedIfItsFlagSaysSo(int level, boolean retain) throws IOException {
        String topic = broker.name("topic");
        RawClient watcher = broker.connect(V5, Connect.clean(broker.name("watcher")));
        watcher.send(Packets.MQTT_5.subscribe(1, Properties.NONE, 1 | RETAIN_AS_PUBLISHED, topic));
        watcher.expect(Packet.SUBACK);
        broker.connect(level, Connect.clean(broker.name("mortal")).withWill(new Will(topic, "will", 1, retain, 0)))
                .close();
        Packet live = watcher.expect(Packet.PUBLISH);
        assertThat(live.text()).isEqualTo("will");
        assertThat(live.qos()).isEqualTo(1);
        assertThat(live.retain()).isEqualTo(retain);

        RawClient later = broker.watcher(level, topic);
        if (retain) {
            Packet kept = later.expect(Packet.PUBLISH);
            assertThat(kept.text()).isEqualTo("will");
            assertThat(kept.retain()).isTrue();
        }
        later.send(later.packets().pingReq());
        later.expect(Packet.PINGRESP);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(
            v5 = {"MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.14.4-3"},
            v311 = {"MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.1.2-12", "MQTT-3.14.4-3"})
    void aWillIsPublishedOnceAndNotAfterDisconnect(int level) throws IOException {
        String topic = broker.name("topic");
        String name = broker.name("mortal");
        RawClient watcher = broker.watcher(level, topic);
        broker.connect(level, Connect.persistent(name).withWill(will(topic, "polite")))
                .disconnect();
        broker.awaitGone(name);
        broker.connect(level, Connect.persistent(name).withWill(will(topic, "dead")))
                .close();
        broker.awaitGone(name);
        broker.connect(level, Connect.persistent(name)).close();
        broker.awaitGone(name);
        broker.publish(topic, "end", 1);
        for (String text : new String[] {"dead", "end"}) {
            Packet packet = watcher.expect(Packet.PUBLISH);
            assertThat(packet.text()).isEqualTo(text);
            acknowledge(watcher, packet);
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-8")
    void aWillIsPublishedAfterADisconnectThatAsksForIt() throws IOException {
        String topic = broker.name("topic");
        RawClient watcher = broker.watcher(V5, topic);
        RawClient mortal =
                broker.connect(V5, Connect.clean(broker.name("mortal")).withWill(will(topic, "asked for")));
        mortal.send(Packets.withReason(Packet.DISCONNECT, 0, 0x04, Properties.NONE));
        assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("asked for");
    }
}
