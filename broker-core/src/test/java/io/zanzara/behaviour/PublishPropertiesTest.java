package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a PUBLISH of 5.0 carries beside topic and payload (section 3.3.2.3), request and response, and message expiry. */
class PublishPropertiesTest {

    private static final byte[] CORRELATION = {0, (byte) 0xFF, 7, 0};

    private static final Properties ALL = Properties.of(Properties.PAYLOAD_FORMAT, 1)
            .and(Properties.CONTENT_TYPE, "text/plain; ü")
            .and(Properties.RESPONSE_TOPIC, "answers/here")
            .and(Properties.CORRELATION_DATA, CORRELATION)
            .user("b", "1")
            .user("a", "2")
            .user("b", "1")
            .user("", "");

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker();

    @ParameterizedTest
    @CsvSource({"0,false", "1,false", "2,false", "1,true"})
    @Spec(v5 = {"MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20"})
    void propertiesAreForwardedUnaltered(int qos, boolean retain) throws IOException {
        String topic = BROKER.name("topic");
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        if (!retain) {
            subscriber.subscribe(2, topic);
        }
        publisher.publish(topic, "text", qos, retain, ALL);
        if (retain) {
            subscriber.subscribe(2, topic);
        }
        expectAll(subscriber.take());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = {"MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20"})
    void soAreThoseOfAMessageThatWasStored(int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer away = BROKER.persistent(Packets.MQTT_5, name);
        away.subscribe(2, topic);
        away.disconnect();
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", qos, ALL);
        expectAll(BROKER.persistent(Packets.MQTT_5, name).take());
    }

    private static void expectAll(Packet packet) {
        Properties got = packet.properties();
        assertThat(got.number(Properties.PAYLOAD_FORMAT)).isEqualTo(1);
        assertThat(got.text(Properties.CONTENT_TYPE)).isEqualTo("text/plain; ü");
        assertThat(got.text(Properties.RESPONSE_TOPIC)).isEqualTo("answers/here");
        assertThat(got.values(Properties.CORRELATION_DATA)).singleElement().isEqualTo(CORRELATION);
        assertThat(got.user()).isEqualTo(ALL.user());
        assertThat(got.all()).hasSameSizeAs(ALL.all());
    }

    @Test
    @Spec(v5 = "MQTT-3.3.2-4")
    void whatAMessageDoesNotHaveIsNotAdded() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        subscriber.subscribe(1, topic);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "plain", 1);
        publisher.publish(topic, "format 0", 1, Properties.of(Properties.PAYLOAD_FORMAT, 0));
        assertThat(subscriber.take().properties().all()).isEmpty();
        assertThat(subscriber.take().properties()).isEqualTo(Properties.of(Properties.PAYLOAD_FORMAT, 0));
    }

    @Test
    void aClientOfAnEarlierVersionGetsTheMessageWithoutThem() throws IOException {
        String topic = BROKER.name("topic");
        Peer subscriber = BROKER.clean(Packets.MQTT_3_1_1);
        subscriber.subscribe(1, topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", 1, ALL);
        assertThat(subscriber.take().text()).isEqualTo("text");
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.2-15", "MQTT-3.3.2-16"})
    void aRequestFindsItsAnswer() throws IOException {
        Peer requester = BROKER.clean(Packets.MQTT_5);
        Peer responder = BROKER.clean(Packets.MQTT_5);
        String requests = BROKER.name("requests");
        String answers = BROKER.name("answers");
        requester.subscribe(1, answers);
        responder.subscribe(1, requests);
        requester.publish(
                requests,
                "question",
                1,
                Properties.of(Properties.RESPONSE_TOPIC, answers).and(Properties.CORRELATION_DATA, CORRELATION));

        Properties asked = responder.take().properties();
        responder.publish(
                String.valueOf(asked.text(Properties.RESPONSE_TOPIC)),
                "answer",
                1,
                Properties.of(
                        Properties.CORRELATION_DATA,
                        asked.values(Properties.CORRELATION_DATA).get(0)));
        Packet answer = requester.take();
        assertThat(answer.text()).isEqualTo("answer");
        assertThat(answer.properties().values(Properties.CORRELATION_DATA))
                .singleElement()
                .isEqualTo(CORRELATION);
    }

    // ---- message expiry

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = "MQTT-3.3.2-6")
    void theTimeAMessageHasWaitedIsTakenFromItsExpiry(int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer away = BROKER.persistent(Packets.MQTT_5, name);
        away.subscribe(2, topic);
        away.disconnect();
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", qos, expiry(1_000));
        BROKER.advance(600);
        Packet packet = BROKER.persistent(Packets.MQTT_5, name).take();
        assertThat(packet.properties().number(Properties.MESSAGE_EXPIRY)).isBetween(300L, 400L);
    }

    @Test
    @Spec(v5 = "MQTT-3.3.2-6")
    void aRetainedMessageHasWaitedToo() throws IOException {
        String topic = BROKER.name("topic");
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.publish(topic, "text", 1, true, expiry(1_000));
        BROKER.advance(600);
        Peer subscriber = BROKER.clean(Packets.MQTT_5);
        subscriber.subscribe(1, topic);
        assertThat(subscriber.take().properties().number(Properties.MESSAGE_EXPIRY))
                .isBetween(300L, 400L);
        BROKER.advance(600);
        Peer late = BROKER.clean(Packets.MQTT_5);
        late.subscribe(1, topic);
        late.ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = "MQTT-3.3.2-5")
    void aMessageWhoseTimeIsOverIsNotSent(int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer away = BROKER.persistent(Packets.MQTT_5, name);
        away.subscribe(2, topic);
        away.disconnect();
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        long before = BROKER.get().counters().dropped(DropReason.EXPIRED).sum();
        publisher.publish(topic, "short", qos, expiry(10));
        publisher.publish(topic, "long", qos, expiry(100_000));
        publisher.publish(topic, "for ever", qos);
        BROKER.advance(20);
        Peer back = BROKER.persistent(Packets.MQTT_5, name);
        assertThat(back.take(2)).containsExactly("long", "for ever");
        back.ping();
        assertThat(BROKER.get().counters().dropped(DropReason.EXPIRED).sum()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v5 = {"MQTT-4.3.3-7", "MQTT-4.4.0-1"})
    void aMessageThatWasSentDoesNotExpire(int qos) throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer subscriber = BROKER.persistent(Packets.MQTT_5, name);
        subscriber.subscribe(2, topic);
        BROKER.clean(Packets.MQTT_5).publish(topic, "text", qos, expiry(10));
        Packet first = subscriber.arrives();
        assertThat(first.properties().number(Properties.MESSAGE_EXPIRY)).isBetween(1L, 10L);
        subscriber.disconnect();
        BROKER.advance(20);
        Packet again = BROKER.persistent(Packets.MQTT_5, name).take();
        assertThat(again.text()).isEqualTo("text");
        assertThat(again.packetIdentifier()).isEqualTo(first.packetIdentifier());
        assertThat(again.duplicate()).isTrue();
    }

    @Test
    @Spec(v5 = "MQTT-4.3.3-13")
    void aQos2ExchangeGoesOnThoughTheMessageHasExpired() throws IOException {
        String topic = BROKER.name("topic");
        String name = BROKER.name("subscriber");
        Peer away = BROKER.persistent(Packets.MQTT_5, name);
        away.subscribe(2, topic);
        away.disconnect();
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.send(Packets.MQTT_5.publish(topic, "text", 2, 7, expiry(10)));
        publisher.expect(Packet.PUBREC);
        BROKER.advance(20);
        assertThat(publisher.release(7)).isZero();
        BROKER.persistent(Packets.MQTT_5, name).ping();
    }

    private static Properties expiry(int seconds) {
        return Properties.of(Properties.MESSAGE_EXPIRY, seconds);
    }
}
