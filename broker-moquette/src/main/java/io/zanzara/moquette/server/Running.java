package io.zanzara.moquette.server;

import io.zanzara.Broker;
import io.zanzara.moquette.access.MoquetteAuthenticator;
import io.zanzara.moquette.intercept.Interceptors;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** What there is between a start and a stop. */
final class Running implements AutoCloseable {

    final Broker broker;
    final Interceptors interceptors;
    private final @Nullable MoquetteAuthenticator authenticator;
    private final CountDownLatch stopped = new CountDownLatch(1);

    Running(Broker broker, Interceptors interceptors, @Nullable MoquetteAuthenticator authenticator) {
        this.broker = broker;
        this.interceptors = interceptors;
        this.authenticator = authenticator;
        // the engine's own threads don't keep the process alive, Moquette's did: programs that embed it rely on that
        new Thread(this::awaitStop, "zanzara-server").start();
    }

    private void awaitStop() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the broker first, so that the interceptors hear of its clients' goings. */
    @Override
    public void close() {
        try {
            broker.close();
        } finally {
            interceptors.close();
            if (authenticator != null) {
                authenticator.close();
            }
            stopped.countDown();
        }
    }
}
