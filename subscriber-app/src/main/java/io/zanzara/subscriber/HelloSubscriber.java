package io.zanzara.subscriber;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.context.SmartLifecycle;

/** Prints each message, and only then lets it be acknowledged: what was not printed, the broker keeps. */
final class HelloSubscriber implements SmartLifecycle {

    private static final long RETRY_SECONDS = 5;
    private static final long STOP_SECONDS = 2;

    private final Session session;
    private final Console console;
    private volatile boolean running;

    HelloSubscriber(Session session, Console console) {
        this.session = session;
        this.console = console;
    }

    @Override
    public void start() {
        running = true;
        session.handleWith(this::handle);
        var unused = session.connect().thenRun(this::subscribe);
    }

    private boolean handle(byte[] payload) {
        if (!running) {
            return false;
        }
        console.received(new String(payload, UTF_8));
        return true;
    }

    /** Once per start, also into a session that is resumed: topic or QoS may be other ones than last time. */
    private void subscribe() {
        CompletableFuture<?> subscribed = session.subscribe();
        subscribed.whenComplete((done, failure) -> {
            if (failure != null && running) {
                console.subscriptionRefused(failure);
                Executor later = CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS);
                later.execute(this::subscribe);
            }
        });
    }

    /** Says goodbye, so that no will fires; the session and what arrives for it stay in the broker. */
    @Override
    public void stop() {
        running = false;
        try {
            session.disconnect().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException notConnected) {
            // Then there is nobody to say goodbye to.
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
