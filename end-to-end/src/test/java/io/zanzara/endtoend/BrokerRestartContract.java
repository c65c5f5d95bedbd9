package io.zanzara.endtoend;

import static io.zanzara.endtoend.Consoles.acknowledged;
import static io.zanzara.endtoend.Consoles.numbers;
import static io.zanzara.endtoend.Consoles.received;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publisher and subscriber run on while the broker goes away, twice, and comes back; each store's test extends this. */
abstract class BrokerRestartContract {

    private static final int MESSAGES = 150;
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

    @ParameterizedTest
    @ValueSource(strings = {"3.1.1", "5"})
    void stoppedBrokerSkipsNothingAndDoublesNothing(String version) {
        ConsoleProcess subscriber = restartTwice(ConsoleProcess::terminate, version, 2);

        assertThat(received(subscriber)).isEqualTo(numbers(1, MESSAGES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.1.1", "5"})
    void killedBrokerSkipsNothingAndDoublesNothingAtQos2(String version) {
        ConsoleProcess subscriber = restartTwice(ConsoleProcess::kill, version, 2);

        assertThat(received(subscriber)).isEqualTo(numbers(1, MESSAGES));
    }

    /**
     * At QoS 1 each kill may cause two repetitions: the broker sends again, in order, some of what was acknowledged to it
     * last, and the publisher sends again the one message whose acknowledgement it did not get. Nothing is missing.
     */
    @ParameterizedTest
    @ValueSource(strings = {"3.1.1", "5"})
    void killedBrokerSkipsNothingAtQos1(String version) {
        ConsoleProcess subscriber = restartTwice(ConsoleProcess::kill, version, 1);

        List<Integer> received = received(subscriber);
        assertThat(received.stream().distinct().toList()).isEqualTo(numbers(1, MESSAGES));
        long stepsBack = IntStream.range(1, received.size())
                .filter(i -> received.get(i) <= received.get(i - 1))
                .count();
        assertThat(stepsBack).as("steps back in " + received).isLessThanOrEqualTo(4);
    }

    private ConsoleProcess restartTwice(Consumer<ConsoleProcess> end, String version, int qos) {
        String speak = "--mqtt.version=" + version;
        String quality = "--mqtt.qos=" + qos;
        ConsoleProcess broker = consoles.broker();
        ConsoleProcess subscriber = consoles.subscriber("cli_sub", broker, speak, quality);
        ConsoleProcess publisher = consoles.publisher(MESSAGES, PACE, speak, quality);
        publisher.awaitCount(Consoles.NUMBER, MESSAGES / 3);
        end.accept(broker);
        ConsoleProcess second = consoles.broker();
        publisher.awaitCount(Consoles.NUMBER, MESSAGES * 2 / 3);
        end.accept(second);
        consoles.broker();

        assertThat(publisher.awaitExit(EXIT)).isZero();
        assertThat(acknowledged(publisher)).isEqualTo(numbers(1, MESSAGES));
        subscriber.awaitMatch("received message: Hello mqtt " + MESSAGES + "$");
        return subscriber;
    }
}
