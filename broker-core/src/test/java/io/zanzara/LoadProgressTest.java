package io.zanzara;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.StoreVisitor;
import io.zanzara.store.memory.MemoryStore;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoadProgressTest {

    private long now = 1_790_000_000_000L;
    private final Slow visited = new Slow();
    private final List<String> told = new ArrayList<>();
    private final LoadProgress progress = new LoadProgress(visited, () -> now, told::add);

    /** Takes as long for each row as the test says. */
    private final class Slow implements StoreVisitor {
        private final List<String> rows = new ArrayList<>();
        private long millis;

        private void visit(String row) {
            rows.add(row);
            now += millis;
        }

        @Override
        public void session(SessionRecord record) {
            visit("session " + record.client());
        }

        @Override
        public void subscription(ClientId client, Subscription subscription) {
            visit("subscription " + client);
        }

        @Override
        public void incoming(IncomingRecord record) {
            visit("incoming " + record.client());
        }

        @Override
        public void retained(RetainedRecord record) {
            visit("retained " + record.topic());
        }
    }

    private static SessionRecord session(String client) {
        return new SessionRecord(
                new ClientId(client),
                1,
                SessionRecord.NEVER_EXPIRES,
                SessionRecord.CONNECTED,
                1,
                0,
                SessionRecord.NO_RANGES,
                null,
                null,
                4);
    }

    @Test
    void aStartOfLessThanASecondSaysNothing() {
        visited.millis = 1;
        IntStream.range(0, 999).forEach(n -> progress.session(session("c" + n)));
        assertThat(told).isEmpty();
    }

    @Test
    void aLongerOneSaysOnceASecondHowFarItIs() {
        visited.millis = 500;
        IntStream.range(0, 5).forEach(n -> progress.session(session("c" + n)));
        assertThat(told)
                .containsExactly(
                        "loaded 2 sessions, 0 subscriptions, 0 incoming and 0 retained messages so far",
                        "loaded 4 sessions, 0 subscriptions, 0 incoming and 0 retained messages so far");
        visited.millis = 0;
        IntStream.range(5, 120_000).forEach(n -> progress.session(session("c" + n)));
        told.clear();
        visited.millis = 2_000;
        progress.subscription(new ClientId("c1"), Subscription.of(TopicFilter.parse("t"), Qos.AT_LEAST_ONCE));
        assertThat(told)
                .containsExactly("loaded 120,000 sessions, 1 subscriptions, 0 incoming and 0 retained messages so far");
    }

    @Test
    void eachRowIsHandedOnAtOnce() {
        progress.session(session("c"));
        assertThat(visited.rows).containsExactly("session c");
        progress.retained(new RetainedRecord(new Topic("t"), 1, null));
        assertThat(visited.rows).containsExactly("session c", "retained t");
    }

    @Test
    void theBrokerTellsItInItsLog() {
        MemoryStore memory = new MemoryStore();
        memory.open();
        memory.commit(
                0,
                IntStream.range(0, 3)
                        .<StoreOperation>mapToObj(n -> new StoreOperation.PutSession(session("c" + n)))
                        .toList());
        memory.close();
        Logger logger = (Logger) LoggerFactory.getLogger(Broker.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (Broker broker = Broker.start(BrokerConfig.of(slow(memory)).withPort(0))) {
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.matches("loaded [123] sessions, .* so far"))
                    .anyMatch(line -> line.startsWith("loaded 3 sessions from the "));
            assertThat(broker.clients()).isEmpty();
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** A store that takes half a second and a bit for each row it shows. */
    private static Store slow(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("load")) {
                        StoreVisitor visitor = (StoreVisitor) arguments[0];
                        store.load((StoreVisitor) Proxy.newProxyInstance(
                                Store.class.getClassLoader(), new Class<?>[] {StoreVisitor.class}, (p, row, values) -> {
                                    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(510);
                                    while (System.nanoTime() < until) {
                                        LockSupport.parkNanos(until - System.nanoTime());
                                    }
                                    return row.invoke(visitor, values);
                                }));
                        return null;
                    }
                    return method.invoke(store, arguments);
                });
    }
}
