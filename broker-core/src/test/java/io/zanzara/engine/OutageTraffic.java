package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.event.BrokerEvent;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttException;

/**
 * What goes on in a broker while its store goes away and comes back, and what must be true of it: publishers at QoS 1 and 2, with flow control
 * and without, into persistent sessions that are online and offline; beside them QoS 0 and clean sessions.
 */
final class OutageTraffic implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String KEPT = "kept/#";
    private static final String PASSING = "passing/#";
    private static final int PASSING_AT_ONCE = 100;

    private final Broker broker;
    private final Collection<BrokerEvent> events;
    private final int receiveMaximum;
    private final List<SteadyPublisher> publishers = new ArrayList<>();
    private final Clients.Paho online;
    private final Clients.Paho cleanSubscriber;
    private final Clients.Paho cleanPublisher;
    private final List<String> passed = new ArrayList<>();

    /**
     * Connects everybody and begins.
     *
     * @param events where the broker's listener puts them
     * @param receiveMaximum the broker's limit
     */
    OutageTraffic(Broker broker, Collection<BrokerEvent> events, int receiveMaximum, int paddingBytes)
            throws Exception {
        this.broker = broker;
        this.events = events;
        this.receiveMaximum = receiveMaximum;
        int port = broker.port();
        for (int qos = 1; qos <= 2; qos++) {
            try (Clients.Paho offline = new Clients.Paho(port, offline(qos))) {
                offline.connect(false).subscribe(KEPT, qos).disconnect();
            }
        }
        online = new Clients.Paho(port, "online").connect(false);
        online.subscribe(KEPT, 2).subscribe(PASSING, 0);
        cleanSubscriber = new Clients.Paho(port, "clean").connect(true).subscribe(PASSING, 1);
        cleanPublisher = new Clients.Paho(port, "clean_pub").connect(true);
        int within = receiveMaximum;
        publishers.add(new SteadyPublisher(port, Packets.MQTT_5, "five1", 1, within, paddingBytes));
        publishers.add(new SteadyPublisher(port, Packets.MQTT_5, "five2", 2, within, paddingBytes));
        publishers.add(new SteadyPublisher(port, Packets.MQTT_3_1_1, "three1", 1, 20 * within, paddingBytes));
        publishers.add(new SteadyPublisher(port, Packets.MQTT_3_1_1, "three2", 2, 4 * within, paddingBytes));
    }

    static String offline(int qos) {
        return "offline" + qos;
    }

    /** Waits until each publisher has had more acknowledgements. */
    void awaitProgress(int messages) {
        for (SteadyPublisher each : publishers) {
            int enough = each.complete() + messages;
            await().atMost(PATIENCE)
                    .failFast(() -> assertThat(each.failure()).isNull())
                    .until(() -> each.complete() >= enough);
        }
    }

    /** The store is away: publishers fill their windows, then they wait, and nothing is acknowledged; all else goes on. */
    void assertHeldBack() throws Exception {
        await().atMost(PATIENCE).until(() -> !broker.isStoreAvailable());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(publishers).allSatisfy(each -> {
                    assertThat(each.sent() - each.complete()).as(each.name).isEqualTo(each.window);
                }));
        Map<String, Integer> accepted = accepted();
        List<Integer> answers = answers();
        for (int round = 0; round < 3; round++) {
            passOn();
        }
        assertThat(broker.isStoreAvailable()).isFalse();
        assertThat(accepted()).as("accepted, by publisher").isEqualTo(accepted);
        assertThat(answers()).as("answers, by publisher").isEqualTo(answers);
        SoftAssertions.assertSoftly(softly -> {
            for (SteadyPublisher each : publishers) {
                int held = accepted.getOrDefault(each.name, 0) - each.complete();
                int most = each.qos == 1 ? receiveMaximum : each.window;
                // who sends more than that may just have been paused: it is read from again at half of it
                int least = each.window > receiveMaximum ? receiveMaximum / 2 : receiveMaximum;
                softly.assertThat(held).as("in memory of " + each.name).isBetween(least, most);
            }
        });
        assertNobodyLeft();
    }

    private List<Integer> answers() {
        return publishers.stream().map(SteadyPublisher::answers).toList();
    }

    private Map<String, Integer> accepted() {
        Map<String, Integer> accepted = new HashMap<>();
        for (BrokerEvent event : List.copyOf(events)) {
            if (event instanceof BrokerEvent.Published published
                    && published.publication().topic().value().startsWith("kept/")) {
                accepted.merge(published.publication().publisher().value(), 1, Integer::sum);
            }
        }
        return accepted;
    }

    /** Messages at QoS 0, and at QoS 1 to a clean session, come and go. */
    void passOn() throws Exception {
        List<IMqttDeliveryToken> acknowledgements = new ArrayList<>();
        for (int i = 0; i < PASSING_AT_ONCE; i++) {
            String text = String.valueOf(passed.size());
            passed.add(text);
            acknowledgements.add(cleanPublisher.send("passing/x", text, qosOf(text), false));
        }
        for (IMqttDeliveryToken each : acknowledgements) {
            each.waitForCompletion(PATIENCE.toMillis());
        }
        for (int qos = 0; qos <= 1; qos++) {
            int wanted = qos;
            List<String> due =
                    passed.stream().filter(text -> qosOf(text) == wanted).toList();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(passing(cleanSubscriber, wanted)).isEqualTo(due));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(passing(online, 0)).isEqualTo(passed));
    }

    private static int qosOf(String passing) {
        return Integer.parseInt(passing) % 2;
    }

    private static List<String> passing(Clients.Paho client, int qos) {
        synchronized (client.messages) {
            return client.messages.stream()
                    .filter(message -> message.getQos() == qos)
                    .map(message -> new String(message.getPayload(), StandardCharsets.UTF_8))
                    .filter(text -> !text.contains(" "))
                    .toList();
        }
    }

    void assertNobodyLeft() {
        assertThat(publishers)
                .allSatisfy(each -> assertThat(each.failure()).as(each.name).isNull());
        assertThat(online.client.isConnected()).isTrue();
        assertThat(cleanSubscriber.client.isConnected()).isTrue();
        assertThat(cleanPublisher.client.isConnected()).isTrue();
    }

    /** No more is published. Everything is acknowledged, and the store holds exactly that for those who are away. */
    void finish(StoredMessages stored) throws Exception {
        publishers.forEach(SteadyPublisher::stop);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(publishers).allSatisfy(each -> {
                    assertThat(each.failure()).as(each.name).isNull();
                    assertThat(each.complete()).as(each.name).isEqualTo(each.sent());
                }));
        assertNobodyLeft();
        await().atMost(PATIENCE).until(broker::isStoreAvailable);
        int sent = publishers.stream().mapToInt(SteadyPublisher::sent).sum();
        for (int qos = 1; qos <= 2; qos++) {
            List<Long> ids = stored.messageIds(offline(qos));
            assertThat(ids).as("stored for " + offline(qos)).hasSize(sent).doesNotHaveDuplicates();
        }
        assertThat(stored.incoming()).isZero();
        await().atMost(PATIENCE).until(() -> online.received.size() >= sent + passed.size());
        assertExact(online);
        for (int qos = 1; qos <= 2; qos++) {
            try (Clients.Paho offline = new Clients.Paho(broker.port(), offline(qos)).connect(false)) {
                await().atMost(PATIENCE).until(() -> offline.received.size() >= sent);
                assertExact(offline);
                offline.disconnect();
            }
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(broker.counters().queued.sum()).isZero());
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(broker.counters().storeWaiting.sum()).isZero());
    }

    /** Everything once, and each publisher's in its order; the broker has not restarted, so that holds at QoS 1 as well. */
    private void assertExact(Clients.Paho client) {
        Map<String, List<Integer>> numbers = new HashMap<>();
        for (String text : List.copyOf(client.received)) {
            String[] words = text.split(" ", 3);
            if (words.length > 1) {
                numbers.computeIfAbsent(words[0], name -> new ArrayList<>()).add(Integer.valueOf(words[1]));
            }
        }
        for (SteadyPublisher each : publishers) {
            List<Integer> got = numbers.getOrDefault(each.name, List.of());
            List<Integer> due = IntStream.rangeClosed(1, each.sent()).boxed().toList();
            assertThat(got.equals(due))
                    .as(() -> client.client.getClientId() + " and " + each.name + ": " + difference(got, due))
                    .isTrue();
        }
    }

    private static String difference(List<Integer> got, List<Integer> due) {
        Set<Integer> missing = new TreeSet<>(due);
        got.forEach(missing::remove);
        Set<Integer> seen = new HashSet<>();
        List<Integer> twice = got.stream().filter(number -> !seen.add(number)).toList();
        int first = 0;
        while (first < Math.min(got.size(), due.size()) && got.get(first).equals(due.get(first))) {
            first++;
        }
        return got.size() + " of " + due.size() + ", missing " + missing + ", twice " + twice + ", wrong from place "
                + first;
    }

    @Override
    public void close() throws IOException, MqttException {
        for (SteadyPublisher each : publishers) {
            each.close();
        }
        online.close();
        cleanSubscriber.close();
        cleanPublisher.close();
    }

    /** Looks into the database, past the broker. */
    interface StoredMessages {

        List<Long> messageIds(String client);

        long incoming();
    }
}
