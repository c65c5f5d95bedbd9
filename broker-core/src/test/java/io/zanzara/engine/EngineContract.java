package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Limits.QueuePolicy;
import io.zanzara.conformance.Spec;
import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users see of the broker, on any store: each store's test extends this. */
abstract class EngineContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<AutoCloseable> open = new ArrayList<>();
    final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    Broker broker;
    private Store store;

    /** A store for a fresh broker. */
    abstract Store newStore() throws Exception;

    /** The same store as a restarted broker would open it. */
    abstract Store reopened() throws Exception;

    Limits limits() {
        return Limits.DEFAULTS;
    }

    BrokerConfig config(Store store) {
        return BrokerConfig.of(store).withPort(0).withEventListeners(List.of(events::add));
    }

    @BeforeEach
    void start() throws Exception {
        store = newStore();
        broker = Broker.start(config(store));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        broker.close();
    }

    void restart() throws Exception {
        broker.close();
        broker = Broker.start(config(reopened()));
    }

    void restart(Limits limits) throws Exception {
        broker.close();
        broker = Broker.start(config(reopened()).withLimits(limits));
    }

    Clients.Paho paho(String clientId) throws Exception {
        Clients.Paho client = new Clients.Paho(broker.port(), clientId);
        open.add(client);
        return client;
    }

    Mqtt5BlockingClient hive(String clientId) {
        Mqtt5BlockingClient client = Clients.hive(broker.port(), clientId);
        open.add(() -> {
            if (client.getState().isConnected()) {
                client.disconnect();
            }
        });
        return client;
    }

    static List<String> numbered(String text, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> text + i).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @Spec(v311 = {"MQTT-4.3.1-1", "MQTT-4.6.0-5", "MQTT-4.6.0-6", "MQTT-4.7.1-3", "MQTT-7.0.0-2", "MQTT-7.1.1-1"})
    void deliversOnlineInOrder(int qos) throws Exception {
        Clients.Paho subscriber = paho("sub").connect(false).subscribe("a/+/c", qos);
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 500; i++) {
            publisher.send("a/b/c", "m" + i, qos, false);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).hasSize(500));
        assertThat(subscriber.received).isEqualTo(numbered("m", 1, 500));
        assertThat(subscriber.messages).allMatch(message -> message.getQos() == qos && !message.isDuplicate());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Spec(v311 = {"MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.2.2-2", "MQTT-4.1.0-1", "MQTT-4.5.0-1", "MQTT-4.6.0-6"})
    void keepsForAnOfflineSessionInOrderAcrossARestart(int qos) throws Exception {
        paho("sub").connect(false).subscribe("test", qos).disconnect();
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 100; i++) {
            publisher.publish("test", "m" + i, qos);
        }
        restart();
        Clients.Paho again = paho("pub").connect(false);
        for (int i = 101; i <= 200; i++) {
            again.publish("test", "m" + i, qos);
        }
        Clients.Paho subscriber = paho("sub").connect(false);
        assertThat(subscriber.sessionPresent).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).hasSize(200));
        assertThat(subscriber.received).isEqualTo(numbered("m", 1, 200));
        for (int i = 201; i <= 210; i++) {
            again.publish("test", "m" + i, qos);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).hasSize(210));
        assertThat(subscriber.received).isEqualTo(numbered("m", 1, 210));
    }

    @Test
    @Spec(v311 = {"MQTT-3.1.2-6", "MQTT-3.2.2-1"})
    void aCleanSessionGetsNothingOfWhatItMissed() throws Exception {
        paho("sub").connect(true).subscribe("test", 1).disconnect();
        Clients.Paho publisher = paho("pub").connect(true);
        publisher.publish("test", "missed", 1);
        Clients.Paho subscriber = paho("sub").connect(true).subscribe("test", 1);
        assertThat(subscriber.sessionPresent).isFalse();
        publisher.publish("test", "seen", 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("seen"));
    }

    @Test
    @Spec(v311 = {"MQTT-3.1.2-6", "MQTT-3.1.4-3", "MQTT-3.2.2-3"})
    void aCleanStartDiscardsTheSessionForGood() throws Exception {
        paho("sub").connect(false).subscribe("test", 1).disconnect();
        Clients.Paho publisher = paho("pub").connect(false);
        publisher.publish("test", "old", 1);
        paho("sub").connect(true).disconnect();
        Clients.Paho subscriber = paho("sub").connect(false);
        assertThat(subscriber.sessionPresent).isFalse();
        publisher.publish("test", "unsubscribed", 1);
        subscriber.subscribe("test", 1);
        publisher.publish("test", "new", 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("new"));
        subscriber.disconnect();
        publisher.publish("test", "newer", 1);
        restart();
        Clients.Paho back = paho("sub").connect(false);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(back.received).containsExactly("newer"));
    }

    @Test
    @Spec(v311 = {"MQTT-3.10.4-1", "MQTT-3.10.4-2"})
    void anUnsubscribedTopicStaysUnsubscribedAcrossARestart() throws Exception {
        Clients.Paho subscriber = paho("sub").connect(false).subscribe("a", 1).subscribe("b", 1);
        subscriber.client.unsubscribe("a").waitForCompletion();
        subscriber.disconnect();
        restart();
        Clients.Paho publisher = paho("pub").connect(true);
        publisher.publish("a", "no", 1);
        publisher.publish("b", "yes", 1);
        Clients.Paho back = paho("sub").connect(false);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(back.received).containsExactly("yes"));
    }

    @Test
    @Spec(v311 = {"MQTT-2.3.1-4", "MQTT-3.3.1-1", "MQTT-4.3.2-1", "MQTT-4.4.0-1", "MQTT-4.6.0-1"})
    void sendsAgainWhatWasNotAcknowledgedFirstWithDup() throws Exception {
        Clients.Paho subscriber = paho("sub");
        subscriber.client.setManualAcks(true);
        subscriber.connect(false).subscribe("test", 1);
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 5; i++) {
            publisher.publish("test", "m" + i, 1);
        }
        await().atMost(PATIENCE).until(() -> subscriber.received.size() == 5);
        List<Integer> ids =
                subscriber.messages.stream().map(message -> message.getId()).toList();
        subscriber.cut();
        publisher.publish("test", "m6", 1);
        Clients.Paho back = paho("sub").connect(false);
        await().atMost(PATIENCE).until(() -> back.received.size() == 6);
        assertThat(back.received).isEqualTo(numbered("m", 1, 6));
        assertThat(back.messages.stream().limit(5).map(message -> message.getId()))
                .isEqualTo(ids);
        assertThat(back.messages.stream().map(message -> message.isDuplicate()))
                .containsExactly(true, true, true, true, true, false);
    }

    @Test
    @Spec(v311 = {"MQTT-4.3.2-1", "MQTT-4.4.0-1"})
    void deletesOnlyWhatWasAcknowledged() throws Exception {
        Clients.Paho subscriber = paho("sub");
        subscriber.client.setManualAcks(true);
        subscriber.connect(false).subscribe("test", 1);
        subscriber.disconnect();
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 10; i++) {
            publisher.publish("test", "m" + i, 1);
        }
        subscriber.connect(false);
        await().atMost(PATIENCE).until(() -> subscriber.received.size() == 10);
        for (int i = 0; i < 5; i++) {
            subscriber.client.messageArrivedComplete(subscriber.messages.get(i).getId(), 1);
        }
        await().atMost(PATIENCE).until(() -> store.countQueue(new ClientId("sub"), 0, Long.MAX_VALUE) <= 5);
        subscriber.cut();
        restart();
        Clients.Paho back = paho("sub").connect(false);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(back.received).isEqualTo(numbered("m", 6, 10)));
    }

    @Test
    @Spec(v311 = {"MQTT-3.1.3-2", "MQTT-3.1.4-2", "MQTT-3.2.2-2"})
    void takesOverAClientIdentifier() throws Exception {
        Clients.Paho first = paho("same").connect(false).subscribe("test", 1);
        Clients.Paho second = paho("same").connect(false);
        await().atMost(PATIENCE).until(() -> !first.client.isConnected());
        assertThat(second.sessionPresent).isTrue();
        paho("pub").connect(true).publish("test", "hello", 1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(second.received).containsExactly("hello"));
    }

    @Test
    @Spec(v311 = {"MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-8", "MQTT-3.3.1-11"})
    void retainsMessages() throws Exception {
        Clients.Paho publisher = paho("pub").connect(true);
        publisher.publish("r/1", "one", 1, true);
        publisher.publish("r/2", "two", 0, true);
        publisher.publish("r/3", "three", 2, true);
        publisher.publish("r/1", "", 1, true);
        assertThat(broker.counters().retained.sum()).isEqualTo(2);
        restart();
        assertThat(broker.counters().retained.sum()).isEqualTo(2);
        Clients.Paho subscriber = paho("sub").connect(false).subscribe("r/#", 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("two", "three"));
        assertThat(subscriber.messages).allMatch(message -> message.isRetained());
    }

    @Test
    @Spec(v311 = {"MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.14.4-3"})
    void firesAWillWhenTheConnectionBreaks() throws Exception {
        Clients.Paho subscriber = paho("sub").connect(false).subscribe("will", 1);
        MqttConnectOptions options = Clients.Paho.options(false);
        options.setWill("will", "gone".getBytes(StandardCharsets.UTF_8), 1, false);
        Clients.Paho dying = paho("dying").connect(options);
        dying.cut();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("gone"));
        Clients.Paho polite = paho("dying").connect(options);
        polite.disconnect();
        Clients.Paho publisher = paho("pub").connect(true);
        publisher.publish("will", "end", 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("gone", "end"));
    }

    @Test
    @Spec(v5 = {"MQTT-3.1.2-8"})
    void delaysAWillUntilTheClientIsBackOrTheTimeIsOver() throws Exception {
        Clients.Paho subscriber = paho("sub").connect(false).subscribe("will", 1);
        Mqtt5BlockingClient client = hive("delayed");
        client.connectWith()
                .sessionExpiryInterval(60)
                .willPublish()
                .topic("will")
                .qos(MqttQos.EXACTLY_ONCE)
                .payload("late".getBytes(StandardCharsets.UTF_8))
                .delayInterval(1)
                .applyWillPublish()
                .send();
        broker.disconnect("delayed");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("late"));
    }

    @Test
    @Spec(v5 = {"MQTT-3.2.2-3", "MQTT-4.1.0-2"})
    void expiresASessionAfterItsTime() throws Exception {
        Mqtt5BlockingClient client = hive("short");
        client.connectWith().sessionExpiryInterval(1).send();
        client.subscribeWith().topicFilter("x").qos(MqttQos.AT_LEAST_ONCE).send();
        client.disconnect();
        await().atMost(PATIENCE)
                .until(() -> events.stream()
                        .anyMatch(event -> event instanceof BrokerEvent.SessionEnded ended
                                && ended.client().value().equals("short")));
        Mqtt5ConnAck back = hive("short")
                .connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(1)
                .send();
        assertThat(back.isSessionPresent()).isFalse();
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.2-5"})
    void dropsAnExpiredMessageAndDeliversTheRest() throws Exception {
        paho("sub").connect(false).subscribe("test", 1).disconnect();
        Mqtt5BlockingClient publisher = hive("pub");
        publisher.connect();
        publisher
                .publishWith()
                .topic("test")
                .qos(MqttQos.AT_LEAST_ONCE)
                .messageExpiryInterval(1)
                .payload("short".getBytes(StandardCharsets.UTF_8))
                .send();
        Clients.publish(publisher, "test", "long", MqttQos.AT_LEAST_ONCE);
        long sent = System.nanoTime();
        await().atMost(PATIENCE).until(() -> System.nanoTime() - sent > TimeUnit.MILLISECONDS.toNanos(1_100));
        Clients.Paho subscriber = paho("sub").connect(false);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("long"));
        assertThat(broker.counters().dropped(BrokerEvent.DropReason.EXPIRED).sum())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sharesASubscriptionAmongMembers(int qos) throws Exception {
        Clients.Paho one = paho("one").connect(false).subscribe("$share/g/s/#", qos);
        Clients.Paho two = paho("two").connect(false).subscribe("$share/g/s/#", qos);
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 200; i++) {
            publisher.send("s/t", "m" + i, qos, false);
        }
        await().atMost(PATIENCE).until(() -> one.received.size() + two.received.size() >= 200);
        List<String> all = new ArrayList<>(one.received);
        all.addAll(two.received);
        assertThat(all).containsExactlyInAnyOrderElementsOf(numbered("m", 1, 200));
        assertThat(one.received).isNotEmpty();
        assertThat(two.received).isNotEmpty();
        one.disconnect();
        two.disconnect();
        for (int i = 201; i <= 250; i++) {
            publisher.publish("s/t", "m" + i, qos);
        }
        restart();
        Clients.Paho back = paho("two").connect(false);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(back.received).isEqualTo(numbered("m", 201, 250)));
    }

    @Test
    void aGroupThatBeginsAnewNumbersItsMessagesAboveItsPredecessors() throws Exception {
        ClientId group = new ClientId("$share/g/again");
        Clients.Paho publisher = paho("pub").connect(false);
        long first = numberOfAGroupsMessage(group, publisher);
        await().atMost(PATIENCE).until(() -> store.countQueue(group, 0, Long.MAX_VALUE) == 0);
        assertThat(numberOfAGroupsMessage(group, publisher)).isGreaterThan(first);
    }

    /** A member comes, leaves one message waiting, and unsubscribes: the group ends with it. */
    private long numberOfAGroupsMessage(ClientId group, Clients.Paho publisher) throws Exception {
        paho("member").connect(false).subscribe(group.value(), 1).disconnect();
        publisher.publish("again", "m", 1);
        long number =
                store.readQueue(group, 0, Long.MAX_VALUE, 10, 1 << 20).get(0).sequence();
        Clients.Paho member = paho("member");
        member.client.setManualAcks(true);
        member.connect(false);
        member.client.unsubscribe(group.value()).waitForCompletion();
        member.disconnect();
        return number;
    }

    @Test
    @Spec(v311 = {"MQTT-4.5.0-1", "MQTT-4.6.0-6"})
    void servesManySessionsWithTheirOwnCopies() throws Exception {
        List<Clients.Paho> subscribers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            subscribers.add(paho("sub" + i).connect(i % 2 == 0).subscribe("fan/#", i % 3));
        }
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 100; i++) {
            publisher.send("fan/out", "m" + i, 2, false);
        }
        for (Clients.Paho subscriber : subscribers) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(subscriber.received).hasSize(100));
            assertThat(subscriber.received).isEqualTo(numbered("m", 1, 100));
        }
    }

    @Test
    @Spec(v311 = {"MQTT-3.3.5-1", "MQTT-3.8.4-6"})
    void mergesOverlappingSubscriptions() throws Exception {
        Clients.Paho subscriber = paho("sub")
                .connect(false)
                .subscribe("a/#", 0)
                .subscribe("a/b", 2)
                .subscribe("+/b", 1);
        paho("pub").connect(true).publish("a/b", "once", 2);
        paho("pub2").connect(true).publish("a/c", "other", 2);
        await().atMost(PATIENCE).until(() -> subscriber.received.size() >= 2);
        assertThat(subscriber.received).containsExactly("once", "other");
        assertThat(subscriber.messages.get(0).getQos()).isEqualTo(2);
        assertThat(subscriber.messages.get(1).getQos()).isZero();
    }

    @Test
    @Spec(v5 = {"MQTT-3.3.2-20", "MQTT-4.2-1"})
    void speaksMqtt5InBothDirections() throws Exception {
        Mqtt5BlockingClient subscriber = hive("sub5");
        subscriber.connectWith().cleanStart(true).sessionExpiryInterval(300).send();
        try (Mqtt5BlockingClient.Mqtt5Publishes received = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber
                    .subscribeWith()
                    .topicFilter("five/#")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            Mqtt5BlockingClient publisher = hive("pub5");
            publisher.connect();
            publisher
                    .publishWith()
                    .topic("five/x")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .contentType("text/plain")
                    .responseTopic("answers")
                    .correlationData(new byte[] {1, 2})
                    .messageExpiryInterval(100)
                    .userProperties()
                    .add("k", "v1")
                    .add("k", "v2")
                    .applyUserProperties()
                    .payload("hello".getBytes(StandardCharsets.UTF_8))
                    .send();
            Optional<Mqtt5Publish> got = received.receive(10, TimeUnit.SECONDS);
            assertThat(got).isPresent();
            Mqtt5Publish publish = got.orElseThrow();
            assertThat(Clients.text(publish)).isEqualTo("hello");
            assertThat(publish.getContentType().orElseThrow().toString()).isEqualTo("text/plain");
            assertThat(publish.getUserProperties().asList()).hasSize(2);
            assertThat(publish.getMessageExpiryInterval().orElseThrow()).isBetween(98L, 100L);
        }
    }

    @Test
    void servesPahosClientOfMqtt5() throws Exception {
        List<String> received = new CopyOnWriteArrayList<>();
        MqttAsyncClient client =
                new MqttAsyncClient("tcp://localhost:" + broker.port(), "paho5", new MemoryPersistence());
        open.add(() -> client.close(true));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(300L);
        client.setCallback(new Clients.Paho5Callback(received));
        client.connect(options).waitForCompletion(10_000);
        client.subscribe("p/#", 2).waitForCompletion(10_000);
        for (int i = 1; i <= 50; i++) {
            client.publish("p/x", ("m" + i).getBytes(StandardCharsets.UTF_8), i % 3, false)
                    .waitForCompletion(10_000);
        }
        await().atMost(PATIENCE).until(() -> received.size() == 50);
        assertThat(received).containsExactlyInAnyOrderElementsOf(numbered("m", 1, 50));
        client.disconnect().waitForCompletion(10_000);
    }

    @Test
    void publishesFromCodeAndKnowsItsClients() throws Exception {
        Clients.Paho subscriber = paho("sub").connect(false).subscribe("code", 1);
        broker.publish("code", "hello".getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, false)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).containsExactly("hello"));
        assertThat(broker.clients()).extracting(client -> client.clientId()).containsExactly("sub");
        assertThat(broker.disconnect("sub")).isTrue();
        await().atMost(PATIENCE)
                .until(() ->
                        !subscriber.client.isConnected() && broker.clients().isEmpty());
        assertThat(broker.disconnect("nobody")).isFalse();
    }

    @Test
    void tellsWhatHappens() throws Exception {
        Clients.Paho client = paho("told").connect(false).subscribe("t", 1);
        client.publish("t", "x", 1);
        await().atMost(PATIENCE).until(() -> client.received.size() == 1);
        client.client.unsubscribe("t").waitForCompletion();
        client.disconnect();
        await().atMost(PATIENCE)
                .until(() -> events.stream().anyMatch(BrokerEvent.ClientDisconnected.class::isInstance));
        assertThat(events.stream().map(event -> event.getClass().getSimpleName()))
                .containsSubsequence(
                        "Ready", "ClientConnected", "Subscribed", "Published", "Delivered", "Unsubscribed");
    }

    @Test
    @Spec(v311 = {"MQTT-3.1.2-5", "MQTT-4.6.0-6"})
    void pagesALongQueueInOrderWhileNewMessagesComeIn() throws Exception {
        int count = 20_000;
        paho("sub").connect(false).subscribe("long", 1).disconnect();
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= count; i++) {
            publisher.send("long", "m" + i, 1, false);
        }
        await().atMost(PATIENCE).until(() -> publisher.client.getPendingDeliveryTokens().length == 0);
        Clients.Paho subscriber = paho("sub").connect(false);
        for (int i = count + 1; i <= count + 5_000; i++) {
            publisher.send("long", "m" + i, 1, false);
        }
        await().atMost(PATIENCE.multipliedBy(3)).until(() -> subscriber.received.size() >= count + 5_000);
        assertThat(subscriber.received).isEqualTo(numbered("m", 1, count + 5_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"REFUSE", "DROP_OLDEST", "DROP_NEWEST"})
    void keepsAQueueWithinItsLimitByPolicy(String policy) throws Exception {
        restart(queueLimit(10, QueuePolicy.valueOf(policy)));
        paho("sub").connect(false).subscribe("q", 1).disconnect();
        Mqtt5BlockingClient publisher = hive("pub");
        publisher.connect();
        for (int i = 1; i <= 10; i++) {
            Clients.publish(publisher, "q", "m" + i, MqttQos.AT_LEAST_ONCE);
        }
        if (policy.equals("REFUSE")) {
            assertThatThrownBy(() -> Clients.publish(publisher, "q", "m11", MqttQos.AT_LEAST_ONCE))
                    .isInstanceOfSatisfying(
                            Mqtt5PubAckException.class,
                            refused -> assertThat(refused.getMqttMessage().getReasonCode())
                                    .isEqualTo(Mqtt5PubAckReasonCode.QUOTA_EXCEEDED));
        } else {
            Clients.publish(publisher, "q", "m11", MqttQos.AT_LEAST_ONCE);
        }
        BrokerEvent.DropReason reason = switch (policy) {
            case "REFUSE" -> BrokerEvent.DropReason.QUEUE_FULL_REFUSED;
            case "DROP_OLDEST" -> BrokerEvent.DropReason.QUEUE_FULL_OLDEST;
            default -> BrokerEvent.DropReason.QUEUE_FULL_NEWEST;
        };
        await().atMost(PATIENCE).until(() -> broker.counters().dropped(reason).sum() == 1);
        Clients.Paho subscriber = paho("sub").connect(false);
        List<String> expected = policy.equals("DROP_OLDEST") ? numbered("m", 2, 11) : numbered("m", 1, 10);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).isEqualTo(expected));
    }

    private static Limits queueLimit(long messages, QueuePolicy policy) {
        return Limits.DEFAULTS.withQueue(messages, 0, policy);
    }

    @Test
    void aQueuesLimitCountsWhatAnEarlierStartLeft() throws Exception {
        paho("sub").connect(false).subscribe("q", 1).disconnect();
        Clients.Paho before = paho("before").connect(true);
        for (int i = 1; i <= 6; i++) {
            before.publish("q", "m" + i, 1);
        }
        restart(queueLimit(10, QueuePolicy.DROP_NEWEST));
        Clients.Paho after = paho("after").connect(true);
        for (int i = 7; i <= 15; i++) {
            after.publish("q", "m" + i, 1);
        }
        Clients.Paho subscriber = paho("sub").connect(false);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).isEqualTo(numbered("m", 1, 10)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.counters().queued.sum()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theCountOfQueuedMessagesComesBackToZero(int qos) throws Exception {
        paho("sub").connect(false).subscribe("q", qos).disconnect();
        Clients.Paho before = paho("before").connect(false);
        for (int i = 1; i <= 20; i++) {
            before.publish("q", "m" + i, qos);
        }
        restart();
        Clients.Paho after = paho("after").connect(false);
        after.publish("q", "m21", qos);
        Clients.Paho subscriber = paho("sub").connect(false);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subscriber.received).isEqualTo(numbered("m", 1, 21)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.counters().queued.sum()).isZero());
        assertThat(broker.counters().inFlight.sum()).isZero();
    }

    @Test
    void aSubscriberThatStandsStillHoldsUpNobody() throws Exception {
        Clients.Paho stopped = paho("stopped");
        CompletableFuture<Void> release = new CompletableFuture<>();
        stopped.connect(false).subscribe("busy", 1, (topic, message) -> {
            stopped.messageArrived(topic, message);
            release.join();
        });
        Clients.Paho quick = paho("quick").connect(false).subscribe("busy", 1);
        Clients.Paho publisher = paho("pub").connect(false);
        for (int i = 1; i <= 5_000; i++) {
            publisher.send("busy", "m" + i, 1, false);
        }
        await().atMost(PATIENCE).until(() -> quick.received.size() == 5_000);
        assertThat(stopped.received).hasSizeLessThan(10);
        release.complete(null);
        await().atMost(PATIENCE.multipliedBy(2)).until(() -> stopped.received.size() >= 5_000);
        assertThat(stopped.received).isEqualTo(numbered("m", 1, 5_000));
        assertThat(quick.received).isEqualTo(numbered("m", 1, 5_000));
        assertThat(Collections.frequency(stopped.received, "m1")).isEqualTo(1);
    }
}
