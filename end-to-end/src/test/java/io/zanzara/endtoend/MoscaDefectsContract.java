package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.endtoend.PahoClient.Received;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What mosca, whose demo this project reproduces, did wrong, one defect after the other. Number 2 is in {@link
 * MongoDocumentsIT}, number 3 in {@link StoreOutageIT}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MoscaDefectsContract {

    private static final int SILENCE_MILLIS = 30_000;

    private final Backend backend;
    private final List<PahoClient> clients = new ArrayList<>();
    private Consoles consoles;
    private String own = "";

    MoscaDefectsContract(Backend backend) {
        this.backend = backend;
    }

    @BeforeAll
    void startBroker(@TempDir Path folder) {
        consoles = new Consoles(backend.fresh(folder));
        consoles.broker("--zanzara.events.log=false");
    }

    @BeforeEach
    void nameTopics(TestInfo test) {
        own = test.getTestMethod().orElseThrow().getName()
                + Integer.toHexString(test.getDisplayName().hashCode());
    }

    @AfterEach
    void closeClients() throws MqttException {
        for (PahoClient client : clients) {
            client.close();
        }
        clients.clear();
    }

    @AfterAll
    void endEverything() {
        consoles.close();
    }

    private PahoClient client(String name) throws MqttException {
        PahoClient client = new PahoClient(consoles.port(), own + name);
        clients.add(client);
        return client;
    }

    private PahoClient publisher() throws MqttException {
        PahoClient publisher = client("pub");
        publisher.connect(true);
        return publisher;
    }

    private void publish(String topic, int first, int last) throws MqttException {
        try (PahoClient publisher = publisher()) {
            for (int number = first; number <= last; number++) {
                publisher.publish(topic, String.valueOf(number), 1, false);
            }
        }
    }

    private static List<String> texts(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
    }

    /** Defect 1: filters of these shapes got nothing of what was published while their client was away. */
    @ParameterizedTest
    @ValueSource(strings = {"/#", "/+/#", "/+/+/+", "/+/b/#", "/a/+/#", "/a/b/c/#", "/+/b/c/#", "/+/b/+", "/a/b/c"})
    void everyFilterIsKeptFor(String rest) throws MqttException {
        PahoClient away = client("sub");
        away.connect(false);
        away.subscribe(own + rest, 1);
        away.disconnect();

        publish(own + "/a/b/c", 1, 3);
        away.connect(false);

        away.await(3);
        assertThat(away.texts()).isEqualTo(texts(1, 3));
    }

    /** Defect 1, for a topic of one level. */
    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "+/#", "OWN/#"})
    void everyFilterIsKeptForAShortTopic(String filter) throws MqttException {
        PahoClient away = client("sub");
        away.connect(false);
        away.subscribe(filter.replace("OWN", own), 1);
        away.disconnect();

        publish(own, 1, 3);
        away.connect(false);

        // What other tests left retained may come as well.
        Awaitility.await().until(() -> away.texts().contains("3"));
        assertThat(away.received().stream()
                        .filter(message -> message.topic().equals(own))
                        .map(Received::text))
                .isEqualTo(texts(1, 3));
    }

    /** Defect 4: after a reconnect packet identifiers began at 1 again, and met other messages. Also: DUP was never set. */
    @Test
    void unacknowledgedMessagesComeAgainWithTheirIdentifiersBeforeAllOthers() throws MqttException {
        PahoClient first = client("sub").acknowledgeByHand();
        first.connect(false);
        first.subscribe(own, 1);
        publish(own, 1, 10);
        List<Received> sent = first.await(10);
        assertThat(sent).extracting(Received::id).doesNotContain(0).doesNotHaveDuplicates();
        for (Received message : sent.subList(0, 4)) {
            first.acknowledge(message);
        }
        first.disconnect();
        publish(own, 11, 20);

        PahoClient second = client("sub");
        assertThat(second.connect(false)).isTrue();

        List<Received> again = second.await(16);
        assertThat(second.texts()).isEqualTo(texts(5, 20));
        assertThat(again.subList(0, 6)).allMatch(Received::duplicate);
        assertThat(again.subList(0, 6))
                .extracting(Received::id)
                .isEqualTo(sent.subList(4, 10).stream().map(Received::id).toList());
        assertThat(again.subList(6, 16)).noneMatch(Received::duplicate);
    }

    /** Defect 5: what had waited came in any order. Defect 9: what was published meanwhile came in between, or twice. */
    @Test
    void whatWaitedAndWhatIsPublishedMeanwhileComeInOneOrder() throws MqttException {
        PahoClient away = client("sub");
        away.connect(false);
        away.subscribe(own, 1);
        away.disconnect();
        PahoClient publisher = publisher();
        for (int number = 1; number <= 2_000; number++) {
            var unused = publisher.publishing(own, String.valueOf(number), 1, false);
        }
        publisher.publish(own, "2001", 1, false);

        Thread live = new Thread(() -> {
            try {
                for (int number = 2_002; number <= 4_000; number++) {
                    var unused = publisher.publishing(own, String.valueOf(number), 1, false);
                }
            } catch (MqttException failed) {
                throw new IllegalStateException(failed);
            }
        });
        live.start();
        away.connect(false);

        away.await(4_000);
        assertThat(away.texts()).isEqualTo(texts(1, 4_000));
    }

    /** Defect 6: a client that was slow to acknowledge a long queue was thrown out, again and again. */
    @Test
    void clientThatAcknowledgesLateKeepsItsConnection() throws MqttException {
        PahoClient slow = client("sub").acknowledgeByHand();
        slow.connect(false);
        slow.subscribe(own, 1);
        publish(own, 1, 600);

        int acknowledged = 0;
        while (acknowledged < 600) {
            List<Received> all = slow.await(acknowledged + 1);
            assertThat(slow.isConnected()).isTrue();
            for (; acknowledged < all.size(); acknowledged++) {
                slow.acknowledge(all.get(acknowledged));
            }
        }

        assertThat(slow.texts()).isEqualTo(texts(1, 600));
    }

    /** Defect 7: UNSUBSCRIBE was not kept, and a session without subscriptions was none. */
    @Test
    void unsubscribeIsKeptAndTheSessionToo() throws MqttException {
        PahoClient away = client("sub");
        away.connect(false);
        away.subscribe(own + "/gone", 1);
        away.unsubscribe(own + "/gone");
        away.disconnect();
        publish(own + "/gone", 1, 3);

        assertThat(away.connect(false)).isTrue();
        away.subscribe(own + "/kept", 1);
        publish(own + "/kept", 4, 4);

        away.await(1);
        assertThat(away.texts()).isEqualTo(texts(4, 4));
    }

    /** Defect 7: what is subscribed at QoS 0 was stored all the same. */
    @Test
    void nothingWaitsAtQos0() throws MqttException {
        PahoClient away = client("sub");
        away.connect(false);
        away.subscribe(own, 0);
        away.disconnect();
        publish(own, 1, 3);

        away.connect(false);
        publish(own, 4, 4);

        away.await(1);
        assertThat(away.texts()).isEqualTo(texts(4, 4));
    }

    /** Defect 8: a message was delivered at the QoS of the subscription, also where it had been published at a lower one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void qosIsTheLowerOne(int published) throws MqttException {
        PahoClient subscriber = client("sub");
        subscriber.connect(false);
        subscriber.subscribe(own, 1);

        publisher().publish(own, "x", published, false);

        assertThat(subscriber.await(1))
                .singleElement()
                .satisfies(message -> assertThat(message.qos()).isEqualTo(Math.min(published, 1)));
    }

    /** Defect 8: the retain flag was never set on a retained message. */
    @Test
    void retainedMessageSaysSo() throws MqttException {
        PahoClient publisher = publisher();
        publisher.publish(own, "kept", 1, true);
        PahoClient subscriber = client("sub");
        subscriber.connect(true);

        subscriber.subscribe(own, 1);
        subscriber.await(1);
        publisher.publish(own, "live", 1, true);

        assertThat(subscriber.await(2)).extracting(Received::retained).containsExactly(true, false);
    }

    /** Defect 8: a publisher at QoS 2 waited for its PUBREC in vain. */
    @Test
    void qos2IsCarriedThrough() throws MqttException {
        PahoClient subscriber = client("sub");
        subscriber.connect(false);
        subscriber.subscribe(own, 2);
        PahoClient publisher = publisher();

        for (int number = 1; number <= 20; number++) {
            publisher.publish(own, String.valueOf(number), 2, false);
        }

        List<Received> received = subscriber.await(20);
        assertThat(subscriber.texts()).isEqualTo(texts(1, 20));
        assertThat(received).extracting(Received::qos).containsOnly(2);
    }

    /** Defect 8: clients could speak in the broker's name. */
    @Test
    void clientsCannotPublishWhereTheBrokerSpeaks() throws MqttException {
        PahoClient subscriber = client("sub");
        subscriber.connect(true);
        subscriber.subscribe("$SYS/#", 1);
        subscriber.subscribe(own, 1);

        publisher().publish("$SYS/broker/" + own, "false", 1, false);
        publish(own, 1, 1);

        subscriber.await(1);
        assertThat(subscriber.texts()).doesNotContain("false");
    }

    /** Defect 10: a connection that says nothing was kept for ever. */
    @Test
    void silentConnectionIsClosed() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", consoles.port())) {
            socket.setSoTimeout(SILENCE_MILLIS);

            // Whatever the broker has to say first, then the stream ends; if it does not, this throws.
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(10);
        }
    }

    /** Defect 10: a packet of any size was taken. */
    @Test
    void packetThatIsTooLargeClosesItsConnectionOnly() throws IOException, MqttException {
        PahoClient other = client("sub");
        other.connect(true);
        try (Socket socket = new Socket("127.0.0.1", consoles.port())) {
            socket.setSoTimeout(SILENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 1, 'x'});
            assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0x20, 2, 0, 0);
            // A PUBLISH that announces 268,435,455 bytes.
            out.write(new byte[] {0x30, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F, 0, 1, 'a'});

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(other.isConnected()).isTrue();
    }
}
