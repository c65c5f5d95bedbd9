package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Redirect;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CONNACK tells beside limits: another server, response information, a client identifier. */
class ConnackTest {

    private static BrokerConfig config() {
        return BrokerConfig.of(new MemoryStore()).withPort(0);
    }

    private static Packet connack(Broker broker, Packets packets, Packets.Connect options, Properties more)
            throws IOException {
        try (RawClient client = RawClient.open(broker.port(), packets)) {
            client.send(packets.connect(options, more));
            Packet connack = client.expect(Packet.CONNACK);
            if (connack.code() != 0) {
                client.expectClosed();
            }
            return connack;
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 0x9C", "true, 0x9D"})
    @Spec(v5 = {"MQTT-3.2.2-6", "MQTT-3.2.2-7"})
    void everyClientIsSentToAnotherServer(boolean moved, String reasonCode) throws IOException {
        Redirect redirect = new Redirect("other.example.org:1883", moved);
        try (Broker broker = Broker.start(config().withRedirect(redirect))) {
            Packets.Connect options = Packets.Connect.persistent("c");
            Packet five = connack(broker, Packets.MQTT_5, options, Properties.NONE);
            assertThat(five.code()).isEqualTo(Integer.decode(reasonCode));
            assertThat(five.sessionPresent()).isFalse();
            assertThat(five.properties().text(Properties.SERVER_REFERENCE)).isEqualTo("other.example.org:1883");
            assertThat(connack(broker, Packets.MQTT_3_1_1, options, Properties.NONE)
                            .code())
                    .isEqualTo(3);
            assertThat(connack(broker, Packets.MQTT_3_1, options, Properties.NONE)
                            .code())
                    .isEqualTo(3);
            assertThat(broker.counters().sessions.sum()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "möwe:1883"})
    void referencesThatAreNone(String reference) {
        assertThatThrownBy(() -> new Redirect(reference, false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-28")
    void responseInformationGoesToWhomAsksForIt() throws IOException {
        Properties asking = Properties.of(Properties.REQUEST_RESPONSE_INFORMATION, 1);
        Properties notAsking = Properties.of(Properties.REQUEST_RESPONSE_INFORMATION, 0);
        Packets.Connect options = Packets.Connect.clean("c");
        try (Broker broker = Broker.start(config().withResponseInformationPrefix("responses/"))) {
            assertThat(information(broker, options, asking)).isEqualTo("responses/c");
            assertThat(information(broker, options, notAsking)).isNull();
            assertThat(information(broker, options, Properties.NONE)).isNull();
            // this could not be the beginning of a topic
            assertThat(information(broker, Packets.Connect.clean("c#"), asking)).isNull();
        }
        try (Broker broker = Broker.start(config())) {
            assertThat(information(broker, options, asking)).isNull();
        }
        assertThatThrownBy(() -> config().withResponseInformationPrefix("a/#"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static @Nullable String information(Broker broker, Packets.Connect options, Properties more)
            throws IOException {
        return connack(broker, Packets.MQTT_5, options, more).properties().text(Properties.RESPONSE_INFORMATION);
    }

    @Test
    @Spec(v5 = {"MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16"})
    void anAssignedClientIdentifierIsNobodyElses() throws IOException {
        try (Broker broker = Broker.start(config());
                RawClient first = RawClient.open(broker.port(), Packets.MQTT_5)) {
            Packets.Connect unnamed = Packets.Connect.clean("").expiry(60);
            String assigned = assigned(first.connect(unnamed));
            String hexadecimal = assigned.substring(assigned.lastIndexOf('-') + 1);
            String next = "zanzara-" + Long.toHexString(Long.parseLong(hexadecimal, 16) + 1);
            try (RawClient chosen = RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.persistent(next));
                    RawClient second = RawClient.open(broker.port(), Packets.MQTT_5)) {
                Packet connack = second.connect(unnamed);
                assertThat(connack.sessionPresent()).isFalse();
                assertThat(assigned(connack)).isNotIn(assigned, next);
                chosen.send(Packets.MQTT_5.pingReq());
                chosen.expect(Packet.PINGRESP);
            }
            first.disconnect();
            try (RawClient again = RawClient.open(broker.port(), Packets.MQTT_5)) {
                assertThat(again.connect(Packets.Connect.persistent(assigned)).sessionPresent())
                        .isTrue();
            }
        }
    }

    private static String assigned(Packet connack) {
        return String.valueOf(connack.properties().text(Properties.ASSIGNED_CLIENT_IDENTIFIER));
    }
}
