package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.conformance.Spec;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Packet identifiers follow from numbers that begin anew with each start of the broker, so an identifier comes again while an earlier message may
 * still be known by it.
 */
class PacketIdentifierTest {

    private static final Packets.Connect SUBSCRIBER = Packets.Connect.persistent("subscriber");

    private final GatedStore store = new GatedStore(new MemoryStore());

    /** If the broker were killed before, it would send PUBREL for the earlier message again, and the client would take it for the later one. */
    @Test
    @Spec(v5 = {"MQTT-2.2.1-4", "MQTT-4.3.3-1"})
    void anIdentifierComesAgainAtQos2OnlyWhenTheStoreKnowsThatTheEarlierMessageIsComplete() throws IOException {
        try (Broker broker = Broker.start(BrokerConfig.of(store).withPort(0))) {
            RawClient.connect(broker.port(), Packets.MQTT_5, SUBSCRIBER)
                    .subscribe(2, "t")
                    .disconnect();
            try (RawClient publisher =
                    RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean("publisher"))) {
                publish(publisher, "early1", 2);
                publish(publisher, "early2", 2);
            }
        }
        try (Broker broker = Broker.start(BrokerConfig.of(store).withPort(0));
                RawClient subscriber = RawClient.connect(broker.port(), Packets.MQTT_5, SUBSCRIBER);
                RawClient publisher =
                        RawClient.connect(broker.port(), Packets.MQTT_5, Packets.Connect.clean("publisher"))) {
            receive(subscriber, "early1", 1);
            receive(subscriber, "early2", 2);
            publish(publisher, "late1", 1);
            publish(publisher, "late2", 2);
            for (int identifier = 1; identifier <= 2; identifier++) {
                assertThat(subscriber.expect(Packet.PUBREL).packetIdentifier()).isEqualTo(identifier);
            }
            subscriber.send(Packets.MQTT_5.acknowledge(Packet.PUBCOMP, 1));
            Packet late1 = subscriber.expect(Packet.PUBLISH);
            assertThat(late1.text()).isEqualTo("late1");
            assertThat(late1.packetIdentifier()).isEqualTo(1);
            await().until(() -> store.isIdle() && broker.counters().storeWaiting.sum() == 0);

            store.open(false);
            subscriber.send(Packets.MQTT_5.acknowledge(Packet.PUBCOMP, 2));
            assertThat(subscriber.poll(Duration.ofMillis(200))).isNull();
            store.open(true);
            receive(subscriber, "late2", 2);
        } finally {
            store.open(true);
        }
    }

    private static void receive(RawClient subscriber, String text, int identifier) throws IOException {
        Packet packet = subscriber.expect(Packet.PUBLISH);
        assertThat(packet.text()).isEqualTo(text);
        assertThat(packet.packetIdentifier()).isEqualTo(identifier);
        subscriber.send(Packets.MQTT_5.acknowledge(Packet.PUBREC, identifier));
    }

    private static void publish(RawClient publisher, String text, int qos) throws IOException {
        publisher.send(Packets.MQTT_5.publish("t", text, qos, 7));
        if (qos == 1) {
            publisher.expect(Packet.PUBACK);
            return;
        }
        publisher.expect(Packet.PUBREC);
        publisher.send(Packets.MQTT_5.acknowledge(Packet.PUBREL, 7));
        publisher.expect(Packet.PUBCOMP);
    }
}
