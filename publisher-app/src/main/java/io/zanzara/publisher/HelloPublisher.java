package io.zanzara.publisher;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Publishes the text with 1, 2, 3 …, one per interval, on the main thread. What is due follows from the time alone, so
 * the messages of an outage of any length need no memory: they go out in order, without a pause, once the broker is back.
 */
final class HelloPublisher implements ApplicationRunner {

    private static final long STOP_SECONDS = 3;

    private final PublisherProperties properties;
    private final Delivery delivery;
    private final Console console;
    private final CountDownLatch finished = new CountDownLatch(1);

    HelloPublisher(PublisherProperties properties, Delivery delivery, Console console) {
        this.properties = properties;
        this.delivery = delivery;
        this.console = console;
    }

    @Override
    public void run(ApplicationArguments args) {
        try {
            publishAll();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            finished.countDown();
        }
    }

    private void publishAll() throws InterruptedException {
        long interval = properties.interval().toNanos();
        long due = System.nanoTime();
        for (long number = 1; properties.count() == 0 || number <= properties.count(); number++) {
            delivery.idleUntil(due);
            delivery.deliver(properties.text() + " " + number);
            console.acknowledged(number);
            due += interval;
        }
    }

    /** Ends before the connection is closed, so that the close is a clean one. */
    @EventListener(ContextClosedEvent.class)
    void stop() throws InterruptedException {
        delivery.stop();
        finished.await(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
