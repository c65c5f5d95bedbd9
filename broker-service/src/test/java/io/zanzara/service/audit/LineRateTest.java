package io.zanzara.service.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.ConnectionRefused;
import io.zanzara.event.BrokerEvent.Delivered;
import io.zanzara.event.BrokerEvent.SessionEnded;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LineRateTest {

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
    private static final BrokerEvent OF_SESSION = new SessionEnded(CLIENT, "over");
    private static final BrokerEvent REFUSAL =
            new ConnectionRefused("10.0.0.1:9", ReasonCode.BAD_USER_NAME_OR_PASSWORD, "no");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong(5);

    private long lines(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning)).count();
    }

    @Test
    void messagesBeyondTheRateAreCountedAndTheRestIsAlwaysShown() {
        try (LineRate rate = new LineRate(new EventLog(false, lines::add), nanos::get)) {
            for (int i = 0; i < 1_010; i++) {
                rate.on(OF_MESSAGE);
                rate.on(OF_SESSION);
            }
            await().until(() -> lines("delivered") == 1_000 && lines("sessionEnded") == 1_010);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            await().until(() -> lines.contains("... and 10 more events, too many to show"));
            rate.on(OF_MESSAGE);
            await().until(() -> lines("delivered") == 1_001);
        }
    }

    @Test
    void aFloodOfRefusalsIsAFewLinesAndACount() {
        try (LineRate rate = new LineRate(new EventLog(false, lines::add), nanos::get)) {
            for (int i = 0; i < 100_000; i++) {
                rate.on(REFUSAL);
            }
            rate.on(OF_SESSION);
            await().until(() -> lines("sessionEnded") == 1);
            assertThat(lines("connectionRefused")).isEqualTo(20);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
            await().until(() -> lines.contains("... and 99980 more connections refused, too many to show"));
            rate.on(REFUSAL);
            await().until(() -> lines("connectionRefused") == 21);
        }
        assertThat(lines("...")).isEqualTo(1);
    }
}
