package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Several subscriptions of one client that match one message (5.0, section 3.3.4; 3.1.1, section 3.3.5). */
class OverlapTest {

    private static final int NO_LOCAL = 4;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(
            v5 = {"MQTT-3.3.4-2", "MQTT-3.8.4-8"},
            v311 = {"MQTT-3.3.5-1", "MQTT-3.8.4-6"})
    void oneCopyComesWithTheHighestQosThatIsGranted(Packets packets, int published) throws IOException {
        for (int granted = 0; granted <= 2; granted++) {
            Peer subscriber = BROKER.clean(packets);
            String base = BROKER.name("topic");
            subscriber.subscribe(0, base + "/#");
            subscriber.subscribe(granted, base + "/+");
            subscriber.subscribe(0, base + "/x");
            Peer publisher = BROKER.clean(packets);
            publisher.publish(base + "/x", "text", published);
            assertThat(subscriber.take().qos()).isEqualTo(Math.min(published, granted));
            subscriber.ping();
        }
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.4-3", "MQTT-3.3.4-4"})
    void theCopyHasTheIdentifiersOfAllThatMatch() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String base = BROKER.name("topic");
        subscriber.subscribe(identifier(1), 0, base + "/#");
        subscriber.subscribe(identifier(200), 2, base + "/+");
        subscriber.subscribe(identifier(30_000), 1, base + "/x");
        subscriber.subscribe(identifier(4), 1, base + "/y");
        subscriber.subscribe(1, "+/x");
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(base + "/x", "text", 2);
        Packet packet = subscriber.take();
        assertThat(packet.qos()).isEqualTo(2);
        assertThat(identifiers(packet)).containsExactlyInAnyOrder(1L, 200L, 30_000L);
        subscriber.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.4-3")
    void theSameIdentifierOfTwoSubscriptionsIsThere() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String base = BROKER.name("topic");
        subscriber.subscribe(identifier(9), 1, base + "/#", base + "/+");
        BROKER.clean(Packets.MQTT_5).publish(base + "/x", "text", 1);
        assertThat(identifiers(subscriber.take())).contains(9L).containsOnly(9L);
        subscriber.ping();
    }

    @Test
    @Spec(v5 = {"MQTT-3.8.4-3", "MQTT-3.3.4-3"})
    void anIdentifierGoesWhenTheSubscriptionIsReplacedWithoutOne() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        subscriber.subscribe(identifier(9), 1, topic);
        publisher.publish(topic, "one", 1);
        assertThat(identifiers(subscriber.take())).containsExactly(9L);
        subscriber.subscribe(identifier(10), 1, topic);
        publisher.publish(topic, "two", 1);
        assertThat(identifiers(subscriber.take())).containsExactly(10L);
        subscriber.subscribe(1, topic);
        publisher.publish(topic, "three", 1);
        assertThat(identifiers(subscriber.take())).isEmpty();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.4-3")
    void anIdentifierIsStoredWithSubscriptionAndMessage() throws IOException {
        String name = BROKER.name("subscriber");
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.persistent(Packets.MQTT_5, name);
        subscriber.subscribe(identifier(77), 1, topic);
        subscriber.disconnect();
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "stored", 1);
        Peer back = BROKER.persistent(Packets.MQTT_5, name);
        assertThat(identifiers(back.take())).containsExactly(77L);
        publisher.publish(topic, "live", 1);
        assertThat(identifiers(back.take())).containsExactly(77L);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    @Spec(v5 = {"MQTT-3.3.4-5", "MQTT-4.8.2-3"})
    void aSharedSubscriptionIsServedApart(int qos) throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        String shared = "$share/" + BROKER.name("group") + "/" + topic;
        subscriber.subscribe(identifier(1), 2, shared);
        subscriber.subscribe(identifier(2), qos, topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", 2);
        List<Packet> packets = List.of(subscriber.take(), subscriber.take());
        assertThat(packets.stream().map(packet -> packet.qos() + " " + identifiers(packet)))
                .containsExactlyInAnyOrder("2 [1]", qos + " [2]");
        subscriber.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.3.4-5")
    void soAreSeveralSharedSubscriptions() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        subscriber.subscribe(identifier(1), 1, "$share/" + BROKER.name("group") + "/" + topic);
        subscriber.subscribe(identifier(2), 1, "$share/" + BROKER.name("group") + "/" + topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", 1);
        assertThat(Stream.of(subscriber.take(), subscriber.take()).map(OverlapTest::identifiers))
                .containsExactlyInAnyOrder(List.of(1L), List.of(2L));
        subscriber.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.8.3-3")
    void noLocalKeepsOwnMessagesFromThatSubscriptionOnly() throws IOException {
        Peer both = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        both.subscribe(identifier(1), 2 | NO_LOCAL, topic);
        both.publish(topic, "own", 2);
        both.ping();
        Peer other = BROKER.clean(Packets.MQTT_5);
        other.publish(topic, "of another", 2);
        assertThat(both.take().text()).isEqualTo("of another");

        both.subscribe(identifier(2), 0, topic + "/#");
        both.send(Packets.MQTT_5.publish(topic, "own again", 0, 0));
        Packet own = both.take();
        assertThat(own.qos()).isZero();
        assertThat(identifiers(own)).containsExactly(2L);
        both.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.8.3-3")
    void noLocalIsAboutTheClientIdentifierNotTheConnection() throws IOException {
        String name = BROKER.name("client");
        String topic = BROKER.name("topic");
        Peer first = BROKER.persistent(Packets.MQTT_5, name);
        first.subscribe(1 | NO_LOCAL, topic);
        first.disconnect();
        Peer second = BROKER.persistent(Packets.MQTT_5, name);
        second.publish(topic, "own", 1);
        second.ping();
        BROKER.clean(Packets.MQTT_5).publish(topic, "of another", 1);
        assertThat(second.take().text()).isEqualTo("of another");
    }

    @Test
    @Spec(v5 = "MQTT-3.8.3-3")
    void noLocalKeepsOwnRetainedMessagesAway() throws IOException {
        Peer both = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        both.send(Packets.MQTT_5.publish(topic + "/own", new byte[] {1}, 0, true, false, 0));
        both.ping();
        Peer other = BROKER.clean(Packets.MQTT_5);
        other.send(Packets.MQTT_5.publish(topic + "/another", new byte[] {2}, 0, true, false, 0));
        other.ping();
        both.subscribe(NO_LOCAL, topic + "/+");
        assertThat(both.take().topic()).isEqualTo(topic + "/another");
        both.ping();
        both.subscribe(0, topic + "/#");
        assertThat(Stream.of(both.take(), both.take()).map(Packet::topic))
                .containsExactlyInAnyOrder(topic + "/own", topic + "/another");
    }

    private static Properties identifier(int identifier) {
        return Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, identifier);
    }

    private static List<Object> identifiers(Packet packet) {
        return packet.properties().values(Properties.SUBSCRIPTION_IDENTIFIER);
    }
}
