package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Authorizer;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.ForwardingStore;
import io.zanzara.store.Store;
import io.zanzara.store.StoreOperation;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shared group's messages move into its members' queues in the group's order, though one member answers late. */
@Timeout(60)
class SharedGroupMovesTest {

    private static final Packets PACKETS = Packets.MQTT_5;
    private static final int LOOPS = 16;
    private static final int MESSAGES = 4;
    private static final Duration A_MOMENT = Duration.ofMillis(20);
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final List<Long> moved = new CopyOnWriteArrayList<>();
    private final StuckLoop stuck = new StuckLoop();

    /** Holds up the event loop of who publishes to one topic. */
    private static final class StuckLoop implements Authorizer {
        private volatile CountDownLatch entered = new CountDownLatch(1);
        private volatile CountDownLatch released = new CountDownLatch(1);

        void arm() {
            entered = new CountDownLatch(1);
            released = new CountDownLatch(1);
        }

        @Override
        public boolean mayPublish(ClientId client, @Nullable String userName, Publication publication) {
            if (publication.topic().value().equals("stuck")) {
                CountDownLatch until = released;
                entered.countDown();
                try {
                    return until.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return true;
        }

        @Override
        public boolean maySubscribe(ClientId client, @Nullable String userName, TopicFilter filter, Qos qos) {
            return true;
        }
    }

    @Test
    void aLaterMessageIsNotStoredBeforeAnEarlierOne() throws Exception {
        BrokerConfig config = BrokerConfig.of(noting(new MemoryStore()))
                .withPort(0)
                .withEventLoops(LOOPS)
                .withAuthorizer(stuck);
        try (Broker broker = Broker.start(config);
                RawClient quick = connect(broker, "quick");
                RawClient publisher = connect(broker, "publisher")) {
            quick.subscribe(2, "$share/g/t").subscribe(1, "direct");
            int[] identifier = {0};
            int tries = 0;
            boolean tried = false;
            while (!tried) {
                tried = tryWithStuckMember(broker, publisher, identifier, "slow" + ++tries);
            }
            assertThat(moved).isSorted();
        }
    }

    /** Returns false if the group happens to live on the member's loop: a new connection gets another one. */
    private boolean tryWithStuckMember(Broker broker, RawClient publisher, int[] identifier, String slowMember)
            throws Exception {
        stuck.arm();
        try (RawClient slow = connect(broker, slowMember)) {
            slow.subscribe(2, "$share/g/t");
            do {
                publish(publisher, ++identifier[0]);
            } while (slow.poll(A_MOMENT) == null);
            moved.clear();
            slow.send(PACKETS.publish("stuck", "x", 0, 0));
            stuck.entered.await();
            boolean elsewhere = true;
            for (int i = 0; i < MESSAGES && elsewhere; i++) {
                elsewhere = publish(publisher, ++identifier[0]);
            }
            for (int i = 0; i < MESSAGES && elsewhere; i++) {
                // each goes to the quick member's loop and into the store: time enough for what is not held back
                publisher.send(PACKETS.publish("direct", "now", 1, ++identifier[0]));
                publisher.expect(Packet.PUBACK);
            }
            stuck.released.countDown();
            if (elsewhere) {
                await().until(() -> moved.size() >= MESSAGES);
            } else {
                publisher.expect(Packet.PUBCOMP); // the one that could not come while the loop stood still
            }
            return elsewhere;
        }
    }

    private static boolean publish(RawClient publisher, int identifier) throws IOException {
        publisher.send(PACKETS.publish("t", String.valueOf(identifier), 2, identifier));
        publisher.expect(Packet.PUBREC);
        publisher.send(PACKETS.acknowledge(Packet.PUBREL, identifier));
        return publisher.poll(A_WHILE) != null;
    }

    private static RawClient connect(Broker broker, String clientId) throws IOException {
        return RawClient.connect(broker.port(), PACKETS, Packets.Connect.persistent(clientId));
    }

    private ForwardingStore noting(Store store) {
        return new ForwardingStore() {
            @Override
            public Store inner() {
                return store;
            }

            @Override
            public void commit(int lane, List<StoreOperation> batch) {
                store.commit(lane, batch);
                batch.forEach(SharedGroupMovesTest.this::note);
            }
        };
    }

    private void note(StoreOperation operation) {
        if (operation instanceof StoreOperation.Release release
                && release.source() instanceof StoreOperation.Source.Queued queued) {
            moved.add(queued.sequence());
        }
    }
}
