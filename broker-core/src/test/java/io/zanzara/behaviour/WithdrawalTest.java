package io.zanzara.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.DropReason;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.message.ReasonCode;
import io.zanzara.store.ForwardingStore;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.rocksdb.RocksStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Properties;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was allowed once is not any more: subscriptions go, durably, and what waits for them is not delivered. On a store that outlives the broker. */
class WithdrawalTest {

    private static final ChangingRules RULES = new ChangingRules();

    /** Each time a subscription was about to leave the store: whether a client had got its CONNACK since {@link #connectionsBefore} was set. */
    private static final List<Boolean> TOO_EARLY = new CopyOnWriteArrayList<>();

    private static volatile long connectionsBefore;

    @TempDir
    private static Path folder;

    @RegisterExtension
    static final RunningBroker BROKER =
            new RunningBroker(WithdrawalTest::store, config -> config.withAuthorizer(RULES));

    private final String client = BROKER.name("client");
    private final String kept = BROKER.name("kept");
    private final String lost = BROKER.name("lost");

    private static Store store() {
        Store inner = new RocksStore(folder);
        return new ForwardingStore() {
            @Override
            public Store inner() {
                return inner;
            }

            @Override
            public void commit(int lane, List<StoreOperation> batch) {
                if (batch.stream().anyMatch(StoreOperation.DeleteSubscription.class::isInstance)) {
                    TOO_EARLY.add(connections() > connectionsBefore);
                }
                inner.commit(lane, batch);
            }
        };
    }

    private static long connections() {
        return BROKER.events(BrokerEvent.ClientConnected.class).count();
    }

    @BeforeEach
    void all() {
        RULES.are("pattern readwrite #");
    }

    private void nowOnlyKept() {
        RULES.are("pattern write #", "pattern read " + kept + "/#", "user bob", "topic read #");
    }

    private Packets.Connect alice() {
        return Packets.Connect.persistent(client).by("alice");
    }

    private static Peer publisher() throws IOException {
        return BROKER.clean(Packets.MQTT_5);
    }

    private Stream<BrokerEvent.Refused> refusals() {
        return BROKER.events(BrokerEvent.Refused.class)
                .filter(event -> event.client().value().equals(client));
    }

    private void isWithdrawn(String filter) {
        await().until(() -> BROKER.events(BrokerEvent.Unsubscribed.class)
                .anyMatch(event -> event.client().value().equals(client)
                        && event.filter().toString().equals(filter)));
        assertThat(refusals().filter(event -> event.operation() == Operation.RESUME))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.topic()).isEqualTo(filter);
                    assertThat(event.userName()).isEqualTo("alice");
                    assertThat(event.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                });
    }

    private long dropped() {
        return BROKER.events(BrokerEvent.MessageDropped.class)
                .filter(event -> event.client().value().equals(client) && event.reason() == DropReason.NOT_AUTHORIZED)
                .count();
    }

    // ---- a session is resumed

    @ParameterizedTest
    @MethodSource("io.zanzara.behaviour.Versions#withAcknowledgedQos")
    void aResumedSessionLosesWhatIsNoLongerAllowed(Packets packets, int qos) throws IOException {
        Peer first = BROKER.connect(packets, alice());
        first.subscribe(qos, kept + "/#", lost);
        BROKER.cut(first, client);
        Peer publisher = publisher();
        publisher.publish(lost, "waits in vain", qos);
        publisher.publish(kept + "/a", "waits", qos);
        nowOnlyKept();
        long before = BROKER.get().counters().refused(ReasonCode.NOT_AUTHORIZED).sum();
        TOO_EARLY.clear();
        connectionsBefore = connections();
        Peer second = BROKER.connect(packets, alice());
        assertThat(TOO_EARLY).containsExactly(false);
        assertThat(second.take().text()).isEqualTo("waits");
        isWithdrawn(lost);
        assertThat(refusals()).allMatch(event -> event.address().contains("127.0.0.1"));
        assertThat(BROKER.get().counters().refused(ReasonCode.NOT_AUTHORIZED).sum())
                .isEqualTo(before + 1);
        assertThat(dropped()).isEqualTo(1);
        publisher.publish(lost, "for nobody", qos);
        publisher.publish(kept + "/b", "lives", qos);
        assertThat(second.take().text()).isEqualTo("lives");
        second.ping();
        BROKER.cut(second, client);

        // it stays lost, also when it is allowed again
        all();
        BROKER.restart();
        Peer third = BROKER.connect(packets, alice());
        publisher = publisher();
        publisher.publish(lost, "for nobody", qos);
        publisher.publish(kept + "/c", "lives on", qos);
        assertThat(third.take().text()).isEqualTo("lives on");
        third.ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void soItIsAfterARestartWithOtherRules(int qos) throws IOException {
        Peer first = BROKER.connect(Packets.MQTT_5, alice());
        first.subscribe(qos, kept + "/#", lost, "only/" + lost);
        first.unsubscribe("only/" + lost);
        BROKER.cut(first, client);
        Peer publisher = publisher();
        publisher.publish(lost, "waits in vain", qos);
        publisher.publish(kept + "/a", "waits", qos);
        nowOnlyKept();
        BROKER.restart();
        Peer second = BROKER.connect(Packets.MQTT_5, alice());
        assertThat(second.take().text()).isEqualTo("waits");
        second.ping();
        isWithdrawn(lost);
        assertThat(dropped()).isEqualTo(1);
    }

    @Test
    void whatWasSentIsSentAgainOnlyWhereAnExchangeMayHaveBegun() throws IOException {
        Peer first = BROKER.connect(Packets.MQTT_5, alice());
        first.subscribe(2, lost);
        Peer publisher = publisher();
        publisher.publish(lost, "once", 1);
        publisher.publish(lost, "twice", 2);
        first.arrives();
        int identifier = first.arrives().packetIdentifier();
        BROKER.cut(first, client);
        nowOnlyKept();
        Peer second = BROKER.connect(Packets.MQTT_5, alice());
        Packet again = second.take();
        assertThat(again.text()).isEqualTo("twice");
        assertThat(again.packetIdentifier()).isEqualTo(identifier);
        second.ping();
    }

    // ---- the rules change

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aConnectedClientLosesItsSubscription(int qos) throws IOException {
        Peer peer = BROKER.connect(Packets.MQTT_5, alice());
        peer.subscribe(qos, kept + "/#", lost);
        Peer publisher = publisher();
        publisher.publish(lost, "first", qos);
        assertThat(peer.take().text()).isEqualTo("first");
        nowOnlyKept();
        BROKER.get().recheckSubscriptions();
        isWithdrawn(lost);
        assertThat(publisher.publish(lost, "for nobody", 1)).isEqualTo(0x10);
        publisher.publish(kept + "/a", "second", qos);
        assertThat(peer.take().text()).isEqualTo("second");
        peer.ping();
        // it asks again, in vain
        assertThat(peer.subscribe(qos, lost)).containsExactly(0x87);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatWaitsForItsTurnIsNotDelivered(int qos) throws IOException {
        Peer peer = BROKER.connect(Packets.MQTT_5, alice().window(1));
        peer.subscribe(qos, kept + "/#", lost);
        Peer publisher = publisher();
        publisher.publish(lost, "in flight", qos);
        for (int i = 0; i < 5; i++) {
            publisher.publish(lost, "waits in vain", qos);
        }
        publisher.publish(kept + "/a", "waits", qos);
        nowOnlyKept();
        BROKER.get().recheckSubscriptions();
        isWithdrawn(lost);
        assertThat(peer.take(2)).containsExactly("in flight", "waits");
        peer.ping();
        assertThat(dropped()).isEqualTo(5);
    }

    @Test
    void anAbsentClientLosesItsSubscriptionForGood() throws IOException {
        Peer first = BROKER.connect(Packets.MQTT_5, alice());
        first.subscribe(1, lost);
        BROKER.cut(first, client);
        Peer publisher = publisher();
        publisher.publish(lost, "waits in vain", 1);
        nowOnlyKept();
        BROKER.get().recheckSubscriptions();
        isWithdrawn(lost);
        assertThat(publisher.publish(lost, "for nobody", 1)).isEqualTo(0x10);
        BROKER.restart();
        Peer second = BROKER.connect(Packets.MQTT_5, alice());
        assertThat(second.connack().codes()).containsExactly(1, 0);
        await().until(() -> dropped() == 1);
        second.ping();
        all();
        assertThat(publisher().publish(lost, "for nobody", 1)).isEqualTo(0x10);
        assertThat(second.unsubscribe(lost)).containsExactly(0x11);
    }

    @Test
    void aSessionNobodyHasConnectedToSinceTheStartHasNoAddress() throws IOException {
        Peer first = BROKER.connect(Packets.MQTT_5, alice());
        first.subscribe(1, lost);
        BROKER.cut(first, client);
        BROKER.restart();
        nowOnlyKept();
        BROKER.get().recheckSubscriptions();
        isWithdrawn(lost);
        assertThat(refusals()).allMatch(event -> event.address().isEmpty());
    }

    // ---- wills

    @Test
    void aDelayedWillIsJudgedAfterARestartToo() throws IOException {
        Packets.Will will = new Packets.Will(lost, "will", 1, false, 1);
        Peer watcher = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.persistent(BROKER.name("bob")).by("bob"));
        watcher.subscribe(1, lost, kept);
        BROKER.cut(BROKER.connect(Packets.MQTT_5, alice().withWill(will)), client);
        RULES.are("user bob", "topic read #", "topic publish #");
        BROKER.restart();
        await().until(() -> refusals().count() == 1);
        assertThat(refusals()).allSatisfy(event -> {
            assertThat(event.operation()).isEqualTo(Operation.WILL);
            assertThat(event.userName()).isEqualTo("alice");
            assertThat(event.address()).isEmpty();
            assertThat(event.topic()).isEqualTo(lost);
        });
    }

    @Test
    void andSentInTheNameOfItsUser() throws IOException {
        String watching = BROKER.name("bob");
        Packets.Connect bob = Packets.Connect.persistent(watching).by("bob");
        Peer watcher = BROKER.connect(Packets.MQTT_5, bob);
        watcher.subscribe(1, lost);
        Packets.Will will = new Packets.Will(lost, "will", 1, false, 1);
        BROKER.cut(BROKER.connect(Packets.MQTT_5, alice().withWill(will)), client);
        RULES.are("user bob", "topic read #", "user alice", "topic publish #");
        BROKER.restart();
        assertThat(BROKER.connect(Packets.MQTT_5, bob).take().text()).isEqualTo("will");
        assertThat(refusals()).isEmpty();
    }

    // ---- shared groups

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aMemberThatMayNotAnyMoreLeavesItsGroup(int qos) throws IOException {
        String filter = "$share/" + BROKER.name("group") + "/" + lost;
        Peer alice = BROKER.connect(Packets.MQTT_5, alice());
        alice.subscribe(2, filter);
        Peer bob = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.persistent(BROKER.name("bob")).by("bob"));
        bob.subscribe(2, filter);
        nowOnlyKept();
        BROKER.get().recheckSubscriptions();
        isWithdrawn(filter);
        Peer publisher = publisher();
        for (int i = 0; i < 6; i++) {
            publisher.publish(lost, "m" + i, qos);
        }
        assertThat(bob.take(6)).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
        alice.ping();
    }

    @Test
    void whatItsGroupHasLentItAndWasNotSentGoesToOthers() throws IOException {
        String filter = "$share/" + BROKER.name("group") + "/" + lost;
        Peer alice = BROKER.connect(Packets.MQTT_5, alice().window(1));
        alice.subscribe(1, filter);
        long queuedBefore = BROKER.get().counters().queued.sum();
        Peer publisher = publisher();
        publisher.publish(lost, "in flight", 1);
        Packet inFlight = alice.arrives();
        publisher.publish(lost, "waits", 1);
        publisher.publish(lost, "waits too", 1);
        alice.ping();
        Peer bob = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.persistent(BROKER.name("bob")).by("bob"));
        bob.subscribe(1, filter);
        nowOnlyKept();
        BROKER.get().recheckSubscriptions();
        isWithdrawn(filter);
        assertThat(bob.take(2)).containsExactly("waits", "waits too");
        alice.acknowledge(Packet.PUBACK, inFlight.packetIdentifier());
        alice.ping();
        bob.ping();
        assertThat(BROKER.get().counters().queued.sum()).isEqualTo(queuedBefore);
        assertThat(dropped()).isZero();
    }

    @Test
    void aResumedSessionLeavesItsGroup() throws IOException {
        String filter = "$share/" + BROKER.name("group") + "/" + lost;
        Peer alice = BROKER.connect(Packets.MQTT_5, alice());
        alice.subscribe(1, filter);
        BROKER.cut(alice, client);
        publisher().publish(lost, "waits for somebody", 1);
        nowOnlyKept();
        BROKER.restart();
        Peer bob = BROKER.connect(
                Packets.MQTT_5, Packets.Connect.clean(BROKER.name("bob")).by("bob"), Properties.NONE);
        bob.subscribe(1, filter);
        assertThat(bob.take().text()).isEqualTo("waits for somebody");
        alice = BROKER.connect(Packets.MQTT_5, alice());
        isWithdrawn(filter);
        Peer publisher = publisher();
        publisher.publish(lost, "m1", 1);
        publisher.publish(lost, "m2", 1);
        assertThat(bob.take(2)).containsExactly("m1", "m2");
        alice.ping();
    }
}
