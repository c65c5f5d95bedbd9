package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Authorizer;
import io.zanzara.conformance.Spec;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import io.zanzara.testclient.Bytes;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SUBSCRIBE, SUBACK, UNSUBSCRIBE and UNSUBACK (sections 3.8 to 3.11 of both versions). */
class SubscribeTest {

    /** A topic filter of more levels than the broker takes: correctly formed, but not allowed. */
    private static final String TOO_DEEP = "/".repeat(200);

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker(config -> config.withAuthorizer(new Authorizer() {
        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
            return true;
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
            return !filter.value().equals("forbidden");
        }
    }));

    // ---- SUBSCRIBE

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {
                "MQTT-3.8.4-1",
                "MQTT-3.8.4-2",
                "MQTT-3.8.4-5",
                "MQTT-3.8.4-6",
                "MQTT-3.8.4-7",
                "MQTT-3.9.3-1",
                "MQTT-3.9.3-2"
            },
            v311 = {"MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-4", "MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2"})
    void subackHasOneCodeForEachFilterInOrder(Packets packets) throws IOException {
        Peer subscriber = BROKER.clean(packets);
        String topic = BROKER.name("topic");
        Bytes body = new Bytes().two(4_660);
        if (packets.level() == 5) {
            body.sized(new byte[0]);
        }
        body.string(topic + "/1")
                .one(1)
                .string("forbidden")
                .one(2)
                .string(TOO_DEEP)
                .one(0);
        body.string(topic + "/2").one(2).string(topic + "/0").one(0);
        subscriber.send(Packets.packet(Packet.SUBSCRIBE, 2, body.toArray()));
        Packet answer = subscriber.expect(Packet.SUBACK);
        assertThat(answer.packetIdentifier()).isEqualTo(4_660);
        if (packets.level() == 5) {
            assertThat(answer.codes()).containsExactly(1, 0x87, 0x8F, 2, 0);
        } else {
            int failure = packets.level() == 4 ? 0x80 : 0; // 3.1 has no code for it
            assertThat(answer.codes()).containsExactly(1, failure, failure, 2, 0);
        }
        // those that were granted hold
        Peer publisher = BROKER.clean(packets);
        publisher.publish("forbidden", "text", 1);
        for (int qos = 0; qos <= 2; qos++) {
            publisher.publish(topic + "/" + qos, "text", 2);
            assertThat(subscriber.take().qos()).isEqualTo(qos);
        }
        subscriber.ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(v5 = "MQTT-3.8.4-8", v311 = "MQTT-3.8.4-6")
    void aMessageComesWithTheLowerOfBothQos(Packets packets, int published) throws IOException {
        Peer publisher = BROKER.clean(packets);
        for (int granted = 0; granted <= 2; granted++) {
            Peer subscriber = BROKER.clean(packets);
            String topic = BROKER.name("topic");
            publisher.retain(topic, "retained", published);
            subscriber.subscribe(granted, topic);
            assertThat(subscriber.take().qos()).isEqualTo(Math.min(published, granted));
            publisher.publish(topic, "live", published);
            assertThat(subscriber.take().qos()).isEqualTo(Math.min(published, granted));
            subscriber.ping();
        }
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {"MQTT-3.8.4-3", "MQTT-3.8.4-4"},
            v311 = "MQTT-3.8.4-3")
    void theSameFilterAgainReplacesTheSubscriptionAndSendsRetainedMessagesAgain(Packets packets) throws IOException {
        Peer subscriber = BROKER.clean(packets);
        Peer publisher = BROKER.clean(packets);
        String topic = BROKER.name("topic");
        publisher.retain(topic, "retained", 2);
        for (int qos : new int[] {2, 0, 1}) {
            subscriber.subscribe(qos, topic);
            Packet retained = subscriber.take();
            assertThat(retained.retain()).isTrue();
            assertThat(retained.qos()).isEqualTo(qos);
            publisher.publish(topic, "live", 2);
            assertThat(subscriber.take().qos()).isEqualTo(qos);
            subscriber.ping();
        }
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(v5 = "MQTT-3.8.4-4", v311 = "MQTT-3.8.4-3")
    void nothingIsLostWhileASubscriptionIsReplaced(Packets packets, int qos) throws IOException {
        Peer subscriber = BROKER.persistent(packets, BROKER.name("subscriber"));
        String topic = BROKER.name("topic");
        subscriber.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        int messages = 30;
        for (int i = 0; i < messages; i++) {
            subscriber.send(packets.subscribe(100 + i, qos, topic));
            publisher.publish(topic, "m" + i, qos);
        }
        int next = 0;
        int answered = 0;
        while (next < messages || answered < messages) {
            Packet packet = subscriber.read();
            if (packet.type() == Packet.SUBACK) {
                answered++;
            } else {
                assertThat(packet.type()).isEqualTo(Packet.PUBLISH);
                assertThat(packet.text()).isEqualTo("m" + next++);
                // a retained message there is none, so each comes once
            }
            if (packet.type() == Packet.PUBLISH && qos == 1) {
                subscriber.acknowledge(Packet.PUBACK, packet.packetIdentifier());
            }
        }
    }

    // ---- UNSUBSCRIBE

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(
            v5 = {
                "MQTT-3.10.4-1",
                "MQTT-3.10.4-2",
                "MQTT-3.10.4-4",
                "MQTT-3.10.4-5",
                "MQTT-3.10.4-6",
                "MQTT-3.11.3-1",
                "MQTT-3.11.3-2"
            },
            v311 = {"MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.10.4-6"})
    void onlyAFilterThatIsEqualCharacterByCharacterGoes(Packets packets) throws IOException {
        Peer subscriber = BROKER.clean(packets);
        String base = BROKER.name("topic");
        subscriber.subscribe(1, base + "/+", base + "/a", base + "/A");
        int[] codes = subscriber.unsubscribe(base + "/#", base + "/a", base + "/b", base + "/A/", TOO_DEEP);
        if (packets.level() == 5) {
            assertThat(codes).containsExactly(0x11, 0, 0x11, 0x11, 0x8F);
        } else {
            assertThat(codes).isEmpty();
        }
        Peer publisher = BROKER.clean(packets);
        publisher.publish(base + "/a", "by wildcard", 1);
        assertThat(subscriber.take().text()).isEqualTo("by wildcard");
        subscriber.unsubscribe(base + "/+");
        publisher.publish(base + "/a", "nobody", 1);
        publisher.publish(base + "/A", "still", 1);
        assertThat(subscriber.take().text()).isEqualTo("still");
        subscriber.unsubscribe(base + "/A");
        publisher.publish(base + "/A", "nobody", 1);
        subscriber.ping();
        // once more, with nothing left
        assertThat(subscriber.unsubscribe(base + "/A")).isEqualTo(packets.level() == 5 ? new int[] {0x11} : new int[0]);
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    @Spec(v5 = "MQTT-3.10.4-3", v311 = "MQTT-3.10.4-3")
    void whatWasSentBeforeUnsubscribeIsBroughtToItsEnd(Packets packets, int qos) throws IOException {
        String name = BROKER.name("subscriber");
        String topic = BROKER.name("topic");
        Peer first = BROKER.persistent(packets, name);
        first.subscribe(qos, topic);
        Peer publisher = BROKER.clean(packets);
        publisher.publish(topic, "on its way", qos);
        Packet sent = first.arrives();
        first.unsubscribe(topic);
        publisher.publish(topic, "too late", qos);
        first.disconnect();

        Peer second = BROKER.persistent(packets, name);
        Packet again = second.take();
        assertThat(again.text()).isEqualTo("on its way");
        assertThat(again.packetIdentifier()).isEqualTo(sent.packetIdentifier());
        second.ping();
    }

    @Test
    @Spec(v5 = "MQTT-3.10.4-1")
    void aSharedSubscriptionGoesByItsWholeFilter() throws IOException {
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        String shared = "$share/" + BROKER.name("group") + "/" + topic;
        subscriber.subscribe(1, shared);
        assertThat(subscriber.unsubscribe(topic, shared + "x", shared)).containsExactly(0x11, 0x11, 0);
        assertThat(BROKER.clean(Packets.MQTT_5).publish(topic, "nobody", 1)).isEqualTo(0x10);
        subscriber.ping();
    }

    @Test
    void theSubscriptionIdentifierOfAnotherClientIsNotSeen() throws IOException {
        Peer with = BROKER.clean(Packets.MQTT_5);
        Peer without = BROKER.clean(Packets.MQTT_5);
        String topic = BROKER.name("topic");
        with.subscribe(Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, 3), 1, topic);
        without.subscribe(1, topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", 1);
        assertThat(without.take().properties().all()).isEmpty();
        assertThat(with.take().properties().all()).hasSize(1);
    }
}
