package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The flags of PUBLISH (5.0, section 3.3.1; 3.1.1, section 3.3.1) and retained messages. */
class DupAndRetainFlagTest {

    private static final int RETAIN_AS_PUBLISHED = 8;
    private static final int IF_NEW = 16;
    private static final int NEVER = 32;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    // ---- DUP

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(
            v5 = {"MQTT-3.3.1-1", "MQTT-4.3.2-2", "MQTT-4.3.3-2", "MQTT-4.4.0-1"},
            v311 = {"MQTT-3.3.1-1", "MQTT-4.3.2-1", "MQTT-4.3.3-1", "MQTT-4.4.0-1"})
    void onlyWhatIsSentAgainHasDup(Packets packets, int qos) throws IOException {
        String name = BROKER.name("subscriber");
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.persistent(packets, name);
        subscriber.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        publisher.publish(topic, "sent before", qos);
        Packet before = subscriber.arrives();
        assertThat(before.duplicate()).isFalse();
        subscriber.disconnect();
        publisher.publish(topic, "sent while away", qos);

        Peer back = BROKER.persistent(packets, name);
        Packet again = back.take();
        assertThat(again.text()).isEqualTo("sent before");
        assertThat(again.duplicate()).isTrue();
        assertThat(again.packetIdentifier()).isEqualTo(before.packetIdentifier());
        Packet first = back.take();
        assertThat(first.text()).isEqualTo("sent while away");
        assertThat(first.duplicate()).isFalse();
        back.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(
            v5 = {"MQTT-3.3.1-2", "MQTT-3.3.1-3", "MQTT-4.3.1-1"},
            v311 = {"MQTT-3.3.1-2", "MQTT-3.3.1-3", "MQTT-4.3.1-1"})
    void dupOfAPublisherIsNotPassedOn(Packets packets, int qos) throws IOException {
        Peer subscriber = BROKER.clean(packets);
        String topic = BROKER.name("topic");
        subscriber.subscribe(2, topic);
        Peer publisher = BROKER.clean(packets);
        boolean duplicate = qos > 0;
        publisher.send(packets.publish(topic, bytes("text"), qos, false, duplicate, 9));
        if (qos == 2) {
            publisher.expect(Packet.PUBREC);
            publisher.release(9);
        }
        Packet packet = subscriber.take();
        assertThat(packet.duplicate()).isFalse();
        assertThat(packet.qos()).isEqualTo(qos);
    }

    // ---- retained messages

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(
            v5 = {"MQTT-3.3.1-5", "MQTT-3.3.1-9"},
            v311 = {"MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8"})
    void theLastRetainedMessageOfEachTopicGoesToANewSubscriberWithTheRetainFlag(Packets packets, int qos)
            throws IOException {
        Peer publisher = BROKER.clean(packets);
        String base = BROKER.name("topic");
        publisher.retain(base + "/a", "old", 1);
        publisher.retain(base + "/a", "new", qos);
        publisher.retain(base + "/b", "other", qos);

        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(2, base + "/a");
        Packet packet = subscriber.take();
        assertThat(packet.text()).isEqualTo("new");
        assertThat(packet.retain()).isTrue();
        assertThat(packet.qos()).isEqualTo(qos);
        assertThat(packet.duplicate()).isFalse();
        subscriber.ping();
        subscriber.subscribe(2, base + "/+");
        assertThat(subscriber.take(2)).containsExactlyInAnyOrder("new", "other");
        subscriber.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(
            v5 = {"MQTT-3.3.1-6", "MQTT-3.3.1-7"},
            v311 = {"MQTT-3.3.1-10", "MQTT-3.3.1-11"})
    void anEmptyRetainedMessageIsDeliveredAndRemovesTheRetainedOne(Packets packets, int qos) throws IOException {
        Peer publisher = BROKER.clean(packets);
        String topic = BROKER.name("topic");
        publisher.retain(topic, "old", 1);
        Peer watcher = BROKER.clean(packets);
        watcher.subscribe(2, topic);
        assertThat(watcher.take().text()).isEqualTo("old");
        publisher.retain(topic, "", qos);
        Packet empty = watcher.take();
        assertThat(empty.payload()).isEmpty();
        assertThat(empty.retain()).isFalse();

        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(2, topic);
        subscriber.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(v5 = "MQTT-3.3.1-8", v311 = "MQTT-3.3.1-12")
    void aMessageWithoutTheFlagLeavesWhatIsRetained(Packets packets, int qos) throws IOException {
        Peer publisher = BROKER.clean(packets);
        String kept = BROKER.name("topic");
        String none = BROKER.name("topic");
        publisher.retain(kept, "kept", 1);
        publisher.publish(kept, "passing", qos);
        publisher.publish(kept, "", qos);
        publisher.publish(none, "passing", qos);

        Peer subscriber = BROKER.clean(packets);
        subscriber.subscribe(2, none, kept);
        assertThat(subscriber.take().text()).isEqualTo("kept");
        subscriber.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(v5 = "MQTT-3.3.1-12", v311 = "MQTT-3.3.1-9")
    void anEstablishedSubscriptionGetsARetainedMessageWithoutTheFlag(Packets packets, int qos) throws IOException {
        Peer subscriber = BROKER.clean(packets);
        String topic = BROKER.name("topic");
        subscriber.subscribe(2, topic);
        Peer publisher = BROKER.clean(packets);
        publisher.retain(topic, "text", qos);
        assertThat(subscriber.take().retain()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0,false", "0,true", "1,false", "1,true", "2,false", "2,true"})
    @Spec(v5 = {"MQTT-3.3.1-12", "MQTT-3.3.1-13"})
    void retainAsPublishedKeepsTheFlagAsItWas(int qos, boolean retain) throws IOException {
        String topic = BROKER.name("topic");
        Peer asPublished = BROKER.clean(Packets.MQTT_5);
        Peer plain = BROKER.clean(Packets.MQTT_5);
        asPublished.subscribe(2 | RETAIN_AS_PUBLISHED, topic);
        plain.subscribe(2, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "text", qos, retain, Properties.NONE);
        assertThat(asPublished.take().retain()).isEqualTo(retain);
        assertThat(plain.take().retain()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0", "8"})
    @Spec(v5 = "MQTT-3.3.1-9")
    void whatIsSentForASubscriptionHasTheFlagHoweverItWasAskedFor(int options) throws IOException {
        String topic = BROKER.name("topic");
        BROKER.clean(Packets.MQTT_5).retain(topic, "text", 1);
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        subscriber.subscribe(1 | options, topic);
        assertThat(subscriber.take().retain()).isTrue();
    }

    // ---- retain handling

    @Test
    @Spec(v5 = {"MQTT-3.3.1-9", "MQTT-3.8.4-4"})
    void retainHandling0SendsEachTime() throws IOException {
        Peer subscriber = withRetained();
        String topic = lastTopic;
        for (int i = 0; i < 3; i++) {
            subscriber.subscribe(1, topic);
            assertThat(subscriber.take().text()).isEqualTo("retained");
            subscriber.ping();
        }
    }

    @Test
    @Spec(v5 = "MQTT-3.3.1-10")
    void retainHandling1SendsToANewSubscriptionOnly() throws IOException {
        Peer subscriber = withRetained();
        String topic = lastTopic;
        subscriber.subscribe(1 | IF_NEW, topic);
        assertThat(subscriber.take().text()).isEqualTo("retained");
        subscriber.subscribe(0 | IF_NEW, topic);
        subscriber.ping();
        subscriber.unsubscribe(topic);
        subscriber.subscribe(1 | IF_NEW, topic);
        assertThat(subscriber.take().text()).isEqualTo("retained");
        subscriber.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.1-10")
    void retainHandling1KnowsASubscriptionOfAnEarlierConnection() throws IOException {
        withRetained();
        String topic = lastTopic;
        String name = BROKER.name("subscriber");
        Peer first = BROKER.persistent(Packets.MQTT_5, name);
        first.subscribe(1 | IF_NEW, topic);
        first.take();
        first.disconnect();
        Peer second = BROKER.persistent(Packets.MQTT_5, name);
        second.subscribe(1 | IF_NEW, topic);
        second.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.1-11")
    void retainHandling2SendsNothing() throws IOException {
        Peer subscriber = withRetained();
        subscriber.subscribe(1 | NEVER, lastTopic);
        subscriber.ping();
        subscriber.subscribe(1 | NEVER, lastTopic);
        subscriber.ping();
    }

    private String lastTopic = "";

    private Peer withRetained() throws IOException {
        lastTopic = BROKER.name("topic");
        BROKER.clean(Packets.MQTT_5).retain(lastTopic, "retained", 1);
        return BROKER.clean(Packets.MQTT_5);
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-3", "MQTT-3.3.4-4"})
    void aRetainedMessageHasTheIdentifierOfTheSubscriptionItIsSentFor() throws IOException {
        Peer subscriber = withRetained();
        subscriber.subscribe(Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, 268_435_455), 1, lastTopic);
        assertThat(subscriber.take().properties().values(Properties.SUBSCRIPTION_IDENTIFIER))
                .containsExactly(268_435_455L);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
