package io.zanzara.endtoend;

import static io.zanzara.endtoend.Consoles.acknowledged;
import static io.zanzara.endtoend.Consoles.numbers;
import static io.zanzara.endtoend.Consoles.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishers and subscribers run on while the broker goes away, twice, and comes back; each store's test extends this. The
 * pairs of one test, each with a topic of its own, go through the same two restarts.
 */
abstract class BrokerRestartContract {

    /** So many that all publishers still have some when the last of them is where the second restart is to come. */
    private static final int MESSAGES = 400;

    private static final String PACE = "30ms";
    private static final Duration EXIT = Duration.ofSeconds(60);

    private final Backend backend;
    private Consoles consoles;

    BrokerRestartContract(Backend backend) {
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

    @TestFactory
    Stream<DynamicTest> stoppedBrokerSkipsNothingAndDoublesNothing() {
        List<Pair> pairs = List.of(new Pair("3.1.1", 2), new Pair("5", 2));
        return restartTwice(ConsoleProcess::terminate, pairs);
    }

    @TestFactory
    Stream<DynamicTest> killedBrokerSkipsNothingAndAtQos2DoublesNothing() {
        List<Pair> pairs = List.of(new Pair("3.1.1", 1), new Pair("5", 1), new Pair("3.1.1", 2), new Pair("5", 2));
        return restartTwice(ConsoleProcess::kill, pairs);
    }

    /** Restarts the broker under all pairs, and returns a test for each. */
    private Stream<DynamicTest> restartTwice(Consumer<ConsoleProcess> end, List<Pair> pairs) {
        ConsoleProcess broker = consoles.broker();
        List<ConsoleProcess> subscribers = new ArrayList<>();
        for (Pair pair : pairs) {
            subscribers.add(consoles.subscriber(pair.name() + "_sub", broker, pair.options()));
        }
        List<ConsoleProcess> publishers = new ArrayList<>();
        for (Pair pair : pairs) {
            String[] options = pair.options("--mqtt.client-id=" + pair.name() + "_pub");
            publishers.add(consoles.publisher(MESSAGES, PACE, options));
        }
        publishers.forEach(publisher -> publisher.awaitCount(Consoles.NUMBER, MESSAGES / 5));
        end.accept(broker);
        ConsoleProcess second = consoles.broker();
        publishers.forEach(publisher -> publisher.awaitCount(Consoles.NUMBER, MESSAGES * 2 / 5));
        end.accept(second);
        consoles.broker();

        return IntStream.range(0, pairs.size()).mapToObj(i -> {
            Pair pair = pairs.get(i);
            return dynamicTest(pair.toString(), () -> pair.check(subscribers.get(i), publishers.get(i)));
        });
    }

    /** A publisher and its subscriber. */
    private record Pair(String version, int qos) {

        String name() {
            return "v" + version.replace('.', '_') + "qos" + qos;
        }

        String[] options(String... more) {
            return Stream.concat(
                            Stream.of("--mqtt.version=" + version, "--mqtt.qos=" + qos, "--mqtt.topic=" + name()),
                            Stream.of(more))
                    .toArray(String[]::new);
        }

        void check(ConsoleProcess subscriber, ConsoleProcess publisher) {
            assertThat(publisher.awaitExit(EXIT)).isZero();
            assertThat(acknowledged(publisher)).isEqualTo(numbers(1, MESSAGES));
            subscriber.awaitMatch("received message: Hello mqtt " + MESSAGES + "$");
            List<Integer> received = received(subscriber);
            if (qos == 2) {
                assertThat(received).isEqualTo(numbers(1, MESSAGES));
            } else {
                checkOrder(received);
            }
        }

        /**
         * At QoS 1 each kill may cause two repetitions: the broker sends again, in order, some of what was acknowledged to
         * it last, and the publisher sends again the one message whose acknowledgement it did not get. Nothing is missing.
         */
        private static void checkOrder(List<Integer> received) {
            assertThat(received.stream().distinct().toList()).isEqualTo(numbers(1, MESSAGES));
            long stepsBack = IntStream.range(1, received.size())
                    .filter(i -> received.get(i) <= received.get(i - 1))
                    .count();
            assertThat(stepsBack).as("steps back in " + received).isLessThanOrEqualTo(4);
        }
    }
}
