package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are larger than a client accepts (5.0, section 3.1.2.11.4). */
class PacketSizeTest {

    private static final int MOST = 100;
    private static final String LARGE = "x".repeat(MOST);

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void aMessageThatIsTooLargeIsDroppedAsIfItHadBeenDelivered(int qos) throws IOException {
        String topic = BROKER.name("topic");
        Peer small = BROKER.clean(Packets.MQTT_5, maximum(MOST));
        small.subscribe(2, topic);
        Peer large = BROKER.clean(Packets.MQTT_5);
        large.subscribe(2, topic);
        long dropped = dropped();
        long failed =
                BROKER.get().counters().dropped(DropReason.REFUSED_BY_CLIENT).sum();
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        assertThat(publisher.publish(topic, LARGE, qos)).isZero();
        assertThat(publisher.publish(topic, "small", qos)).isZero();

        assertThat(small.take().text()).isEqualTo("small");
        small.ping();
        assertThat(large.take(2)).containsExactly(LARGE, "small");
        assertThat(dropped()).isEqualTo(dropped + 1);
        assertThat(BROKER.get().counters().dropped(DropReason.REFUSED_BY_CLIENT).sum())
                .isEqualTo(failed);
        assertThat(BROKER.events(BrokerEvent.MessageDropped.class)
                        .filter(event -> event.topic().value().equals(topic)))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.reason()).isEqualTo(DropReason.TOO_LARGE);
                    assertThat(event.qos().value()).isEqualTo(qos);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void itLeavesTheQueueOfASessionAndComesNoMore(int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer away = BROKER.persistent(Packets.MQTT_5, name);
        away.subscribe(2, topic);
        away.disconnect();
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        for (String text : new String[] {LARGE, "one", LARGE, "two", LARGE}) {
            assertThat(publisher.publish(topic, text, qos)).isZero();
        }
        Peer small =
                BROKER.connect(Packets.MQTT_5, Packets.Connect.persistent(name).window(1), maximum(MOST));
        assertThat(small.take(2)).containsExactly("one", "two");
        small.ping();
        small.disconnect();
        // a connection that would take them finds them gone
        Peer large = BROKER.persistent(Packets.MQTT_5, name);
        large.ping();
        publisher.publish(topic, LARGE, qos);
        assertThat(large.take().text()).isEqualTo(LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = {"MQTT-3.1.2-24", "MQTT-3.1.2-25"})
    void soItIsWithARetainedMessage(int qos) throws IOException {
        String topic = BROKER.name("topic");
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.retain(topic + "/large", LARGE, qos);
        publisher.retain(topic + "/small", "small", qos);
        Peer small = BROKER.clean(Packets.MQTT_5, maximum(MOST));
        small.subscribe(2, topic + "/#");
        assertThat(small.take().text()).isEqualTo("small");
        small.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-24")
    void whatIsExactlyAsLargeAsAllowedIsSent() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(Packets.MQTT_5, maximum(MOST));
        subscriber.subscribe(0, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        int rest = 2 + 2 + topic.length() + 1;
        publisher.publish(topic, "x".repeat(MOST - rest + 1), 0);
        publisher.publish(topic, "y".repeat(MOST - rest), 0);
        assertThat(subscriber.take().text()).startsWith("y");
        subscriber.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.1.2-24")
    void propertiesAndIdentifiersCount() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(Packets.MQTT_5, maximum(MOST));
        subscriber.subscribe(Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, 5), 0, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "large", 0, Properties.NONE.user("name", LARGE));
        int rest = 2 + 2 + topic.length() + 1;
        publisher.publish(topic, "x".repeat(MOST - rest - 1), 0);
        publisher.publish(topic, "y".repeat(MOST - rest - 2), 0);
        assertThat(subscriber.take().text()).startsWith("y");
        subscriber.ping();
    }

    private static long dropped() {
        return BROKER.get().counters().dropped(DropReason.TOO_LARGE).sum();
    }

    private static Properties maximum(int bytes) {
        return Properties.of(Properties.MAXIMUM_PACKET_SIZE, bytes);
    }
}
