package io.zanzara.subscriber;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class HelloSubscriberTest {

    /** Records what is asked of the session, and lets the test play the broker. */
    private static final class FakeSession implements Session {
        final List<String> calls = new ArrayList<>();
        final CompletableFuture<Void> connected = new CompletableFuture<>();
        Predicate<byte[]> handler = payload -> false;

        @Override
        public void handleWith(Predicate<byte[]> handler) {
            calls.add("handle");
            this.handler = handler;
        }

        @Override
        public CompletableFuture<?> connect() {
            calls.add("connect");
            return connected;
        }

        @Override
        public CompletableFuture<?> subscribe() {
            calls.add("subscribe");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<?> disconnect() {
            calls.add("disconnect");
            return CompletableFuture.completedFuture(null);
        }

        boolean deliver(String text) {
            return handler.test(text.getBytes(UTF_8));
        }
    }

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final FakeSession session = new FakeSession();
    private final HelloSubscriber subscriber = new HelloSubscriber(
            session, new Console(new PrintStream(output, true, UTF_8), "localhost:5112", "cli_sub"));

    @Test
    void isReadyForWhatHasWaitedBeforeItConnects() {
        subscriber.start();

        assertThat(session.calls).containsExactly("handle", "connect");
        session.connected.complete(null);
        assertThat(session.calls).containsExactly("handle", "connect", "subscribe");
    }

    @Test
    void printsAMessageBeforeItIsAcknowledged() {
        subscriber.start();

        assertThat(session.deliver("Hello mqtt 1")).isTrue();
        assertThat(output.toString(UTF_8)).isEqualToNormalizingNewlines("received message: Hello mqtt 1\n");
    }

    @Test
    void neitherPrintsNorAcknowledgesOnceItStops() {
        subscriber.start();
        subscriber.stop();

        assertThat(session.deliver("Hello mqtt 1")).isFalse();
        assertThat(output.toString(UTF_8)).isEmpty();
        assertThat(session.calls).endsWith("disconnect");
    }
}
