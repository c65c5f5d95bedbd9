package io.zanzara.endtoend;

import static io.zanzara.endtoend.Consoles.acknowledged;
import static io.zanzara.endtoend.Consoles.numbers;
import static io.zanzara.endtoend.Consoles.received;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk-through with its consoles, row by row; each store's test extends this. */
abstract class ConsoleContract {

    private static final String FAST = "20ms";
    private static final Duration EXIT = Duration.ofSeconds(30);

    private final Backend backend;
    private Consoles consoles;

    ConsoleContract(Backend backend) {
        this.backend = backend;
    }

    @BeforeEach
    void choosePlace(@TempDir Path folder) {
        consoles = new Consoles(backend.fresh(folder));
    }

    @AfterEach
    void endEverything() {
        consoles.close();
    }

    @Test
    void brokerSaysThatItIsUpAndWhereItKeepsItsState() {
        ConsoleProcess broker = consoles.broker();

        String line = broker.lines(".*Zanzara is up and running at port " + consoles.port() + ".*")
                .get(0);

        assertThat(line).containsIgnoringCase(backend == Backend.EMBEDDED ? "embedded" : "mongodb");
    }

    @Test
    void brokerTellsEachEventInOneLine() {
        ConsoleProcess broker = consoles.broker("--zanzara.events.payload=true");
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker);

        ConsoleProcess publisher = consoles.publisher(1, FAST);
        subscriber.awaitCount(Consoles.RECEIVED, 1);
        assertThat(publisher.awaitExit(EXIT)).isZero();

        broker.awaitCount(Events.connected("cli_sub"), 1);
        broker.awaitCount(Events.connected("cli_pub"), 1);
        broker.awaitCount(Events.subscribed("cli_sub"), 1);
        broker.awaitCount(Events.published("cli_pub"), 1);
        assertThat(broker.lines(Events.published("cli_pub")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("Hello mqtt 1").contains("test"));
        broker.awaitCount(Events.delivered("cli_sub"), 1);
        broker.awaitCount(Events.disconnected("cli_pub"), 1);
        subscriber.terminate();
        broker.awaitCount(Events.disconnected("cli_sub"), 1);
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
        ConsoleProcess broker = consoles.broker();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker);

        consoles.publisher(20, FAST);

        subscriber.awaitMatch("Hello mqtt 20$");
        assertThat(received(subscriber)).isEqualTo(numbers(1, 20));
    }

    @Test
    void clientsSpeakVersion5AsWell() {
        ConsoleProcess broker = consoles.broker();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker, "--mqtt.version=5");
        subscriber.terminate();

        ConsoleProcess publisher = consoles.publisher(20, FAST, "--mqtt.version=5");
        assertThat(publisher.awaitExit(EXIT)).isZero();
        ConsoleProcess back = consoles.subscriber("cli_sub", broker, "--mqtt.version=5");

        back.awaitMatch("Hello mqtt 20$");
        assertThat(received(back)).isEqualTo(numbers(1, 20));
    }

    @Test
    void subscriberThatWasAwayForHundredMessagesGetsThemOnceAndInOrder() {
        ConsoleProcess broker = consoles.broker();
        ConsoleProcess before = consoles.subscriber("cli_sub", broker);
        ConsoleProcess publisher = consoles.publisher(130, FAST);
        before.awaitCount(Consoles.RECEIVED, 10);
        before.terminate();
        int seen = received(before).size();
        publisher.awaitCount(Consoles.NUMBER, seen + 100);

        ConsoleProcess after = consoles.subscriber("cli_sub", broker);

        after.awaitMatch("Hello mqtt 130$");
        assertThat(publisher.awaitExit(EXIT)).isZero();
        assertThat(together(before, after)).isEqualTo(numbers(1, 130));
    }

    @Test
    void waitingMessagesOutliveBrokerAndPublisher() {
        ConsoleProcess first = consoles.broker();
        consoles.subscriber("cli_sub", first).terminate();
        assertThat(consoles.publisher(30, FAST).awaitExit(EXIT)).isZero();
        first.terminate();

        ConsoleProcess second = consoles.broker();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", second);

        subscriber.awaitMatch("Hello mqtt 30$");
        assertThat(received(subscriber)).isEqualTo(numbers(1, 30));
    }

    @Test
    void cleanSubscriberGetsNothingThatItMissed() {
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker, "--mqtt.clean=true").terminate();
        broker.awaitCount(Events.disconnected("cli_sub"), 1);
        assertThat(consoles.publisher(10, FAST).awaitExit(EXIT)).isZero();

        ConsoleProcess back = consoles.subscriber("cli_sub", broker, "--mqtt.clean=true");
        assertThat(consoles.publisher(3, FAST, "--publisher.text=Hello mqtt 100")
                        .awaitExit(EXIT))
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
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker).terminate();
        consoles.subscriber("cli_sub", broker).terminate();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker);

        ConsoleProcess publisher = consoles.publisher(10, FAST);
        assertThat(publisher.awaitExit(EXIT)).isZero();

        subscriber.awaitCount(Consoles.RECEIVED, 10);
        assertThat(received(subscriber)).isEqualTo(numbers(1, 10));
    }

    @Test
    void twoSubscribersThatWereAwayGetTheirOwnOneAfterTheOther() {
        ConsoleProcess broker = consoles.broker();
        consoles.subscriber("cli_sub", broker).terminate();
        consoles.subscriber("cli2_sub", broker).terminate();
        assertThat(consoles.publisher(20, FAST).awaitExit(EXIT)).isZero();

        ConsoleProcess one = consoles.subscriber("cli_sub", broker);
        one.awaitMatch("Hello mqtt 20$");
        ConsoleProcess two = consoles.subscriber("cli2_sub", broker);
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
