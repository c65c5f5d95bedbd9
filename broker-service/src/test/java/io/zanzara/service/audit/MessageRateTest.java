package io.zanzara.service.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Delivered;
import io.zanzara.event.BrokerEvent.SessionEnded;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.service.engine.QueuedListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MessageRateTest {

    private static final ClientId CLIENT = new ClientId("c");
    private static final BrokerEvent OF_MESSAGE = new Delivered(
            CLIENT,
            null,
            new Publication(
                    1,
                    CLIENT,
                    new Topic("t"),
                    Qos.AT_MOST_ONCE,
                    false,
                    new byte[0],
                    Publication.NEVER,
                    PublicationProperties.NONE),
            Qos.AT_MOST_ONCE,
            0);
    private static final BrokerEvent OF_SESSION = new SessionEnded(CLIENT, "");

    @Test
    void messagesBeyondTheRateAreCountedAndTheRestIsAlwaysShown() {
        List<BrokerEvent> shown = new CopyOnWriteArrayList<>();
        AtomicLong leftOut = new AtomicLong();
        AtomicLong nanos = new AtomicLong(5);
        QueuedListener queue = new QueuedListener("test", shown::add, leftOut::addAndGet);
        try (MessageRate rate = new MessageRate(queue, 3, nanos::get)) {
            for (int i = 0; i < 10; i++) {
                rate.on(OF_MESSAGE);
                rate.on(OF_SESSION);
            }
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            rate.on(OF_MESSAGE);
            await().until(() -> shown.size() == 14 && leftOut.get() == 7);
        }
        assertThat(shown.stream().filter(OF_MESSAGE::equals)).hasSize(4);
    }
}
