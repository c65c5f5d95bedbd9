package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.Store;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A session belongs to the user who made it. */
class TakeOverTest {

    private static final Store STORE = new MemoryStore();
    private static final ChangingRules RULES = new ChangingRules();

    @RegisterExtension
    static final RunningBroker BROKER = new RunningBroker(() -> STORE, config -> config);

    @RegisterExtension
    static final RunningBroker LENIENT =
            new RunningBroker(config -> config.withLimits(config.limits().with(to -> to.takeOverByAnyUser(true)))
                    .withAuthorizer(RULES));

    private final String client = BROKER.name("client");
    private final String topic = BROKER.name("topic");

    @BeforeEach
    void rules() {
        RULES.are("pattern readwrite #");
    }

    private Packets.Connect persistent(@Nullable String user) {
        Packets.Connect options = Packets.Connect.persistent(client);
        return user == null ? options : options.by(user);
    }

    /** Each version with who owns the session and who wants it. */
    static Stream<Arguments> strangers() {
        return Versions.all()
                .flatMap(packets -> Stream.of(
                        Arguments.of(packets, "alice", "bob"),
                        Arguments.of(packets, "alice", "Alice"),
                        Arguments.of(packets, "alice", null),
                        Arguments.of(packets, null, "bob"),
                        Arguments.of(packets, null, "null")));
    }

    private static void isRefused(Packets packets, Packets.Connect options) throws IOException {
        long counted =
                BROKER.get().counters().refused(ReasonCode.NOT_AUTHORIZED).sum();
        long told = refusals();
        Peer stranger = BROKER.open(packets);
        stranger.send(packets.connect(options));
        Packet answer = stranger.expect(Packet.CONNACK);
        assertThat(answer.code()).isEqualTo(packets.level() == 5 ? 0x87 : 5);
        stranger.isClosed();
        assertThat(BROKER.get().counters().refused(ReasonCode.NOT_AUTHORIZED).sum())
                .isEqualTo(counted + 1);
        assertThat(refusals()).isEqualTo(told + 1);
    }

    private static long refusals() {
        return BROKER.events(BrokerEvent.ConnectionRefused.class)
                .filter(event -> event.reasonCode() == ReasonCode.NOT_AUTHORIZED
                        && event.address().contains("127.0.0.1"))
                .count();
    }

    private Stream<BrokerEvent> ends() {
        return Stream.concat(
                BROKER.events(BrokerEvent.SessionEnded.class)
                        .filter(event -> event.client().value().equals(client)),
                BROKER.events(BrokerEvent.ClientDisconnected.class)
                        .filter(event -> event.client().value().equals(client)));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void anotherUserGetsNothingOfAConnectedClientsSession(
            Packets packets, @Nullable String owner, @Nullable String stranger) throws IOException {
        Peer watcher = BROKER.clean(Packets.MQTT_5);
        watcher.subscribe(1, topic + "/will");
        Packets.Will will = new Packets.Will(topic + "/will", "will", 1, false, 0);
        Peer mine = BROKER.connect(packets, persistent(owner).withWill(will));
        mine.subscribe(1, topic);
        isRefused(packets, persistent(stranger));
        isRefused(packets, persistent(stranger).startingClean());
        isRefused(packets, persistent(stranger).withWill(new Packets.Will(topic + "/will", "false", 1, false, 0)));
        assertThat(ends()).isEmpty();
        BROKER.clean(packets).publish(topic, "mine", 1);
        assertThat(mine.take().text()).isEqualTo("mine");
        mine.ping();
        watcher.ping();
        mine.close();
        assertThat(watcher.take().text()).isEqualTo("will");
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void norOfAnAbsentClients(Packets packets, @Nullable String owner, @Nullable String stranger) throws IOException {
        Peer before = BROKER.connect(packets, persistent(owner));
        before.subscribe(1, topic);
        BROKER.cut(before, client);
        long ends = ends().count();
        BROKER.clean(packets).publish(topic, "waits", 1);
        isRefused(packets, persistent(stranger).startingClean());
        isRefused(packets, persistent(stranger));
        assertThat(ends()).hasSize((int) ends);
        Peer after = BROKER.connect(packets, persistent(owner));
        assertThat(after.take().text()).isEqualTo("waits");
    }

    @Test
    void norAfterARestart() throws IOException {
        Peer before = BROKER.connect(Packets.MQTT_5, persistent("alice"));
        before.subscribe(1, topic);
        BROKER.cut(before, client);
        BROKER.clean(Packets.MQTT_5).publish(topic, "waits", 1);
        BROKER.restart();
        isRefused(Packets.MQTT_5, persistent("bob"));
        isRefused(Packets.MQTT_5, persistent(null).startingClean());
        assertThat(BROKER.connect(Packets.MQTT_5, persistent("alice")).take().text())
                .isEqualTo("waits");
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    void norOfACleanSession(Packets packets) throws IOException {
        Peer mine = BROKER.connect(packets, Packets.Connect.clean(client).by("alice"));
        isRefused(packets, Packets.Connect.clean(client).by("bob"));
        mine.ping();
        mine.disconnect();
        // nothing is left of it, so the name is free
        BROKER.connect(packets, Packets.Connect.clean(client).by("bob")).ping();
    }

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#all")
    void itsOwnerTakesItOverAndEndsIt(Packets packets) throws IOException {
        Peer first = BROKER.connect(packets, persistent("alice"));
        first.subscribe(1, topic);
        Peer second = BROKER.connect(packets, persistent("alice"));
        first.isDisconnected(0x8E);
        BROKER.clean(packets).publish(topic, "mine", 1);
        assertThat(second.take().text()).isEqualTo("mine");
        Peer third = BROKER.connect(packets, persistent("alice").startingClean());
        second.isDisconnected(0x8E);
        assertThat(third.connack().codes()).containsExactly(0, 0);
    }

    @Test
    void aSessionThatHasExpiredIsNobodys() throws IOException {
        Peer mine = BROKER.connect(Packets.MQTT_5, persistent("alice").expiry(1_000));
        BROKER.cut(mine, client);
        isRefused(Packets.MQTT_5, persistent("bob"));
        BROKER.advance(1_001);
        Peer other = BROKER.connect(Packets.MQTT_5, persistent("bob"));
        assertThat(other.connack().codes()).containsExactly(0, 0);
        isRefused(Packets.MQTT_5, persistent("alice"));
        other.ping();
    }

    @Test
    void anyUserTakesItOverWhereThatIsAllowedWithTheNewUsersRights() throws IOException {
        Packets.Connect alice = persistent("alice");
        Peer mine = LENIENT.connect(Packets.MQTT_5, alice);
        String secret = topic + "/secret";
        mine.subscribe(1, topic, secret);
        RULES.are("pattern write #", "pattern read " + topic, "user alice", "topic read #");
        Peer other = LENIENT.connect(Packets.MQTT_5, persistent("bob"));
        mine.isDisconnected(0x8E);
        assertThat(other.connack().codes()).containsExactly(1, 0);
        assertThat(LENIENT.events(BrokerEvent.Refused.class)
                        .filter(event -> event.client().value().equals(client)))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.userName()).isEqualTo("bob");
                    assertThat(event.topic()).isEqualTo(secret);
                });
        Peer publisher = LENIENT.clean(Packets.MQTT_5);
        publisher.publish(secret, "secret", 1);
        publisher.publish(topic, "for both", 1);
        assertThat(other.take().text()).isEqualTo("for both");
        other.ping();
    }
}
