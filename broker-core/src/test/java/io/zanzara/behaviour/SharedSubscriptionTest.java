package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shared subscriptions (5.0, section 4.8.2). A group hands its messages out in turns of the loop of its own, so tests wait for what must come
 * somewhere before they say that nothing comes elsewhere.
 */
class SharedSubscriptionTest {

    private static final Packets PACKETS = Packets.MQTT_5;

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    private final String topic = BROKER.name("topic");
    private final String filter = "$share/" + BROKER.name("group") + "/" + topic;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v5 = {"MQTT-4.8.2-1", "MQTT-4.8.2-3"})
    void eachMessageGoesToOneMemberAndAllGetTheirShare(int qos) throws IOException {
        List<Peer> members = List.of(clean(qos), clean(qos), clean(qos));
        Peer publisher = BROKER.clean(PACKETS);
        int each = 10;
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < each * members.size(); i++) {
            publisher.publish(topic, "m" + i, qos);
            expected.add("m" + i);
        }
        List<String> got = new ArrayList<>();
        for (Peer member : members) {
            List<String> mine = member.take(each);
            assertThat(mine.stream().map(text -> Integer.valueOf(text.substring(1))))
                    .isSorted();
            got.addAll(mine);
        }
        assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
        for (Peer member : members) {
            member.ping();
        }
    }

    @Test
    void eachGroupAndEachPlainSubscriberGetsACopy() throws IOException {
        Peer one = clean(1);
        Peer two = BROKER.clean(PACKETS);
        two.subscribe(1, "$share/" + BROKER.name("group") + "/" + topic);
        Peer plain = BROKER.clean(PACKETS);
        plain.subscribe(1, topic);
        BROKER.clean(PACKETS).publish(topic, "text", 1);
        for (Peer peer : List.of(one, two, plain)) {
            assertThat(peer.take().text()).isEqualTo("text");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    @Spec(v5 = "MQTT-4.8.2-3")
    void eachMemberGetsTheQosItWasGranted(int granted) throws IOException {
        Peer member = clean(granted);
        Peer other = clean(2);
        Peer publisher = BROKER.clean(PACKETS);
        publisher.publish(topic, "one", 2);
        publisher.publish(topic, "two", 2);
        assertThat(member.take().qos()).isEqualTo(granted);
        assertThat(other.take().qos()).isEqualTo(2);
    }

    @Test
    void noRetainedMessageIsSentForASharedSubscription() throws IOException {
        Peer publisher = BROKER.clean(PACKETS);
        publisher.retain(topic, "retained", 1);
        Peer member = clean(1);
        publisher.publish(topic, "live", 1);
        assertThat(member.take().text()).isEqualTo("live");
        member.ping();
    }

    @Test
    void theRetainFlagAndTheIdentifierAreThoseOfTheMember() throws IOException {
        Peer member = BROKER.clean(PACKETS);
        member.subscribe(Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, 3), 1 | 8, filter);
        Peer other = BROKER.clean(PACKETS);
        other.subscribe(Properties.of(Properties.SUBSCRIPTION_IDENTIFIER, 4), 1, filter);
        Peer publisher = BROKER.clean(PACKETS);
        publisher.retain(topic, "one", 1);
        publisher.retain(topic, "two", 1);
        Packet asPublished = member.take();
        assertThat(asPublished.retain()).isTrue();
        assertThat(asPublished.properties().number(Properties.SUBSCRIPTION_IDENTIFIER))
                .isEqualTo(3);
        Packet plain = other.take();
        assertThat(plain.retain()).isFalse();
        assertThat(plain.properties().number(Properties.SUBSCRIPTION_IDENTIFIER))
                .isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void atQos1WhatAMemberDidNotAcknowledgeGoesToAnother(boolean persistent) throws IOException {
        String name = BROKER.name("member");
        Peer leaving =
                persistent ? BROKER.persistent(PACKETS, name) : BROKER.connect(PACKETS, Packets.Connect.clean(name));
        leaving.subscribe(1, filter);
        Peer publisher = BROKER.clean(PACKETS);
        for (String text : new String[] {"one", "two", "three"}) {
            publisher.publish(topic, text, 1);
        }
        leaving.acknowledge(Packet.PUBACK, leaving.arrives().packetIdentifier());
        leaving.arrives();
        leaving.arrives();
        leaving.ping();
        Peer staying = clean(1);
        BROKER.cut(leaving, name);
        assertThat(staying.take(2)).containsExactly("two", "three");
        if (persistent) {
            BROKER.persistent(PACKETS, name).ping();
        }
    }

    @Test
    @Spec(v5 = "MQTT-4.8.2-4")
    void atQos2WhatWasSentStaysWithItsMember() throws IOException {
        String name = BROKER.name("member");
        Peer first = BROKER.persistent(PACKETS, name);
        first.subscribe(2, filter);
        Peer publisher = BROKER.clean(PACKETS);
        publisher.publish(topic, "sent", 2);
        Packet sent = first.arrives();
        Peer other = clean(2);
        BROKER.cut(first, name);
        publisher.publish(topic, "marker", 2);
        assertThat(other.take().text()).isEqualTo("marker");
        other.ping();

        Peer second = BROKER.persistent(PACKETS, name);
        Packet again = second.take();
        assertThat(again.text()).isEqualTo("sent");
        assertThat(again.duplicate()).isTrue();
        assertThat(again.packetIdentifier()).isEqualTo(sent.packetIdentifier());
        second.ping();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Spec(v5 = "MQTT-4.8.2-5")
    void atQos2ItGoesToNobodyElseWhenTheMembersSessionEnds(boolean persistent) throws IOException {
        String name = BROKER.name("member");
        Peer first =
                persistent ? BROKER.persistent(PACKETS, name) : BROKER.connect(PACKETS, Packets.Connect.clean(name));
        first.subscribe(2, filter);
        Peer publisher = BROKER.clean(PACKETS);
        publisher.publish(topic, "sent", 2);
        first.arrives();
        Peer other = clean(2);
        BROKER.cut(first, name);
        BROKER.connect(PACKETS, Packets.Connect.clean(name)).ping();
        publisher.publish(topic, "marker", 2);
        assertThat(other.take().text()).isEqualTo("marker");
        other.ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = "MQTT-4.8.2-6")
    void whatAMemberRefusesGoesToNobodyElse(int qos) throws IOException {
        Peer refusing = clean(2);
        Peer publisher = BROKER.clean(PACKETS);
        publisher.publish(topic, "refused", qos);
        Packet packet = refusing.arrives();
        Peer other = clean(2);
        refusing.acknowledge(qos == 1 ? Packet.PUBACK : Packet.PUBREC, packet.packetIdentifier(), 0x97);
        refusing.ping();
        refusing.disconnect();
        publisher.publish(topic, "marker", qos);
        assertThat(other.take().text()).isEqualTo("marker");
        other.ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whileAllMembersAreAwayMessagesWaitAndOneThatIsAwayGetsNoneWhileAnotherIsThere(int qos) throws IOException {
        String away = BROKER.name("member");
        Peer first = BROKER.persistent(PACKETS, away);
        first.subscribe(qos, filter);
        first.disconnect();
        Peer publisher = BROKER.clean(PACKETS);
        publisher.publish(topic, "waiting", qos);

        Peer there = BROKER.clean(PACKETS);
        there.subscribe(qos, filter);
        assertThat(there.take().text()).isEqualTo("waiting");
        publisher.publish(topic, "one", qos);
        publisher.publish(topic, "two", qos);
        assertThat(there.take(2)).containsExactly("one", "two");
        there.disconnect();
        publisher.publish(topic, "three", qos);
        Peer back = BROKER.persistent(PACKETS, away);
        assertThat(back.connack().sessionPresent()).isTrue();
        assertThat(back.take().text()).isEqualTo("three");
        back.ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = "MQTT-3.3.2-5")
    void whatHasExpiredIsDroppedAndCounted(int qos) throws IOException {
        String away = BROKER.name("member");
        Peer first = BROKER.persistent(PACKETS, away);
        first.subscribe(qos, filter);
        first.disconnect();
        Peer publisher = BROKER.clean(PACKETS);
        publisher.publish(topic, "short", qos, Properties.of(Properties.MESSAGE_EXPIRY, 10));
        publisher.publish(topic, "long", qos, Properties.of(Properties.MESSAGE_EXPIRY, 1_000));
        BROKER.advance(20);
        Peer back = BROKER.persistent(PACKETS, away);
        Packet packet = back.take();
        assertThat(packet.text()).isEqualTo("long");
        assertThat(packet.properties().number(Properties.MESSAGE_EXPIRY)).isBetween(900L, 980L);
        back.ping();
        assertThat(BROKER.events(BrokerEvent.MessageDropped.class)
                        .filter(event -> event.topic().value().equals(topic)))
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).isEqualTo(DropReason.EXPIRED));
    }

    @Test
    void theGroupEndsWithItsLastMember() throws IOException {
        Peer member = clean(1);
        Peer publisher = BROKER.clean(PACKETS);
        assertThat(publisher.publish(topic, "text", 1)).isZero();
        member.take();
        member.unsubscribe(filter);
        member.ping();
        assertThat(publisher.publish(topic, "for nobody", 1)).isEqualTo(0x10);
        Peer next = clean(1);
        publisher.publish(topic, "marker", 1);
        assertThat(next.take().text()).isEqualTo("marker");
        next.ping();
    }

    /** Returns a member with a clean session. */
    private Peer clean(int qos) throws IOException {
        Peer member = BROKER.clean(PACKETS);
        member.subscribe(qos, filter);
        member.ping();
        return member;
    }
}
