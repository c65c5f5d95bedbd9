package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.message.Qos;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the standard lets a server refuse: announced in CONNACK, and kept; for clients of 3.1.1, which can't be told, in the way that is left. */
class AnnouncedLimitsTest {

    private static final Packets.Connect CLEAN = Packets.Connect.clean("client");

    private final List<RawClient> opened = new ArrayList<>();
    private Broker broker = start(draft -> {});

    private static Broker start(Consumer<Limits.Draft> changes) {
        return Broker.start(BrokerConfig.of(new MemoryStore()).withPort(0).withLimits(Limits.DEFAULTS.with(changes)));
    }

    private void with(Consumer<Limits.Draft> changes) {
        broker.close();
        broker = start(changes);
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : opened) {
            client.close();
        }
        broker.close();
    }

    private RawClient open(Packets packets) throws IOException {
        RawClient client = RawClient.open(broker.port(), packets);
        opened.add(client);
        return client;
    }

    private Properties connack(Packets.Connect options) throws IOException {
        return open(Packets.MQTT_5).connect(options).properties();
    }

    private RawClient connected(int level) throws IOException {
        RawClient client = open(new Packets(level));
        client.connect(CLEAN);
        return client;
    }

    private static byte[] publish(RawClient client, int qos, boolean retain) {
        return client.packets().publish("t", "x".getBytes(StandardCharsets.UTF_8), qos, retain, false, 1);
    }

    /** Ends with the reason for 5.0, and with nothing but the end for the others. */
    private static void thrownOut(RawClient client, int reasonCode) throws IOException {
        if (client.packets().level() == 5) {
            assertThat(client.expect(Packet.DISCONNECT).code()).isEqualTo(reasonCode);
        }
        client.expectClosed();
    }

    private void refused(int level, Packets.Will will, int reasonCode) throws IOException {
        RawClient client = open(new Packets(level));
        client.send(client.packets().connect(CLEAN.withWill(will)));
        if (level == 5) {
            assertThat(client.expect(Packet.CONNACK).code()).isEqualTo(reasonCode);
        }
        client.expectClosed(); // no return code of 3.x says it
    }

    @Test
    void whatEqualsTheStandardsDefaultIsNotSaid() throws IOException {
        Properties properties = connack(CLEAN.keepAlive(60));
        for (int absent : List.of(
                Properties.MAXIMUM_QOS,
                Properties.RETAIN_AVAILABLE,
                Properties.WILDCARD_SUBSCRIPTION_AVAILABLE,
                Properties.SHARED_SUBSCRIPTION_AVAILABLE,
                Properties.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                Properties.SERVER_KEEP_ALIVE,
                Properties.SESSION_EXPIRY,
                Properties.ASSIGNED_CLIENT_IDENTIFIER,
                Properties.RESPONSE_INFORMATION,
                Properties.SERVER_REFERENCE)) {
            assertThat(properties.values(absent)).as("property " + absent).isEmpty();
        }
    }

    // ---- maximum QoS

    @ParameterizedTest
    @CsvSource({"0, 5", "1, 5", "0, 4", "1, 4"})
    @Spec(v5 = {"MQTT-3.2.2-9", "MQTT-3.2.2-11"})
    void aPublishAboveTheMaximumQosEndsTheConnection(int maximum, int level) throws IOException {
        with(draft -> draft.maximumQos(Qos.of(maximum)));
        assertThat(connack(CLEAN).number(Properties.MAXIMUM_QOS)).isEqualTo(maximum);
        RawClient client = connected(level);
        if (maximum == 1) {
            client.send(publish(client, 1, false));
            client.expect(Packet.PUBACK);
        }
        client.send(publish(client, maximum + 1, false));
        thrownOut(client, 0x9B);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(v5 = {"MQTT-3.2.2-10", "MQTT-3.8.4-7", "MQTT-3.8.4-8"})
    void subscriptionsAreGrantedTheMaximumQosAtMost(int level) throws IOException {
        with(draft -> draft.maximumQos(Qos.AT_LEAST_ONCE));
        RawClient client = connected(level);
        for (int asked = 0; asked <= 2; asked++) {
            client.send(client.packets().subscribe(asked + 1, asked, "t"));
            assertThat(client.expect(Packet.SUBACK).code()).isEqualTo(Math.min(asked, 1));
        }
        broker.publish("t", new byte[] {1}, Qos.EXACTLY_ONCE, false);
        assertThat(client.expect(Packet.PUBLISH).qos()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Spec(v5 = {"MQTT-3.2.2-12", "MQTT-3.2.2-7"})
    void aWillAboveTheMaximumQosIsRefused(int level) throws IOException {
        with(draft -> draft.maximumQos(Qos.AT_LEAST_ONCE));
        refused(level, new Packets.Will("t", "x", 2, false, 0), 0x9B);
        open(new Packets(level)).connect(CLEAN.withWill(new Packets.Will("t", "x", 1, true, 0)));
    }

    // ---- retain

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(v5 = "MQTT-3.2.2-14")
    void whereRetainIsNotAvailableARetainedPublishEndsTheConnection(int level) throws IOException {
        with(draft -> draft.retainAvailable(false));
        assertThat(connack(CLEAN).number(Properties.RETAIN_AVAILABLE)).isZero();
        RawClient client = connected(level);
        client.send(publish(client, 1, false));
        client.expect(Packet.PUBACK);
        client.send(publish(client, 1, true));
        thrownOut(client, 0x9A);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    @Spec(v5 = {"MQTT-3.2.2-13", "MQTT-3.2.2-7"})
    void whereRetainIsNotAvailableARetainedWillIsRefused(int level) throws IOException {
        with(draft -> draft.retainAvailable(false));
        refused(level, new Packets.Will("t", "x", 0, true, 0), 0x9A);
        open(new Packets(level)).connect(CLEAN.withWill(new Packets.Will("t", "x", 2, false, 0)));
    }

    // ---- subscriptions

    /** By the standard, sections 3.2.2.3.11 and 3.2.2.3.13, the client breaks the protocol; a SUBACK is only for servers that have them. */
    @ParameterizedTest
    @CsvSource({"a/+, 0xA2", "#, 0xA2", "$share/group/a/#, 0xA2", "$share/group/a, 0x9E"})
    void subscriptionsThatAreNotAvailableEndAConnectionOf5(String filter, String reasonCode) throws IOException {
        boolean wildcard = reasonCode.equals("0xA2");
        with(draft -> draft.wildcardSubscriptionAvailable(!wildcard).sharedSubscriptionAvailable(wildcard));
        Properties told = connack(CLEAN);
        assertThat(told.number(Properties.WILDCARD_SUBSCRIPTION_AVAILABLE)).isEqualTo(wildcard ? 0 : -1);
        assertThat(told.number(Properties.SHARED_SUBSCRIPTION_AVAILABLE)).isEqualTo(wildcard ? -1 : 0);
        RawClient client = connected(5);
        client.send(client.packets().subscribe(1, 1, "a", wildcard ? "$share/group/a" : "a/+"));
        assertThat(client.expect(Packet.SUBACK).codes()).containsExactly(1, 1);
        client.send(client.packets().subscribe(2, 1, "a", filter));
        thrownOut(client, Integer.decode(reasonCode));
    }

    @Test
    @Spec(v311 = {"MQTT-3.8.3-2", "MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2"})
    void subscriptionsThatAreNotAvailableFailOneByOneAt311() throws IOException {
        with(draft -> draft.wildcardSubscriptionAvailable(false).sharedSubscriptionAvailable(false));
        RawClient client = connected(4);
        client.send(client.packets().subscribe(1, 1, "a/+", "a", "$share/group/a", "b"));
        assertThat(client.expect(Packet.SUBACK).codes()).containsExactly(0x80, 1, 0x80, 1);
        client.send(
                client.packets().publish("a/b", "no", 0, 0), client.packets().publish("b", "yes", 0, 0));
        assertThat(client.expect(Packet.PUBLISH).text()).isEqualTo("yes");
    }

    @Test
    void whereThereAreNoSubscriptionIdentifiersOneEndsTheConnection() throws IOException {
        with(draft -> draft.subscriptionIdentifiersAvailable(false));
        assertThat(connack(CLEAN).number(Properties.SUBSCRIPTION_IDENTIFIER_AVAILABLE))
                .isZero();
        RawClient client = connected(5).subscribe(1, "t");
        client.send(client.packets().subscribe(2, Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, 7), 1, "t"));
        thrownOut(client, 0xA1);
    }

    // ---- numbers

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    @Spec(v5 = "MQTT-3.2.2-15")
    void aPacketAboveTheMaximumSizeEndsTheConnection(int level) throws IOException {
        with(draft -> draft.maxPacketBytes(200));
        assertThat(connack(CLEAN).number(Properties.MAXIMUM_PACKET_SIZE)).isEqualTo(200);
        RawClient client = connected(level);
        int header = 3 + 3 + 2 + (level == 5 ? 1 : 0);
        client.send(client.packets().publish("t", "x".repeat(200 - header), 1, 1));
        client.expect(Packet.PUBACK);
        client.send(client.packets().publish("t", "x".repeat(201 - header), 1, 2));
        thrownOut(client, 0x95);
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-17", "MQTT-3.2.2-18", "MQTT-3.3.2-9"})
    void aTopicAliasAboveTheMaximumEndsTheConnection() throws IOException {
        for (int maximum : new int[] {0, 3}) {
            with(draft -> draft.topicAliasMaximum(maximum));
            assertThat(connack(CLEAN).number(Properties.TOPIC_ALIAS_MAXIMUM)).isEqualTo(maximum == 0 ? -1 : maximum);
            RawClient client = connected(5);
            if (maximum > 0) {
                client.send(client.packets().publish("t", "x", 1, 1, Properties.of(Properties.TOPIC_ALIAS, maximum)));
                client.expect(Packet.PUBACK);
            }
            client.send(client.packets().publish("t", "x", 1, 1, Properties.of(Properties.TOPIC_ALIAS, maximum + 1)));
            thrownOut(client, 0x94);
        }
    }

    /** QoS 2 exchanges stay open as long as the client likes, so their number is exact. */
    @Test
    @Spec(v5 = "MQTT-3.3.4-7")
    void morePublicationsUnderWayThanTheReceiveMaximumEndTheConnection() throws IOException {
        with(draft -> draft.receiveMaximum(3));
        assertThat(connack(CLEAN).number(Properties.RECEIVE_MAXIMUM)).isEqualTo(3);
        RawClient client = connected(5);
        for (int id = 1; id <= 3; id++) {
            client.send(client.packets().publish("t", "x", 2, id));
            client.expect(Packet.PUBREC);
        }
        client.send(client.packets().acknowledge(Packet.PUBREL, 1));
        client.expect(Packet.PUBCOMP);
        client.send(client.packets().publish("t", "x", 2, 4));
        client.expect(Packet.PUBREC);
        client.send(client.packets().publish("t", "x", 2, 5));
        client.expect(Packet.PUBREC);
        thrownOut(client, 0x93);
    }

    @Test
    void theSessionExpiryIsBounded() throws IOException {
        with(draft -> draft.maxSessionExpirySeconds(60));
        assertThat(connack(CLEAN.expiry(61)).number(Properties.SESSION_EXPIRY)).isEqualTo(60);
        assertThat(connack(CLEAN.expiry(60)).values(Properties.SESSION_EXPIRY)).isEmpty();
        assertThat(connack(CLEAN.expiry(0xFFFF_FFFFL)).number(Properties.SESSION_EXPIRY))
                .isEqualTo(60);
    }

    /** A client that is told one second and sends nothing is gone, though it had asked for an hour, or for none. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3_600})
    @Spec(v5 = {"MQTT-3.2.2-21", "MQTT-3.1.2-21", "MQTT-3.1.2-22"})
    void theServersKeepAliveIsToldAndKept(int asked) throws IOException {
        with(draft -> draft.maxKeepAliveSeconds(1));
        RawClient client = open(Packets.MQTT_5);
        assertThat(client.connect(CLEAN.keepAlive(asked)).properties().number(Properties.SERVER_KEEP_ALIVE))
                .isEqualTo(1);
        thrownOut(client, 0x8D);
    }

    @Test
    @Spec(v5 = "MQTT-3.2.2-22")
    void withoutAServersKeepAliveTheClientsHolds() throws IOException {
        with(draft -> draft.maxKeepAliveSeconds(60));
        RawClient client = open(Packets.MQTT_5);
        assertThat(client.connect(CLEAN.keepAlive(1)).properties().values(Properties.SERVER_KEEP_ALIVE))
                .isEmpty();
        thrownOut(client, 0x8D);
    }
}
