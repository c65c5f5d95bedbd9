package io.zanzara.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.ClientInfo;
import io.zanzara.access.Credentials;
import io.zanzara.codec.Notation;
import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.event.BrokerEvent.Refused;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs more than a row of the table: several connections, time, or a look into the broker. */
class FirstPacketsTest {

    private static final int HALF_A_PACKET = 7;
    private static final int RECEIVE_MAXIMUM = 1_024;

    private static final ConcurrentLinkedQueue<Credentials> ASKED = new ConcurrentLinkedQueue<>();
    private static final ConcurrentLinkedQueue<BrokerEvent> EVENTS = new ConcurrentLinkedQueue<>();
    private static Broker broker;

    @BeforeAll
    static void start() {
        broker = Broker.start(BrokerConfig.of(new MemoryStore())
                .withPort(0)
                .withEventListeners(List.of(EVENTS::add))
                .withAuthenticator(credentials -> {
                    ASKED.add(credentials);
                    return CompletableFuture.completedFuture(true);
                }));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Spec(
            v5 = {"MQTT-3.1.3-1", "MQTT-3.1.3-3", "MQTT-3.1.2-9", "MQTT-3.1.2-17", "MQTT-3.1.2-19"},
            v311 = {"MQTT-3.1.3-1", "MQTT-3.1.3-3", "MQTT-3.1.2-9", "MQTT-3.1.2-19", "MQTT-3.1.2-21"})
    void theFieldsOfConnectAreTakenInTheirOrder(int level) throws IOException {
        Packets packets = new Packets(level);
        try (RawClient heir = RawClient.connect(broker.port(), packets, Packets.Connect.clean("heir"))
                        .subscribe(0, "will/topic");
                RawClient client = RawClient.open(broker.port(), packets)) {
            ASKED.clear();
            String name = level == 3 ? "['MQIsdp'] 03" : "['MQTT'] 0" + level;
            String properties = level == 5 ? "{}" : "";
            client.send(Notation.bytes("10 {" + name + " C6 0000 " + properties + " ['the client'] " + properties
                    + " ['will/topic']['the will']['the user'][00FF]}"));
            assertThat(client.expect(Packet.CONNACK).code()).isZero();

            Credentials credentials = Objects.requireNonNull(ASKED.poll());
            assertThat(credentials.client().value()).isEqualTo("the client");
            assertThat(credentials.userName()).isEqualTo("the user");
            assertThat(credentials.password()).containsExactly(0x00, 0xFF);
            client.send(Notation.bytes("00 {}"));
            Packet will = heir.expect(Packet.PUBLISH);
            assertThat(will.topic()).isEqualTo("will/topic");
            assertThat(will.text()).isEqualTo("the will");
        }
    }

    @Test
    @Spec(
            v5 = {"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"},
            v311 = {"MQTT-3.1.3-6"})
    void anAssignedClientIdentifierIsNobodyElses() throws IOException {
        String prefix = "zanzara-";
        List<RawClient> squatters = new ArrayList<>();
        try (RawClient first = RawClient.open(broker.port(), Packets.MQTT_5);
                RawClient second = RawClient.open(broker.port(), Packets.MQTT_5);
                RawClient older = RawClient.open(broker.port(), Packets.MQTT_3_1_1)) {
            String given = assigned(first);
            long number = Long.parseLong(given.substring(prefix.length()), 16);
            for (long next = number + 1; next < number + 20; next++) {
                String name = prefix + Long.toHexString(next);
                squatters.add(RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean(name)));
            }
            String other = assigned(second);
            older.connect(Packets.Connect.clean(""));

            Set<String> clients =
                    broker.clients().stream().map(ClientInfo::clientId).collect(Collectors.toSet());
            assertThat(other).isNotEqualTo(given);
            assertThat(clients).contains(given, other).hasSizeGreaterThanOrEqualTo(squatters.size() + 3);
            for (RawClient squatter : squatters) {
                squatter.send(Packets.MQTT_5.pingReq());
                squatter.expect(Packet.PINGRESP);
            }
        } finally {
            for (RawClient squatter : squatters) {
                squatter.close();
            }
        }
    }

    private static String assigned(RawClient client) throws IOException {
        Packet connack = client.connect(Packets.Connect.clean(""));
        return Objects.requireNonNull(connack.properties().text(Properties.ASSIGNED_CLIENT_IDENTIFIER));
    }

    /** Takes as long as the broker waits for a CONNECT. */
    @Test
    void whoDoesNotGoOnIsDisconnectedWithoutAWord() throws IOException {
        List<RawClient> silent = new ArrayList<>();
        for (int level = 3; level <= 5; level++) {
            Packets packets = new Packets(level);
            byte[] connect = packets.connect(Packets.Connect.clean("never"));
            for (int sent : new int[] {0, 1, 2, HALF_A_PACKET, connect.length - 1}) {
                RawClient client = RawClient.open(broker.port(), packets);
                client.send(Arrays.copyOf(connect, sent));
                silent.add(client);
            }
        }
        for (RawClient client : silent) {
            assertThatCode(client::expectClosed).doesNotThrowAnyException();
            client.close();
        }
    }

    /** If the broker closed at once, the bytes that are still coming would reset the connection, and what it said would be lost. */
    @Test
    @Spec(v5 = {"MQTT-4.13.2-1"})
    void whoSendsTooMuchIsToldSoAlthoughHeGoesOnSending() throws IOException {
        byte[] body = new byte[32 << 20];
        try (RawClient client = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean("large"))) {
            client.send(Packets.packet(Packet.PUBLISH, 0, body));
            assertThat(client.expect(Packet.DISCONNECT).code()).isEqualTo(0x95);
            client.expectClosed();
        }
        try (RawClient client = RawClient.open(broker.port(), Packets.MQTT_5)) {
            client.send(Notation.bytes("10 FFFFFF7F ['MQTT'] 05"), body);
            assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(0x95);
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Spec(v311 = {"MQTT-3.3.5-2"})
    void whatAClientPublishesToTheBrokersTopicsIsRefusedAndCounted(int level) throws IOException {
        Packets packets = new Packets(level);
        try (RawClient client = RawClient.connect(broker.port(), packets, Packets.Connect.clean("intruder"))
                .subscribe(0, "$SYS/#")) {
            EVENTS.clear();
            long before = broker.counters().refused(ReasonCode.NOT_AUTHORIZED).sum();
            for (int qos = 0; qos <= 2; qos++) {
                client.send(packets.publish("$SYS/uptime", "0", qos, qos));
            }
            int refused = level == 5 ? 0x87 : 0;
            assertThat(client.expect(Packet.PUBACK).code()).isEqualTo(refused);
            assertThat(client.expect(Packet.PUBREC).code()).isEqualTo(refused);
            client.send(packets.pingReq());
            client.expect(Packet.PINGRESP);
            assertThat(broker.counters().refused(ReasonCode.NOT_AUTHORIZED).sum())
                    .isEqualTo(before + 3);
            assertThat(EVENTS)
                    .filteredOn(Refused.class::isInstance)
                    .extracting(event -> ((Refused) event).operation())
                    .containsExactly(Operation.PUBLISH, Operation.PUBLISH, Operation.PUBLISH);
            assertThat(EVENTS).noneMatch(BrokerEvent.Published.class::isInstance);
        }
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-7"})
    void moreExchangesThanTheReceiveMaximumEndTheConnection() throws IOException {
        try (RawClient client = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean("eager"))) {
            for (int id = 1; id <= RECEIVE_MAXIMUM; id++) {
                client.send(Packets.MQTT_5.publish("eager", "x", 2, id));
            }
            for (int id = 1; id <= RECEIVE_MAXIMUM; id++) {
                assertThat(client.expect(Packet.PUBREC).packetIdentifier()).isEqualTo(id);
            }
            client.send(Packets.MQTT_5.publish("eager", "x", 2, RECEIVE_MAXIMUM + 1));
            Packet last = client.read();
            assertThat(last.type() == Packet.PUBREC ? client.read() : last)
                    .extracting(Packet::type, Packet::code)
                    .containsExactly(Packet.DISCONNECT, 0x93);
            client.expectClosed();
        }
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.2-7"})
    void aTopicAliasEndsWithItsConnection() throws IOException {
        Packets.Connect connect = Packets.Connect.persistent("alias");
        Properties alias = Properties.of(Properties.TOPIC_ALIAS, 3);
        try (RawClient client = RawClient.connect(broker.port(), Packets.MQTT_5, connect)) {
            client.send(Packets.MQTT_5.publish("alias/topic", "x", 1, 1, alias));
            client.expect(Packet.PUBACK);
            client.send(Packets.MQTT_5.publish("", "x", 1, 2, alias));
            client.expect(Packet.PUBACK);
            client.disconnect();
        }
        await().until(() ->
                broker.clients().stream().noneMatch(client -> client.clientId().equals("alias")));
        try (RawClient client = RawClient.connect(broker.port(), Packets.MQTT_5, connect)) {
            client.send(Packets.MQTT_5.publish("", "x", 1, 3, alias));
            assertThat(client.expect(Packet.DISCONNECT).code()).isEqualTo(0x82);
            client.expectClosed();
        }
    }
}
