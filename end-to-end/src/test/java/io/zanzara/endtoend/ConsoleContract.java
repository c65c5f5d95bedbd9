package io.zanzara.endtoend;

import static io.zanzara.endtoend.Consoles.acknowledged;
import static io.zanzara.endtoend.Consoles.numbers;
import static io.zanzara.endtoend.Consoles.received;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk-through with its consoles, row by row; each store's test extends this. Tests that neither stop the broker nor
 * set it up in their own way share one, each with topic and client identifiers of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsoleContract {

    private static final String FAST = "20ms";
    private static final Duration EXIT = Duration.ofSeconds(30);

    private final Backend backend;
    private Consoles shared;
    private ConsoleProcess broker;
    private Consoles consoles;
    private String own = "";

    ConsoleContract(Backend backend) {
        this.backend = backend;
    }

    @BeforeAll
    void startBroker(@TempDir Path folder) {
        shared = new Consoles(backend.fresh(folder));
        broker = shared.broker("--zanzara.events.payload=true");
    }

    @BeforeEach
    void choosePlace(@TempDir Path folder, TestInfo test) {
        own = test.getTestMethod().orElseThrow().getName();
        consoles = new Consoles(backend.fresh(folder));
    }

    @AfterEach
    void endEverything() {
        consoles.close();
    }

    @AfterAll
    void stopBroker() {
        shared.close();
    }

    /** A subscriber at the broker that tests share. */
    private ConsoleProcess subscriber(String name, String... options) {
        return shared.subscriber(own + name, broker, with(options, "--mqtt.topic=" + own));
    }

    /** A publisher to the broker that tests share. */
    private ConsoleProcess publisher(int count, String... options) {
        return shared.publisher(
                count, FAST, with(options, "--mqtt.topic=" + own, "--mqtt.client-id=" + own + "cli_pub"));
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void brokerSaysThatItIsUpAndWhereItKeepsItsState() {
        String line = broker.lines(".*Zanzara is up and running at port " + shared.port() + ".*")
                .get(0);

        assertThat(line).containsIgnoringCase(backend == Backend.EMBEDDED ? "embedded" : "mongodb");
    }

    @Test
    void brokerTellsEachEventInOneLine() {
        ConsoleProcess subscriber = subscriber("cli_sub");

        ConsoleProcess publisher = publisher(1);
        subscriber.awaitCount(Consoles.RECEIVED, 1);
        assertThat(publisher.awaitExit(EXIT)).isZero();

        broker.awaitCount(Events.connected(own + "cli_sub"), 1);
        broker.awaitCount(Events.connected(own + "cli_pub"), 1);
        broker.awaitCount(Events.subscribed(own + "cli_sub"), 1);
        broker.awaitCount(Events.published(own + "cli_pub"), 1);
        assertThat(broker.lines(Events.published(own + "cli_pub")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("Hello mqtt 1").contains(" " + own));
        broker.awaitCount(Events.delivered(own + "cli_sub"), 1);
        broker.awaitCount(Events.disconnected(own + "cli_pub"), 1);
        subscriber.terminate();
        broker.awaitCount(Events.disconnected(own + "cli_sub"), 1);
    }

    @Test
    void brokerIsSilentAboutEventsWhenAskedToBe() {
        ConsoleProcess broker = consoles.broker("--zanzara.events.log=false");

        assertThat(consoles.publisher(3, FAST).awaitExit(EXIT)).isZero();

        assertThat(broker.lines(".*cli_pub.*")).isEmpty();
    }

    @Test
    void publisherPrintsEachNumberWhenTheBrokerHasAcknowledgedIt() {
        ConsoleProcess publisher = consoles.publisher(5, FAST);
        publisher.awaitMatch("no connection");
        assertThat(acknowledged(publisher)).isEmpty();

        consoles.broker();

        assertThat(publisher.awaitExit(EXIT)).isZero();
        assertThat(acknowledged(publisher)).isEqualTo(numbers(1, 5));
    }

    @Test
    void subscriberPrintsWhatIsPublished() {
        ConsoleProcess subscriber = subscriber("cli_sub");

        publisher(20);

        subscriber.awaitMatch("Hello mqtt 20$");
        assertThat(received(subscriber)).isEqualTo(numbers(1, 20));
    }

    @Test
    void clientsSpeakVersion5AsWell() {
        ConsoleProcess subscriber = subscriber("cli_sub", "--mqtt.version=5");
        subscriber.terminate();

        ConsoleProcess publisher = publisher(20, "--mqtt.version=5");
        assertThat(publisher.awaitExit(EXIT)).isZero();
        ConsoleProcess back = subscriber("cli_sub", "--mqtt.version=5");

        back.awaitMatch("Hello mqtt 20$");
        assertThat(received(back)).isEqualTo(numbers(1, 20));
    }

    @Test
    void subscriberThatWasAwayForHundredMessagesGetsThemOnceAndInOrder() {
        ConsoleProcess before = subscriber("cli_sub");
        ConsoleProcess publisher = publisher(130);
        before.awaitCount(Consoles.RECEIVED, 10);
        before.terminate();
        int seen = received(before).size();
        publisher.awaitCount(Consoles.NUMBER, seen + 100);

        ConsoleProcess after = subscriber("cli_sub");

        after.awaitMatch("Hello mqtt 130$");
        assertThat(publisher.awaitExit(EXIT)).isZero();
        assertThat(together(before, after)).isEqualTo(numbers(1, 130));
    }

    /** Here the jars run in the form in which they are packaged. */
    @Test
    void waitingMessagesOutliveBrokerAndPublisher(@TempDir Path folder) {
        try (Consoles packaged = Consoles.ofPackagedJars(backend.fresh(folder))) {
            ConsoleProcess first = packaged.broker();
            packaged.subscriber("cli_sub", first).terminate();
            assertThat(packaged.publisher(30, FAST).awaitExit(EXIT)).isZero();
            first.terminate();

            ConsoleProcess second = packaged.broker();
            ConsoleProcess subscriber = packaged.subscriber("cli_sub", second);

            subscriber.awaitMatch("Hello mqtt 30$");
            assertThat(received(subscriber)).isEqualTo(numbers(1, 30));
        }
    }

    @Test
    void cleanSubscriberGetsNothingThatItMissed() {
        subscriber("cli_sub", "--mqtt.clean=true").terminate();
        broker.awaitCount(Events.disconnected(own + "cli_sub"), 1);
        assertThat(publisher(10).awaitExit(EXIT)).isZero();

        ConsoleProcess back = subscriber("cli_sub", "--mqtt.clean=true");
        assertThat(publisher(3, "--publisher.text=Hello mqtt 100").awaitExit(EXIT))
                .isZero();

        back.awaitCount("received message: .*", 3);
        assertThat(back.lines("received message: .*"))
                .containsExactly(
                        "received message: Hello mqtt 100 1",
                        "received message: Hello mqtt 100 2",
                        "received message: Hello mqtt 100 3");
    }

    @Test
    void subscribingAgainChangesNothing() {
        subscriber("cli_sub").terminate();
        subscriber("cli_sub").terminate();
        ConsoleProcess subscriber = subscriber("cli_sub");

        ConsoleProcess publisher = publisher(10);
        assertThat(publisher.awaitExit(EXIT)).isZero();

        subscriber.awaitCount(Consoles.RECEIVED, 10);
        assertThat(received(subscriber)).isEqualTo(numbers(1, 10));
    }

    @Test
    void twoSubscribersThatWereAwayGetTheirOwnOneAfterTheOther() {
        subscriber("cli_sub").terminate();
        subscriber("cli2_sub").terminate();
        assertThat(publisher(20).awaitExit(EXIT)).isZero();

        ConsoleProcess one = subscriber("cli_sub");
        one.awaitMatch("Hello mqtt 20$");
        ConsoleProcess two = subscriber("cli2_sub");
        two.awaitMatch("Hello mqtt 20$");

        assertThat(received(one)).isEqualTo(numbers(1, 20));
        assertThat(received(two)).isEqualTo(numbers(1, 20));
    }

    @Test
    void brokerStopsWithinFiveSecondsWhileClientsAreConnected() {
        ConsoleProcess broker = consoles.broker();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker, "--mqtt.version=5");
        consoles.publisher(0, FAST);
        subscriber.awaitCount(Consoles.RECEIVED, 10);

        long start = System.nanoTime();
        broker.terminate();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        subscriber.awaitMatch("connection to .* lost: .*");
    }

    private static List<Integer> together(ConsoleProcess before, ConsoleProcess after) {
        return Stream.concat(received(before).stream(), received(after).stream())
                .toList();
    }
}
