package io.zanzara.publisher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.publisher.FakeLink.Answer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.DefaultApplicationArguments;

@Timeout(30)
class HelloPublisherTest {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Console console = new Console(new PrintStream(output, true, UTF_8), "localhost:5112", "cli_pub");

    private HelloPublisher publisher(FakeLink link, long count) {
        Delivery delivery = new Delivery(link, link, console);
        link.reportTo(delivery);
        return new HelloPublisher(new PublisherProperties(Duration.ZERO, "Hello mqtt", count), delivery, console);
    }

    private void publish(FakeLink link, long count) {
        publisher(link, count).run(new DefaultApplicationArguments());
    }

    private String printed() {
        return output.toString(UTF_8);
    }

    @Test
    void numbersTheMessagesAndPrintsEachOnceAcknowledged() {
        FakeLink link = new FakeLink();

        publish(link, 3);

        assertThat(link.handedOver).containsExactly("Hello mqtt 1", "Hello mqtt 2", "Hello mqtt 3");
        assertThat(printed()).isEqualToNormalizingNewlines("1\n2\n3\n");
    }

    @Test
    void leavesAMessageUnderWayToTheClientWhenTheConnectionBreaks() {
        FakeLink link = new FakeLink(Answer.ACKNOWLEDGE, Answer.BREAK_AND_REPEAT);

        publish(link, 3);

        assertThat(link.handedOver).containsExactly("Hello mqtt 1", "Hello mqtt 2", "Hello mqtt 3");
        assertThat(printed()).isEqualToNormalizingNewlines("1\n2\n3\n");
        assertThat(link.attempts).isEqualTo(2);
    }

    @Test
    void handsAMessageOverAgainThatTheClientForgotWithTheConnection() {
        FakeLink link = new FakeLink(Answer.ACKNOWLEDGE, Answer.BREAK_AND_FORGET);

        publish(link, 3);

        assertThat(link.handedOver).containsExactly("Hello mqtt 1", "Hello mqtt 2", "Hello mqtt 2", "Hello mqtt 3");
        assertThat(printed()).isEqualToNormalizingNewlines("1\n2\n3\n");
    }

    @Test
    void handsAMessageOverAgainThatTheClientDidNotTake() {
        FakeLink link = new FakeLink(Answer.THROW);

        publish(link, 2);

        assertThat(link.handedOver).containsExactly("Hello mqtt 1", "Hello mqtt 2");
        assertThat(printed()).isEqualToNormalizingNewlines("1\n2\n");
    }

    @Test
    void repeatsAMessageThatTheBrokerRefused() {
        FakeLink link = new FakeLink(Answer.REFUSE);

        publish(link, 2);

        assertThat(link.handedOver).containsExactly("Hello mqtt 1", "Hello mqtt 1", "Hello mqtt 2");
        assertThat(printed()).isEqualToNormalizingNewlines("message refused: quota; trying again\n1\n2\n");
    }

    @Test
    void waitsForABrokerThatIsNotThereYet() {
        FakeLink link = new FakeLink();
        link.failingAttempts = 2;

        publish(link, 1);

        assertThat(link.attempts).isEqualTo(3);
        assertThat(printed()).isEqualToNormalizingNewlines("1\n");
    }

    @Test
    void stopsWhileItWaits() throws Exception {
        FakeLink link = new FakeLink();
        link.failingAttempts = Integer.MAX_VALUE;
        HelloPublisher publisher = publisher(link, 0);
        Thread main = new Thread(() -> publisher.run(new DefaultApplicationArguments()));
        main.start();

        publisher.stop();
        main.join();

        assertThat(printed()).isEmpty();
    }

    @Test
    void tellsTheSameFailureOnce() {
        console.connectFailed(new IllegalStateException("outer", new ConnectException("Connection refused")));
        console.connectFailed(new ConnectException("Connection refused"));
        console.connectFailed(new ConnectException("No route to host"));
        console.connected();

        assertThat(printed())
                .isEqualToNormalizingNewlines("no connection to localhost:5112: Connection refused; trying again\n"
                        + "no connection to localhost:5112: No route to host; trying again\n"
                        + "connected to localhost:5112 as cli_pub\n");
    }
}
