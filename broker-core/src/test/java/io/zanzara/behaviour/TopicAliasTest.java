package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Limits;
import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topic aliases (5.0, section 3.3.2.3.4), from clients and to them. */
class TopicAliasTest {

    private static final int MANY = 1_000;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    // ---- to subscribers

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = {"MQTT-3.1.2-26", "MQTT-3.3.2-8", "MQTT-3.3.2-11"})
    void theFirstTopicsGetAliasesAndLaterOnesAreWrittenOut(int qos) throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5, aliases(2));
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        String base = BROKER.name("topic");
        subscriber.subscribe(qos, base + "/#");
        for (int round = 0; round < 3; round++) {
            for (String last : new String[] {"/one", "/two", "/three"}) {
                publisher.publish(base + last, last, qos);
            }
        }

        expect(subscriber.take(), base + "/one", 1, "/one");
        expect(subscriber.take(), base + "/two", 2, "/two");
        expect(subscriber.take(), base + "/three", -1, "/three");
        for (int round = 1; round < 3; round++) {
            expect(subscriber.take(), "", 1, "/one");
            expect(subscriber.take(), "", 2, "/two");
            expect(subscriber.take(), base + "/three", -1, "/three");
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-27")
    void aClientThatWantsNoAliasesGetsNone() throws IOException {
        Peer without = BROKER.clean(Packets.MQTT_5);
        Peer zero = BROKER.clean(Packets.MQTT_5, aliases(0));
        Peer older = BROKER.clean(Packets.MQTT_3_1_1);
        Peer with = BROKER.clean(Packets.MQTT_5, aliases(5));
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        for (Peer subscriber : new Peer[] {without, zero, older, with}) {
            subscriber.subscribe(1, topic);
        }
        for (int i = 0; i < 2; i++) {
            publisher.publish(topic, "text", 0);
            expect(older.take(), topic, -1, "text");
            expect(without.take(), topic, -1, "text");
            expect(zero.take(), topic, -1, "text");
            expect(with.take(), i == 0 ? topic : "", 1, "text");
        }
    }

    @Test
    void theBrokerUsesNoMoreAliasesThanItAllowsItsClients() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5, aliases(65_535));
        String base = BROKER.name("topic");
        subscriber.subscribe(0, base + "/+");
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        int most = Limits.DEFAULTS.topicAliasMaximum();
        for (int i = 1; i <= most + 1; i++) {
            publisher.publish(base + "/" + i, "text", 0);
            expect(subscriber.take(), base + "/" + i, i <= most ? i : -1, "text");
        }
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.2-7", "MQTT-4.4.0-1"})
    void anAliasEndsWithItsConnectionAndAMessageSentAgainHasItsTopic() throws IOException {
        String name = BROKER.name("subscriber");
        Peer first = BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name), aliases(5));
        String topic = BROKER.name("topic");
        first.subscribe(1, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "one", 1);
        publisher.publish(topic, "two", 1);
        expect(first.arrives(), topic, 1, "one");
        expect(first.arrives(), "", 1, "two");
        first.disconnect();

        Peer second = BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name), aliases(5));
        expect(second.take(), topic, 1, "one");
        expect(second.take(), "", 1, "two");
        second.disconnect();

        Peer third = BROKER.persistent(Packets.MQTT_5, name);
        publisher.publish(topic, "three", 1);
        expect(third.take(), topic, -1, "three");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void aMessageThatIsTooLargeDefinesNoAlias(int qos) throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5, aliases(5).and(Properties.MAXIMUM_PACKET_SIZE, 200));
        String topic = BROKER.name("topic");
        subscriber.subscribe(qos, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        long before = BROKER.get().counters().dropped(DropReason.TOO_LARGE).sum();
        publisher.publish(topic, "x".repeat(MANY), qos);
        publisher.publish(topic, "small", qos);
        publisher.publish(topic, "x".repeat(MANY), qos);
        publisher.publish(topic, "again", qos);

        expect(subscriber.take(), topic, 1, "small");
        expect(subscriber.take(), "", 1, "again");
        subscriber.ping();
        assertThat(BROKER.get().counters().dropped(DropReason.TOO_LARGE).sum()).isEqualTo(before + 2);
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-24")
    void aMessageThatJustFitsIsNotLostToItsAlias() throws IOException {
        String topic = BROKER.name("topic");
        int most = 60;
        Peer subscriber = BROKER.clean(Packets.MQTT_5, aliases(5).and(Properties.MAXIMUM_PACKET_SIZE, most));
        subscriber.subscribe(0, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        // fixed header, topic, length of the properties
        int rest = 2 + 2 + topic.length() + 1;
        publisher.publish(topic, "x".repeat(most - rest), 0);
        publisher.publish(topic, "x".repeat(most - rest - 3), 0);
        publisher.publish(topic, "x".repeat(most - rest), 0);

        expect(subscriber.take(), topic, -1, "x".repeat(most - rest));
        expect(subscriber.take(), topic, 1, "x".repeat(most - rest - 3));
        expect(subscriber.take(), "", 1, "x".repeat(most - rest));
    }

    private static Properties aliases(int maximum) {
        return Properties.of(Properties.TOPIC_ALIAS_MAXIMUM, maximum);
    }

    private static void expect(Packet packet, String topic, int alias, String text) {
        assertThat(packet.topic()).isEqualTo(topic);
        assertThat(packet.properties().number(Properties.TOPIC_ALIAS)).isEqualTo(alias);
        assertThat(packet.text()).isEqualTo(text);
    }

    // ---- from publishers

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = "MQTT-3.3.2-12")
    void everyAliasUpToTheMaximumIsAccepted(int qos) throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String base = BROKER.name("topic");
        subscriber.subscribe(2, base + "/#");
        int most = (int) publisher.connack().properties().number(Properties.TOPIC_ALIAS_MAXIMUM);
        assertThat(most).isEqualTo(Limits.DEFAULTS.topicAliasMaximum());
        for (int alias = 1; alias <= most; alias++) {
            publisher.publish(base + "/" + alias, "named", qos, alias(alias));
        }
        for (int alias = 1; alias <= most; alias++) {
            publisher.publish("", "by alias", qos, alias(alias));
        }
        for (String text : new String[] {"named", "by alias"}) {
            for (int alias = 1; alias <= most; alias++) {
                expect(subscriber.take(), base + "/" + alias, -1, text);
            }
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.3.2-12")
    void anAliasCanBeGivenToAnotherTopic() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String base = BROKER.name("topic");
        subscriber.subscribe(0, base + "/#");
        publisher.publish(base + "/a", "one", 0, alias(1));
        publisher.publish(base + "/b", "two", 0, alias(1));
        publisher.publish("", "three", 0, alias(1));
        expect(subscriber.take(), base + "/a", -1, "one");
        expect(subscriber.take(), base + "/b", -1, "two");
        expect(subscriber.take(), base + "/b", -1, "three");
    }

    @Test
    @Spec(v5 = "MQTT-3.3.2-7")
    void anAliasOfAnEarlierConnectionIsNotKnown() throws IOException {
        String name = BROKER.name("publisher");
        Peer first = BROKER.persistent(Packets.MQTT_5, name);
        first.publish(BROKER.name("topic"), "text", 0, alias(1));
        first.disconnect();

        Peer second = BROKER.persistent(Packets.MQTT_5, name);
        second.send(Packets.MQTT_5.publish("", "text", 0, 0, alias(1)));
        second.isDisconnected(0x82);
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-17", "MQTT-3.3.2-9"})
    void anAliasAboveTheMaximumIsInvalid() throws IOException {
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        int above = Limits.DEFAULTS.topicAliasMaximum() + 1;
        publisher.send(Packets.MQTT_5.publish(BROKER.name("topic"), "text", 0, 0, alias(above)));
        publisher.isDisconnected(0x94);
    }

    private static Properties alias(int alias) {
        return Properties.of(Properties.TOPIC_ALIAS, alias);
    }
}
