package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zanzara.endtoend.JavaClient.Connecting;
import io.zanzara.endtoend.JavaClient.Extras;
import io.zanzara.endtoend.JavaClient.Kind;
import io.zanzara.endtoend.JavaClient.Message;
import io.zanzara.endtoend.JavaClient.Subscribing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients for Java that others wrote, in both versions, each through the same round against the packaged broker.
 * Restarts, redelivery and QoS of overlapping subscriptions are tried with some of them in broker-core.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JavaClientsIT {

    private static final int WINDOW = 1_000;

    private final List<JavaClient> open = new ArrayList<>();
    private Consoles consoles;
    private String own = "";

    @BeforeAll
    void startBroker(@TempDir Path folder) {
        consoles = new Consoles(Backend.EMBEDDED.fresh(folder));
        consoles.broker("--zanzara.events.log=false");
    }

    @BeforeEach
    void nameTopics(TestInfo test) {
        own = test.getTestMethod().orElseThrow().getName()
                + Integer.toHexString(test.getDisplayName().hashCode());
    }

    @AfterEach
    void closeClients() {
        open.forEach(JavaClient::close);
        open.clear();
    }

    @AfterAll
    void stopBroker() {
        consoles.close();
    }

    private JavaClient client(Kind kind, String name) throws Exception {
        JavaClient client = kind.at(consoles.port(), own + name);
        open.add(client);
        return client;
    }

    private JavaClient clean(Kind kind, String name) throws Exception {
        JavaClient client = client(kind, name);
        assertThat(client.connect(Connecting.CLEAN)).isFalse();
        return client;
    }

    private static int publish(JavaClient client, Message message) throws Exception {
        return client.publish(message).get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void publishAll(JavaClient client, String topic, int first, int last, int qos) throws Exception {
        List<CompletableFuture<Integer>> sent = new ArrayList<>();
        for (String text : texts(first, last)) {
            sent.add(client.publish(new Message(topic, text, qos)));
        }
        for (CompletableFuture<Integer> each : sent) {
            assertThat(each.get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isZero();
        }
    }

    private static List<String> texts(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> "m" + i).toList();
    }

    private static List<Message> received(JavaClient client, int count) {
        await().atMost(JavaClient.PATIENCE).until(() -> client.received().size() >= count || !client.isConnected());
        return client.received();
    }

    private static void assertReceives(JavaClient client, List<String> texts) {
        assertThat(received(client, texts.size())).extracting(Message::text).isEqualTo(texts);
    }

    @ParameterizedTest
    @EnumSource
    void keepsASessionOnlyIfAsked(Kind kind) throws Exception {
        for (boolean present : List.of(false, true)) {
            JavaClient client = client(kind, "");
            assertThat(client.connect(Connecting.PERSISTENT)).isEqualTo(present);
            client.disconnect();
        }
        clean(kind, "").disconnect();
        assertThat(client(kind, "").connect(Connecting.PERSISTENT)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void subscribesWithWildcards(Kind kind) throws Exception {
        JavaClient level = clean(kind, "level");
        JavaClient all = clean(kind, "all");
        JavaClient publisher = clean(kind, "pub");
        assertThat(level.subscribe(new Subscribing(own + "/+/x", 1))).isEqualTo(1);
        assertThat(all.subscribe(new Subscribing(own + "/a/#", 2))).isEqualTo(2);

        for (String topic : List.of("a", "a/x", "a/y", "b/x", "a/x/x", "end/x", "a/end")) {
            publish(publisher, new Message(own + "/" + topic, topic, 1));
        }

        assertReceives(level, List.of("a/x", "b/x", "end/x"));
        assertReceives(all, List.of("a", "a/x", "a/y", "a/x/x", "a/end"));
    }

    @ParameterizedTest
    @EnumSource
    void carriesEachQosInOrderAndManyWithAFullWindow(Kind kind) throws Exception {
        JavaClient subscriber = clean(kind, "sub");
        JavaClient publisher = clean(kind, "pub");
        subscriber.subscribe(new Subscribing(own, 2));

        // Messages at different QoS may pass each other.
        publishAll(publisher, own, 1, 200, 2);
        received(subscriber, 200);
        publishAll(publisher, own, 201, 200 + WINDOW, 1);
        publishAll(publisher, own, 201 + WINDOW, 200 + 2 * WINDOW, 1);
        received(subscriber, 200 + 2 * WINDOW);
        publishAll(publisher, own, 201 + 2 * WINDOW, 400 + 2 * WINDOW, 0);

        assertReceives(subscriber, texts(1, 400 + 2 * WINDOW));
        List<Message> all = subscriber.received();
        assertThat(all).noneMatch(Message::retained);
        assertThat(all.subList(0, 200)).allMatch(message -> message.qos() == 2);
        assertThat(all.subList(200, 200 + 2 * WINDOW)).allMatch(message -> message.qos() == 1);
        assertThat(all.subList(200 + 2 * WINDOW, all.size())).allMatch(message -> message.qos() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void carriesLargePayloads(Kind kind) throws Exception {
        JavaClient subscriber = clean(kind, "sub");
        JavaClient publisher = clean(kind, "pub");
        subscriber.subscribe(new Subscribing(own, 2));
        List<String> payloads = List.of("a".repeat(200_000), "b".repeat(200_000), "c".repeat(200_000));

        for (int qos = 0; qos <= 2; qos++) {
            publish(publisher, new Message(own, payloads.get(qos), qos));
            received(subscriber, qos + 1);
        }

        assertReceives(subscriber, payloads);
    }

    @ParameterizedTest
    @EnumSource
    void retainsAndClears(Kind kind) throws Exception {
        JavaClient publisher = clean(kind, "pub");
        for (int qos = 0; qos <= 2; qos++) {
            publish(publisher, new Message(own + "/" + qos, "m" + qos, qos, true, Extras.NONE));
        }
        JavaClient before = clean(kind, "before");
        before.subscribe(new Subscribing(own + "/#", 2));
        assertThat(received(before, 3))
                .extracting(message -> message.text() + message.qos() + message.retained())
                .containsExactlyInAnyOrder("m00true", "m11true", "m22true");

        publish(publisher, new Message(own + "/1", "", 1, true, Extras.NONE));
        JavaClient after = clean(kind, "after");
        after.subscribe(new Subscribing(own + "/#", 2));
        await().atMost(JavaClient.PATIENCE).until(() -> after.received().size() >= 2);
        publish(publisher, new Message(own + "/live", "end", 2));

        assertThat(received(after, 3)).extracting(Message::text).containsExactlyInAnyOrder("m0", "m2", "end");
    }

    @ParameterizedTest
    @EnumSource
    void getsWhatItMissedInOrder(Kind kind) throws Exception {
        JavaClient away = client(kind, "sub");
        away.connect(Connecting.PERSISTENT);
        away.subscribe(new Subscribing(own, 2));
        away.disconnect();
        JavaClient publisher = clean(kind, "pub");
        for (int number = 1; number <= 50; number++) {
            publish(publisher, new Message(own, "m" + number, 1 + number % 2));
        }

        JavaClient back = client(kind, "sub");
        assertThat(back.connect(Connecting.PERSISTENT)).isTrue();

        received(back, 50);
        // Clients hand a message at QoS 2 over when its PUBLISH has come or when its exchange is through.
        for (int qos = 1; qos <= 2; qos++) {
            int level = qos;
            assertThat(back.received().stream()
                            .filter(message -> message.qos() == level)
                            .map(Message::text))
                    .isEqualTo(IntStream.rangeClosed(1, 50)
                            .filter(number -> 1 + number % 2 == level)
                            .mapToObj(number -> "m" + number)
                            .toList());
        }
        assertThat(back.received()).hasSize(50);
    }

    @ParameterizedTest
    @EnumSource
    void firesTheWillOfALostConnection(Kind kind) throws Exception {
        JavaClient watcher = clean(kind, "watcher");
        watcher.subscribe(new Subscribing(own, 1));
        Connecting withWill = new Connecting(0, 60, own);
        JavaClient polite = client(kind, "polite");
        polite.connect(withWill);
        polite.disconnect();
        try (Wire wire = new Wire(consoles.port());
                JavaClient dying = kind.at(wire.port(), own + "dying")) {
            dying.connect(withWill);
            wire.cut();
            received(watcher, 1);
        }
        publish(clean(kind, "pub"), new Message(own, "end", 1));

        assertReceives(watcher, List.of("gone", "end"));
    }

    @ParameterizedTest
    @EnumSource
    void unsubscribes(Kind kind) throws Exception {
        JavaClient subscriber = clean(kind, "sub");
        JavaClient publisher = clean(kind, "pub");
        subscriber.subscribe(new Subscribing(own + "/a", 1));
        subscriber.subscribe(new Subscribing(own + "/b", 1));
        publish(publisher, new Message(own + "/a", "m1", 1));
        received(subscriber, 1);

        subscriber.unsubscribe(own + "/a");
        publish(publisher, new Message(own + "/a", "no", 1));
        publish(publisher, new Message(own + "/b", "m2", 1));

        assertReceives(subscriber, List.of("m1", "m2"));
    }

    /** HiveMQ's client refuses such a filter itself. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "PAHO_.*")
    void isToldThatAFilterIsInvalid(Kind kind) throws Exception {
        JavaClient client = clean(kind, "");
        Subscribing invalid = new Subscribing("$share/" + own, 1);

        if (kind.five) {
            assertThatThrownBy(() -> client.subscribe(invalid)).isInstanceOf(Exception.class);
            await().atMost(JavaClient.PATIENCE).until(() -> !client.isConnected());
        } else {
            // 3.1.1 knows no shared subscriptions, so it is not malformed there.
            assertThat(client.subscribe(invalid)).isEqualTo(0x80);
            assertThat(client.subscribe(new Subscribing(own, 1))).isEqualTo(1);
        }
    }

    @Test
    void livesOnByKeepAlive() throws Exception {
        List<JavaClient> idle = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            JavaClient client = client(kind, kind.name());
            client.connect(new Connecting(0, 1, null));
            client.subscribe(new Subscribing(own, 1));
            idle.add(client);
        }
        long start = System.nanoTime();
        await().atMost(JavaClient.PATIENCE).until(() -> System.nanoTime() - start > TimeUnit.SECONDS.toNanos(4));

        publish(clean(Kind.HIVEMQ_5, "pub"), new Message(own, "m1", 1));

        assertThat(idle).allMatch(JavaClient::isConnected);
        idle.forEach(client -> assertReceives(client, List.of("m1")));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = ".*_5")
    void tellsReasonCodesOf5(Kind kind) throws Exception {
        JavaClient client = clean(kind, "");

        assertThat(publish(client, new Message(own, "nobody", 1))).isEqualTo(0x10);
        client.subscribe(new Subscribing(own, 1));
        assertThat(publish(client, new Message(own, "m1", 1))).isZero();
        assertThat(publish(client, new Message("$SYS/" + own, "refused", 1))).isEqualTo(0x87);

        assertReceives(client, List.of("m1"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = ".*_5")
    void carriesPropertiesOf5AndCountsTheExpiryDown(Kind kind) throws Exception {
        JavaClient away = client(kind, "sub");
        away.connect(Connecting.PERSISTENT);
        away.subscribe(new Subscribing(own, 2));
        away.disconnect();
        JavaClient publisher = clean(kind, "pub");
        Extras sent = new Extras(List.of("k=v1", "k=v2", "ü="), "text/plain", own + "/answers", "7", 500);
        Extras brief = new Extras(List.of(), "", own, "", 1);
        publish(publisher, new Message(own, "expires", 1, false, brief));
        publish(publisher, new Message(own, "m1", 1, false, sent));
        long start = System.nanoTime();
        await().atMost(JavaClient.PATIENCE)
                .until(() -> System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(2_100));

        JavaClient back = client(kind, "sub");
        back.connect(Connecting.PERSISTENT);

        assertReceives(back, List.of("m1"));
        Extras got = back.received().get(0).extras();
        assertThat(got.expiry()).isBetween(1L, 498L);
        assertThat(got)
                .isEqualTo(new Extras(
                        sent.userProperties(),
                        sent.contentType(),
                        sent.responseTopic(),
                        sent.correlation(),
                        got.expiry()));
        publisher.subscribe(new Subscribing(got.responseTopic(), 1));
        Extras answer = new Extras(List.of(), "", "none", got.correlation(), 500);
        publish(back, new Message(got.responseTopic(), "answer", 1, false, answer));
        assertReceives(publisher, List.of("answer"));
        assertThat(publisher.received().get(0).extras().correlation()).isEqualTo("7");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = ".*_5")
    void heedsSubscriptionOptionsOf5(Kind kind) throws Exception {
        JavaClient one = clean(kind, "one");
        JavaClient two = clean(kind, "two");
        publish(one, new Message(own, "kept", 1, true, Extras.NONE));
        one.subscribe(new Subscribing(own, 1, true, true, 2));
        two.subscribe(new Subscribing(own, 1, true, false, 1));
        received(two, 1);

        publish(one, new Message(own, "of one", 1, true, Extras.NONE));
        publish(two, new Message(own, "of two", 1, true, Extras.NONE));
        two.subscribe(new Subscribing(own, 1, true, false, 1));
        two.subscribe(new Subscribing(own, 1, true, false, 0)); // what is kept now is its own
        two.subscribe(new Subscribing(own, 1, false, false, 0));

        assertReceives(one, List.of("of two"));
        assertReceives(two, List.of("kept", "of one", "of two"));
        assertThat(one.received()).extracting(Message::retained).containsExactly(true);
        assertThat(two.received()).extracting(Message::retained).containsExactly(true, false, true);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = ".*_5")
    void sharesASubscriptionAndEndsSessionsInTime(Kind kind) throws Exception {
        JavaClient brief = client(kind, "brief");
        brief.connect(new Connecting(1, 60, null));
        brief.disconnect();
        long start = System.nanoTime();
        JavaClient one = clean(kind, "one");
        JavaClient two = clean(kind, "two");
        JavaClient publisher = clean(kind, "pub");
        for (JavaClient member : List.of(one, two)) {
            assertThat(member.subscribe(new Subscribing("$share/group/" + own, 2)))
                    .isEqualTo(2);
        }

        for (int number = 1; number <= 100; number++) {
            publish(publisher, new Message(own, "m" + number, number % 3));
        }

        await().atMost(JavaClient.PATIENCE)
                .until(() -> one.received().size() + two.received().size() >= 100);
        List<Message> both = new ArrayList<>(one.received());
        both.addAll(two.received());
        assertThat(both).extracting(Message::text).containsExactlyInAnyOrderElementsOf(texts(1, 100));
        assertThat(one.received()).isNotEmpty();
        assertThat(two.received()).isNotEmpty();
        await().atMost(JavaClient.PATIENCE)
                .until(() -> System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(2_100));
        assertThat(client(kind, "brief").connect(Connecting.PERSISTENT)).isFalse();
    }
}
