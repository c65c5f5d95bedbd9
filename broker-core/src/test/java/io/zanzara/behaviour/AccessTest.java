package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.AccessRules;
import io.zanzara.access.Authorizer;
import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.TopicFilter;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may not do: what it is told, what becomes of it, and who hears of it. What is taken away later is in WithdrawalTest. */
class AccessTest {

    private static final int WITHOUT_RETAINED = 32;

    private static final ChangingRules RULES = new ChangingRules();

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker(config -> config.withAuthorizer(RULES));

    private final String client = BROKER.name("client");
    private final String open = BROKER.name("open");
    private final String closed = BROKER.name("closed");

    @BeforeEach
    void rules() {
        RULES.are("topic readwrite " + open + "/#", "pattern readwrite users/%u/#", "pattern publish plain/%c");
    }

    private Peer connect(Packets packets) throws IOException {
        return BROKER.connect(packets, Packets.Connect.clean(client).by("alice"));
    }

    private Peer watcher(String filter) throws IOException {
        Peer watcher = BROKER.clean(Packets.MQTT_5);
        assertThat(watcher.subscribe(2 | WITHOUT_RETAINED, filter)).containsExactly(2);
        return watcher;
    }

    private static long refusals() {
        return BROKER.get().counters().refused(ReasonCode.NOT_AUTHORIZED).sum();
    }

    /** The client was refused this, once, and the event says all there is to say. */
    private void refused(Operation operation, String topic) {
        assertThat(BROKER.events(BrokerEvent.Refused.class)
                        .filter(event -> event.client().value().equals(client) && event.operation() == operation)
                        .filter(event -> event.topic().equals(topic)))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.userName()).isEqualTo("alice");
                    assertThat(event.address()).contains("127.0.0.1");
                    assertThat(event.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                });
    }

    // ---- SUBSCRIBE

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    @Spec(v311 = {"MQTT-3.8.4-5", "MQTT-3.9.3-1"})
    void aSubscriptionThatIsNotAllowedIsNone(Packets packets) throws IOException {
        long before = refusals();
        Peer peer = connect(packets);
        int no = packets.level() == 5 ? 0x87 : packets.level() == 4 ? 0x80 : 0;
        assertThat(peer.subscribe(1, open + "/a", closed, open + "/#", "#")).containsExactly(1, no, 1, no);
        assertThat(refusals()).isEqualTo(before + 2);
        refused(Operation.SUBSCRIBE, closed);
        refused(Operation.SUBSCRIBE, "#");
        BROKER.get().publish(closed, new byte[0], Qos.AT_MOST_ONCE, false);
        BROKER.get()
                .publish(open + "/b", new byte[0], Qos.AT_LEAST_ONCE, false)
                .toCompletableFuture()
                .join();
        assertThat(peer.take().topic()).isEqualTo(open + "/b");
        peer.ping();
    }

    @Test
    void aSharedOneIsJudgedByItsFilter() throws IOException {
        Peer peer = connect(Packets.MQTT_5);
        String shared = "$share/" + open + "/" + closed;
        assertThat(peer.subscribe(1, "$share/g/" + open + "/+", shared, "$share/users/alice/#"))
                .containsExactly(1, 0x87, 0x87);
        refused(Operation.SUBSCRIBE, shared);
    }

    @Test
    void oneTooManyIsAnEventToo() throws IOException {
        RULES.are(Authorizer.PERMIT_ALL);
        long before =
                BROKER.get().counters().refused(ReasonCode.TOPIC_FILTER_INVALID).sum();
        String deep = "a/".repeat(200) + "b";
        assertThat(connect(Packets.MQTT_5).subscribe(1, deep)).containsExactly(0x8F);
        assertThat(BROKER.get()
                        .counters()
                        .refused(ReasonCode.TOPIC_FILTER_INVALID)
                        .sum())
                .isEqualTo(before + 1);
        assertThat(BROKER.events(BrokerEvent.Refused.class)
                        .filter(event -> event.topic().equals(deep)))
                .singleElement()
                .satisfies(event -> assertThat(event.reasonCode()).isEqualTo(ReasonCode.TOPIC_FILTER_INVALID));
    }

    // ---- PUBLISH

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    @Spec(v5 = "MQTT-4.3.3-9", v311 = "MQTT-3.3.5-2")
    void aPublicationThatIsNotAllowedReachesNobody(Packets packets, int qos) throws IOException {
        RULES.are(AccessRules.parse(List.of("pattern readwrite #")));
        Peer watcher = watcher("#");
        rules();
        long before = refusals();
        Peer peer = connect(packets);
        int no = packets.level() == 5 && qos > 0 ? 0x87 : 0;
        assertThat(peer.publish(closed, "secret", qos)).isEqualTo(no);
        assertThat(peer.publish("users/bob/x", "secret", qos)).isEqualTo(no);
        assertThat(peer.publish("users/alice/x", "mine", qos)).isZero();
        assertThat(watcher.take().text()).isEqualTo("mine");
        watcher.ping();
        assertThat(refusals()).isEqualTo(before + 2);
        refused(Operation.PUBLISH, closed);
        refused(Operation.PUBLISH, "users/bob/x");
        assertThat(BROKER.events(BrokerEvent.Published.class)
                        .map(event -> event.publication().topic().value()))
                .doesNotContain(closed);
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    void whoMayPublishMayNotRetain(Packets packets, int qos) throws IOException {
        String topic = "plain/" + client;
        Peer peer = connect(packets);
        assertThat(peer.publish(topic, "live", qos)).isIn(0, 0x10);
        assertThat(peer.retain(topic, "kept", qos)).isEqualTo(packets.level() == 5 && qos > 0 ? 0x87 : 0);
        refused(Operation.PUBLISH, topic);
        RULES.are("pattern read #");
        Peer watcher = BROKER.clean(Packets.MQTT_5);
        watcher.subscribe(2, topic);
        watcher.ping();
    }

    @Test
    void anExchangeThatWasAcceptedIsFinished() throws IOException {
        Peer watcher = watcher(open + "/x");
        Peer peer = connect(Packets.MQTT_5);
        byte[] payload = {'x'};
        peer.send(Packets.MQTT_5.publish(open + "/x", payload, 2, false, false, 7));
        assertThat(peer.expect(Packet.PUBREC).code()).isZero();
        RULES.are();
        long before = refusals();
        peer.send(Packets.MQTT_5.publish(open + "/x", payload, 2, false, true, 7));
        assertThat(peer.expect(Packet.PUBREC).code()).isZero();
        assertThat(peer.release(7)).isZero();
        assertThat(watcher.take().text()).isEqualTo("x");
        assertThat(refusals()).isEqualTo(before);
    }

    // ---- wills

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withQos")
    void aWillIsJudgedWhenItIsSent(Packets packets, int qos) throws IOException {
        Peer watcher = watcher(open + "/#");
        Peer peer = BROKER.connect(
                packets,
                Packets.Connect.clean(client)
                        .by("alice")
                        .withWill(new Packets.Will(open + "/w", "will", qos, false, 0)));
        // what is forbidden at CONNECT may be allowed by then
        String later = BROKER.name("later");
        Peer other = BROKER.connect(
                packets,
                Packets.Connect.clean(BROKER.name("other"))
                        .by("alice")
                        .withWill(new Packets.Will(later, "late will", qos, false, 0)));
        RULES.are("pattern readwrite " + later);
        assertThat(watcher.subscribe(2, later)).containsExactly(2);
        long before = refusals();
        BROKER.cut(peer, client);
        assertThat(refusals()).isEqualTo(before + 1);
        refused(Operation.WILL, open + "/w");
        other.close();
        assertThat(watcher.take().text()).isEqualTo("late will");
        watcher.ping();
    }

    @Test
    void aWillIsSentInTheNameOfItsUser() throws IOException {
        RULES.are("pattern readwrite users/%u/#", "user watcher", "topic read #");
        Peer watcher = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.clean(BROKER.name("watcher")).by("watcher"));
        watcher.subscribe(2 | WITHOUT_RETAINED, "#");
        Packets.Connect options = Packets.Connect.clean(client).by("alice");
        BROKER.cut(
                BROKER.connect(Packets.MQTT_5, options.withWill(new Packets.Will("users/bob/w", "no", 1, false, 0))),
                client);
        refused(Operation.WILL, "users/bob/w");
        BROKER.connect(Packets.MQTT_5, options.withWill(new Packets.Will("users/alice/w", "yes", 1, false, 0)))
                .close();
        assertThat(watcher.take().text()).isEqualTo("yes");
    }

    // ---- retained messages

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aRetainedMessageIsAskedAbout(int qos) throws IOException {
        Authorizer secretive = new Authorizer() {
            @Override
            public boolean mayPublish(ClientId publisher, @Nullable String userName, Publication publication) {
                return true;
            }

            @Override
            public boolean maySubscribe(ClientId subscriber, @Nullable String userName, TopicFilter filter, Qos most) {
                return true;
            }

            @Override
            public boolean mayReceive(ClientId subscriber, @Nullable String userName, Publication publication) {
                return !publication.topic().value().endsWith("secret");
            }
        };
        RULES.are(secretive);
        Peer publisher = BROKER.clean(Packets.MQTT_5);
        publisher.retain(open + "/secret", "secret", qos);
        publisher.retain(open + "/known", "known", qos);
        long before = refusals();
        Peer peer = connect(Packets.MQTT_5);
        peer.subscribe(2, open + "/+");
        assertThat(peer.take().text()).isEqualTo("known");
        peer.ping();
        assertThat(refusals()).isEqualTo(before + 1);
        refused(Operation.RETAINED, open + "/secret");
        // what is published now is not asked about: the subscription was allowed
        publisher.publish(open + "/secret", "live", qos);
        assertThat(peer.take().text()).isEqualTo("live");
    }

    // ---- an authorizer that fails

    static List<Supplier<Throwable>> failures() {
        return List.of(
                () -> new IllegalStateException("broken"), () -> new AssertionError("broken"), StackOverflowError::new);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anAuthorizerThatThrowsHasSaidNoAndHarmsNobody(Supplier<Throwable> failure) throws IOException {
        RULES.are(Authorizer.PERMIT_ALL);
        Peer bystander = watcher("bystander/#");
        BROKER.clean(Packets.MQTT_5).retain("only-received/" + closed, "kept", 1);
        RULES.are(new Broken(failure));
        Peer peer = BROKER.connect(
                Packets.MQTT_5,
                Packets.Connect.clean(client)
                        .by("alice")
                        .withWill(new Packets.Will("bystander/will", "no", 1, false, 0)));
        assertThat(peer.subscribe(1, closed)).containsExactly(0x87);
        assertThat(peer.publish(closed, "x", 1)).isEqualTo(0x87);
        assertThat(peer.publish(closed, "x", 2)).isEqualTo(0x87);
        assertThat(peer.publish(closed, "x", 0)).isZero();
        assertThat(peer.subscribe(1, "only-received/" + closed)).containsExactly(1);
        peer.ping();
        refused(Operation.RETAINED, "only-received/" + closed);
        BROKER.cut(peer, client);
        refused(Operation.WILL, "bystander/will");
        bystander.ping();
        RULES.are(Authorizer.PERMIT_ALL);
        BROKER.clean(Packets.MQTT_5).publish("bystander/x", "on", 1);
        assertThat(bystander.take().text()).isEqualTo("on");
    }

    /** Throws at whatever it is asked, but for one filter. */
    private record Broken(Supplier<Throwable> failure) implements Authorizer {

        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
            throw Broken.<RuntimeException>unchecked(failure.get());
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
            if (filter.value().startsWith("only-received/")) {
                return true;
            }
            throw Broken.<RuntimeException>unchecked(failure.get());
        }

        @Override
        public boolean mayReceive(ClientId client, @Nullable String userName, Publication publication) {
            throw Broken.<RuntimeException>unchecked(failure.get());
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <E extends Throwable> E unchecked(Throwable failure) throws E {
            throw (E) failure;
        }
    }
}
