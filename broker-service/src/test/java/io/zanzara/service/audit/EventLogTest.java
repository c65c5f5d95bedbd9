package io.zanzara.service.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.ClientConnected;
import io.zanzara.event.BrokerEvent.ClientDisconnected;
import io.zanzara.event.BrokerEvent.Closed;
import io.zanzara.event.BrokerEvent.ConnectionRefused;
import io.zanzara.event.BrokerEvent.Delivered;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.event.BrokerEvent.Listening;
import io.zanzara.event.BrokerEvent.MessageDropped;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.event.BrokerEvent.Ready;
import io.zanzara.event.BrokerEvent.SessionEnded;
import io.zanzara.event.BrokerEvent.SessionFailed;
import io.zanzara.event.BrokerEvent.StoreAvailability;
import io.zanzara.event.BrokerEvent.Subscribed;
import io.zanzara.event.BrokerEvent.Unsubscribed;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class EventLogTest {

    private static final BrokerEvent.Asked ASKED = new BrokerEvent.Asked(false, 60, null, null);

    private static final ClientId SUB = new ClientId("cli_sub");
    private static final Topic TEST = new Topic("test");

    private static BrokerEvent published(String payload) {
        return new Published(message(payload), BrokerEvent.Origin.CLIENT, null, false);
    }

    private static Publication message(String payload) {
        return new Publication(
                7,
                new ClientId("cli_pub"),
                TEST,
                Qos.AT_LEAST_ONCE,
                false,
                payload.getBytes(StandardCharsets.UTF_8),
                Publication.NEVER,
                PublicationProperties.NONE);
    }

    private static List<String> logged(boolean payload, BrokerEvent... events) {
        List<String> lines = new ArrayList<>();
        EventLog log = new EventLog(payload, lines::add);
        for (BrokerEvent event : events) {
            log.on(event);
        }
        return lines;
    }

    static Stream<Arguments> eachEventIsOneLine() {
        TopicFilter filter = TopicFilter.parse("test/#");
        return Stream.of(
                Arguments.of(
                        new ClientConnected(SUB, "127.0.0.1:5", 4, true, "ann", ASKED),
                        "clientConnected cli_sub from 127.0.0.1:5, MQTT 3.1.1, user ann, session resumed"),
                Arguments.of(
                        new ClientDisconnected(SUB, "ann", "127.0.0.1:5", ReasonCode.SUCCESS, "bye"),
                        "clientDisconnected cli_sub from 127.0.0.1:5 (bye)"),
                Arguments.of(
                        new ClientDisconnected(SUB, "ann", "127.0.0.1:5", ReasonCode.KEEP_ALIVE_TIMEOUT, "silent"),
                        "clientDisconnected cli_sub from 127.0.0.1:5 (0x8D, silent)"),
                Arguments.of(
                        new Subscribed(SUB, null, Subscription.of(filter, Qos.AT_LEAST_ONCE)),
                        "subscribed cli_sub test/# QoS 1"),
                Arguments.of(new Unsubscribed(SUB, null, filter, true), "unsubscribed cli_sub test/#"),
                Arguments.of(
                        new Unsubscribed(SUB, null, filter, false),
                        "unsubscribed cli_sub test/# (there was no such subscription)"),
                Arguments.of(
                        new SessionFailed(SUB, new IllegalStateException("gone")),
                        "sessionFailed cli_sub (java.lang.IllegalStateException: gone)"),
                Arguments.of(published("Hello mqtt 1"), "published cli_pub test QoS 1, 12 bytes"),
                Arguments.of(
                        new Delivered(SUB, null, message("Hello mqtt 1"), Qos.AT_LEAST_ONCE, 7),
                        "delivered cli_sub test QoS 1, 12 bytes"),
                Arguments.of(
                        new MessageDropped(SUB, TEST, 7, Qos.AT_MOST_ONCE, DropReason.SLOW_CONNECTION),
                        "dropped cli_sub test QoS 0 (slow connection)"),
                Arguments.of(
                        new ConnectionRefused("10.0.0.1:9", ReasonCode.MALFORMED_PACKET, "bad"),
                        "connectionRefused 10.0.0.1:9 (0x81, bad)"),
                Arguments.of(new SessionEnded(SUB, "expired"), "sessionEnded cli_sub (expired)"),
                Arguments.of(new StoreAvailability(false, "no answer"), "storeAway (no answer)"),
                Arguments.of(new StoreAvailability(true, ""), "storeBack"));
    }

    @ParameterizedTest
    @MethodSource
    void eachEventIsOneLine(BrokerEvent event, String line) {
        assertThat(logged(false, event)).containsExactly(line);
    }

    @Test
    void startAndStopAreSaidByTheServiceItself() {
        assertThat(logged(
                        false,
                        new Ready(List.of(new Listening("tcp", "localhost", 5112, "TCP")), "memory"),
                        new Closed()))
                .isEmpty();
    }

    @Test
    void payloadIsShownWhenAskedFor() {
        assertThat(logged(true, published("Hello mqtt 1")))
                .containsExactly("published cli_pub test QoS 1: Hello mqtt 1");
    }

    @Test
    void nothingThatClientsSendForgesALine() {
        List<String> lines = logged(
                true,
                published("a\nclientConnected root\u001b[2J\r\u2028\u202e"),
                new ClientConnected(new ClientId("a\nb\u0007"), "x", 5, false, null, ASKED));

        assertThat(lines)
                .containsExactly(
                        "published cli_pub test QoS 1: a.clientConnected root.[2J...",
                        "clientConnected a.b. from x, MQTT 5.0");
    }

    @Test
    void longPayloadIsCut() {
        assertThat(logged(true, published("é".repeat(1_000_000))))
                .singleElement()
                .satisfies(line -> assertThat(line).endsWith("é…").hasSizeLessThan(160));
    }
}
