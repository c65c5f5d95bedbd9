package io.zanzara.service.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.event.BrokerEvent.SessionEnded;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class QueuedListenerTest {

    private static final ClientId CLIENT = new ClientId("c");

    private final List<BrokerEvent> heard = new CopyOnWriteArrayList<>();
    private final AtomicLong leftOut = new AtomicLong();

    private static BrokerEvent ended(int number) {
        return new SessionEnded(CLIENT, String.valueOf(number));
    }

    private static BrokerEvent published(int bytes) {
        return new Published(
                new Publication(
                        1,
                        CLIENT,
                        new Topic("t"),
                        Qos.AT_MOST_ONCE,
                        false,
                        new byte[bytes],
                        Publication.NEVER,
                        PublicationProperties.NONE),
                BrokerEvent.Origin.CLIENT,
                null,
                false);
    }

    @Test
    void handsOverInOrderAlsoWhatWaitsWhenClosed() {
        QueuedListener queue = new QueuedListener("test", heard::add, leftOut::addAndGet);
        for (int i = 0; i < 1_000; i++) {
            queue.on(ended(i));
        }
        queue.close();

        assertThat(heard).hasSize(1_000).startsWith(ended(0), ended(1)).endsWith(ended(999));
        assertThat(leftOut).hasValue(0);
    }

    @Test
    void goesOnAfterAListenerThrew() {
        try (QueuedListener queue = new QueuedListener(
                "test",
                event -> {
                    heard.add(event);
                    throw new IllegalStateException("thrown by the test");
                },
                leftOut::addAndGet)) {
            queue.on(ended(1));
            queue.on(ended(2));
            await().until(() -> heard.size() == 2);
        }
    }

    @Test
    void neitherNumberNorBytesGrowWithoutBound() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        QueuedListener queue = new QueuedListener(
                "test",
                event -> {
                    entered.countDown();
                    try {
                        stuck.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    heard.add(event);
                },
                leftOut::addAndGet);
        queue.on(ended(0));
        entered.await();

        for (int i = 0; i < 20; i++) {
            queue.on(published(1 << 20));
        }
        for (int i = 0; i < 100_000; i++) {
            queue.on(ended(i));
        }
        stuck.countDown();

        await().until(() -> leftOut.get() > 0 && leftOut.get() + heard.size() == 100_021);
        assertThat(heard.stream().filter(Published.class::isInstance)).hasSizeLessThanOrEqualTo(8);
        assertThat(heard).hasSizeLessThan(20_000);
        queue.close();
    }
}
