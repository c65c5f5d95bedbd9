package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT and what comes of it: the session it finds or begins, or a refusal (sections 3.1 and 3.2). */
final class ConnectTest {

    private static final int V5 = 5;
    private static final int V3_1_1 = 4;

    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = new TestBroker(config -> config.withAuthenticator(credentials ->
                CompletableFuture.completedFuture(!credentials.client().value().startsWith("stranger"))));
    }

    @AfterEach
    void closeClients() throws IOException {
        broker.closeClients();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** Nothing waits for the client: the answer to PINGREQ is what comes next. */
    private static void expectNothing(RawClient client) throws IOException {
        client.send(client.packets().pingReq());
        client.expect(Packet.PINGRESP);
    }

    @ParameterizedTest
    @ValueSource(ints = {V3_1_1, V5})
    @Spec(
            v5 = {"MQTT-3.1.2-4", "MQTT-3.1.4-4", "MQTT-3.1.4-5", "MQTT-3.2.2-2"},
            v311 = {"MQTT-3.1.2-6", "MQTT-3.1.4-3", "MQTT-3.1.4-4", "MQTT-3.2.2-1", "MQTT-3.2.2-3"})
    void aCleanStartThrowsTheSessionAway(int level) throws IOException {
        String name = broker.name("session");
        broker.connect(level, Connect.persistent(name)).subscribe(1, name).disconnect();
        broker.publish(name, "before", 1);

        RawClient fresh = broker.open(level);
        assertThat(fresh.connect(Connect.persistent(name).startingClean()).codes())
                .containsExactly(0, 0);
        broker.publish(name, "after", 1);
        expectNothing(fresh);
        fresh.disconnect();

        // a clean session of 3.1.1 ends with its connection; a clean start of 5.0 begins one that lasts
        RawClient back = broker.open(level);
        assertThat(back.connect(Connect.persistent(name)).sessionPresent()).isEqualTo(level == V5);
        expectNothing(back);
    }

    @ParameterizedTest
    @ValueSource(ints = {V3_1_1, V5})
    @Spec(
            v5 = {
                "MQTT-3.1.2-5",
                "MQTT-3.1.2-6",
                "MQTT-3.1.2-23",
                "MQTT-3.1.3-2",
                "MQTT-3.2.2-1",
                "MQTT-3.2.2-3",
                "MQTT-4.5.0-1"
            },
            v311 = {
                "MQTT-3.1.2-4",
                "MQTT-3.1.2-5",
                "MQTT-3.1.3-2",
                "MQTT-3.2.2-2",
                "MQTT-3.2.2-3",
                "MQTT-4.1.0-1",
                "MQTT-4.5.0-1"
            })
    void withoutACleanStartTheSessionGoesOn(int level) throws IOException {
        String name = broker.name("session");
        RawClient first = broker.open(level);
        assertThat(first.connect(Connect.persistent(name)).codes()).containsExactly(0, 0);
        first.subscribe(1, name).disconnect();
        broker.publish(name, "kept", 1);

        RawClient other = broker.open(level);
        assertThat(other.connect(Connect.persistent(name + "x")).codes()).containsExactly(0, 0);
        expectNothing(other);
        RawClient back = broker.open(level);
        assertThat(back.connect(Connect.persistent(name)).codes()).containsExactly(1, 0);
        assertThat(back.expect(Packet.PUBLISH).text()).isEqualTo("kept");
        broker.publish(name, "live", 1);
        assertThat(back.expect(Packet.PUBLISH).text()).isEqualTo("live");
    }

    @ParameterizedTest
    @ValueSource(ints = {V3_1_1, V5})
    @Spec(
            v5 = {
                "MQTT-3.1.4-3",
                "MQTT-3.14.2-1",
                "MQTT-3.14.2-2",
                "MQTT-3.14.2-4",
                "MQTT-3.14.4-1",
                "MQTT-3.14.4-2",
                "MQTT-4.13.2-1"
            },
            v311 = {"MQTT-3.1.4-2"})
    void aSecondConnectionEndsTheFirst(int level) throws IOException {
        String name = broker.name("session");
        RawClient first = broker.connect(level, Connect.persistent(name)).subscribe(0, name);
        RawClient second = broker.connect(level, Connect.persistent(name));
        if (level == V5) {
            Packet farewell = first.expect(Packet.DISCONNECT);
            assertThat(farewell.code()).isEqualTo(0x8E);
            assertThat(farewell.properties().user()).isEmpty();
            assertThat(farewell.properties().number(Properties.SESSION_EXPIRY)).isEqualTo(-1);
        }
        first.expectClosed();
        broker.publish(name, "to the second", 1);
        assertThat(second.expect(Packet.PUBLISH).text()).isEqualTo("to the second");
    }

    @Test
    @Spec(v311 = "MQTT-3.1.2-7")
    void aRetainedMessageOutlivesTheSessionThatPublishedIt() throws IOException {
        String name = broker.name("session");
        RawClient publisher = broker.connect(V3_1_1, Connect.clean(name));
        publisher.send(publisher.packets().publish(name, new byte[] {'r'}, 1, true, false, 1));
        publisher.expect(Packet.PUBACK);
        publisher.disconnect();
        broker.awaitGone(name);
        RawClient later = broker.watcher(V3_1_1, name);
        assertThat(later.expect(Packet.PUBLISH).text()).isEqualTo("r");
    }

    @Test
    @Spec(v311 = {"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.1.3-8", "MQTT-3.2.2-4", "MQTT-3.2.2-5"})
    void aClientOf311WithoutANameNeedsACleanSession() throws IOException {
        String topic = broker.name("topic");
        RawClient one = broker.connect(V3_1_1, Connect.clean("")).subscribe(1, topic);
        RawClient two = broker.connect(V3_1_1, Connect.clean("")).subscribe(1, topic);
        broker.publish(topic, "to both", 1);
        assertThat(one.expect(Packet.PUBLISH).text()).isEqualTo("to both");
        assertThat(two.expect(Packet.PUBLISH).text()).isEqualTo("to both");

        RawClient refused = broker.open(V3_1_1);
        refused.send(Packets.MQTT_3_1_1.connect(Connect.persistent("")));
        assertThat(refused.expect(Packet.CONNACK).codes()).containsExactly(0, 2);
        refused.expectClosed();
    }

    @ParameterizedTest
    @ValueSource(ints = {V3_1_1, V5})
    @Spec(
            v5 = {"MQTT-3.1.4-2", "MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.2-8", "MQTT-3.14.0-1", "MQTT-4.13.2-1"},
            v311 = {"MQTT-3.1.4-5", "MQTT-3.2.2-4", "MQTT-3.2.2-5"})
    void aRefusalIsAllThatAStrangerGets(int level) throws IOException {
        String name = broker.name("stranger");
        RawClient watcher = broker.watcher(V5, name);
        RawClient stranger = broker.open(level);
        stranger.send(
                stranger.packets().connect(Connect.persistent(name)),
                stranger.packets().publish(name, "not to be heard", 1, 1));
        assertThat(stranger.expect(Packet.CONNACK).codes()).containsExactly(0, level == V5 ? 0x86 : 4);
        stranger.expectClosed();
        expectNothing(watcher);
    }

    @ParameterizedTest
    @ValueSource(ints = {V3_1_1, V5})
    @Spec(
            v5 = {"MQTT-3.1.2-8", "MQTT-3.1.2-22", "MQTT-3.2.2-22"},
            v311 = {"MQTT-3.1.2-8", "MQTT-3.1.2-24"})
    void aClientThatFallsSilentIsCutOff(int level) throws IOException {
        String topic = broker.name("topic");
        RawClient watcher = broker.watcher(V5, topic);
        RawClient silent = broker.open(level);
        Packet connack = silent.connect(Connect.clean(broker.name("silent"))
                .keepAlive(1)
                .withWill(new Packets.Will(topic, "cut off", 1, false, 0)));
        assertThat(connack.properties().number(Properties.SERVER_KEEP_ALIVE)).isEqualTo(-1);
        if (level == V5) {
            assertThat(silent.expect(Packet.DISCONNECT).code()).isEqualTo(0x8D);
        }
        silent.expectClosed();
        assertThat(watcher.expect(Packet.PUBLISH).text()).isEqualTo("cut off");
        // it has no keep-alive, and was silent for longer
        assertThat(watcher.poll(Duration.ofMillis(1))).isNull();
        expectNothing(watcher);
    }
}
