package io.zanzara.moquette.intercept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Origin;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.Topic;
import io.zanzara.message.Will;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Handlers that throw, block and are slow. */
class InterceptorsTest {

    private static final ClientId CLIENT = new ClientId("client");

    /** Writes down topics; fails, or waits, at the first. */
    private static final class Handler extends AbstractInterceptHandler {

        final List<String> heard = new CopyOnWriteArrayList<>();
        private final String id;
        private final @Nullable Error failure;
        private final CountDownLatch gate;
        private final Class<?> @Nullable [] types;

        Handler(String id, @Nullable Error failure, CountDownLatch gate, Class<?> @Nullable ... types) {
            this.id = id;
            this.failure = failure;
            this.gate = gate;
            this.types = types;
        }

        static Handler quick(String id) {
            return new Handler(id, null, new CountDownLatch(0), (Class<?>[]) null);
        }

        static Handler blocked(String id, CountDownLatch gate) {
            return new Handler(id, null, gate, (Class<?>[]) null);
        }

        @Override
        public String getID() {
            return id;
        }

        @Override
        public Class<?> @Nullable [] getInterceptedMessageTypes() {
            return types;
        }

        @Override
        public void onPublish(InterceptPublishMessage message) {
            heard.add(message.getTopicName());
            super.onPublish(message);
            if (failure != null) {
                throw failure;
            }
            try {
                gate.await();
            } catch (InterruptedException e) {
                heard.add("interrupted");
            }
        }

        @Override
        public void onDisconnect(InterceptDisconnectMessage message) {
            heard.add("disconnect " + message.getClientID());
        }

        @Override
        public void onSessionLoopError(Throwable error) {
            heard.add("error " + error.getMessage());
        }
    }

    private static BrokerEvent published(String topic, Origin origin, int bytes) {
        Publication publication = new Publication(
                1,
                CLIENT,
                new Topic(topic),
                Qos.AT_MOST_ONCE,
                false,
                new byte[bytes],
                Publication.NEVER,
                PublicationProperties.NONE);
        return new BrokerEvent.Published(publication, origin, null, false);
    }

    private static BrokerEvent published(int number) {
        return published("t" + number, Origin.CLIENT, 0);
    }

    private static List<String> topics(int count) {
        return IntStream.range(0, count).mapToObj(i -> "t" + i).toList();
    }

    @Test
    void oneThatThrowsHearsTheRestAndSoDoTheOthers() {
        Handler other = Handler.quick("other");
        Handler throwing =
                new Handler("throwing", new AssertionError("on purpose"), new CountDownLatch(0), (Class<?>[]) null);
        try (Interceptors interceptors = new Interceptors(List.of(throwing, other))) {
            for (int i = 0; i < 100; i++) {
                interceptors.on(published(i));
            }
            await().untilAsserted(() -> assertThat(throwing.heard).containsExactlyElementsOf(topics(100)));
            await().untilAsserted(() -> assertThat(other.heard).containsExactlyElementsOf(topics(100)));
        }
    }

    @Test
    void oneThatBlocksHoldsUpNeitherTheBrokerNorOthersAndWhatItMissesIsCounted() {
        CountDownLatch gate = new CountDownLatch(1);
        Handler blocked = Handler.blocked("blocked", gate);
        Handler other = Handler.quick("other");
        try (Interceptors interceptors = new Interceptors(List.of(blocked))) {
            interceptors.on(published(0));
            await().until(() -> !blocked.heard.isEmpty());
            for (int i = 1; i <= 30_000; i++) {
                interceptors.on(published(i));
            }
            assertThat(interceptors.leftOut()).isEqualTo(15_000);
            // clients' goings still find room
            interceptors.on(new BrokerEvent.ClientDisconnected(CLIENT, null, "127.0.0.1:5", ReasonCode.SUCCESS, ""));
            assertThat(interceptors.leftOut()).isEqualTo(15_000);
            interceptors.add(other);
            interceptors.on(published("later", Origin.CLIENT, 0));
            await().untilAsserted(() -> assertThat(other.heard).containsExactly("later"));

            gate.countDown();

            await().untilAsserted(() -> assertThat(blocked.heard).hasSize(15_002));
            assertThat(blocked.heard.subList(0, 15_001)).isEqualTo(topics(15_001));
            assertThat(blocked.heard.get(15_001)).isEqualTo("disconnect client");
        }
    }

    @Test
    void whatWaitsIsBoundedInBytesToo() {
        CountDownLatch gate = new CountDownLatch(1);
        Handler blocked = Handler.blocked("blocked", gate);
        try (Interceptors interceptors = new Interceptors(List.of(blocked))) {
            interceptors.on(published(0));
            await().until(() -> !blocked.heard.isEmpty());
            for (int i = 0; i < 20; i++) {
                interceptors.on(published("large", Origin.CLIENT, 1 << 20));
            }
            assertThat(interceptors.leftOut()).isEqualTo(5);
            gate.countDown();
        }
    }

    @Test
    void theWillsOfThoseWhoConnectAreBoundedInBytesToo() {
        CountDownLatch gate = new CountDownLatch(1);
        Handler blocked = Handler.blocked("blocked", gate);
        Published message = (Published) published("will", Origin.WILL, 1 << 20);
        BrokerEvent connected = new BrokerEvent.ClientConnected(
                CLIENT,
                "127.0.0.1:1",
                5,
                false,
                null,
                new BrokerEvent.Asked(true, 0, new Will(message.publication(), 0, -1), null));
        try (Interceptors interceptors = new Interceptors(List.of(blocked))) {
            interceptors.on(published(0));
            await().until(() -> !blocked.heard.isEmpty());
            for (int i = 0; i < 40; i++) {
                interceptors.on(connected);
            }
            assertThat(interceptors.leftOut()).isEqualTo(19);
            gate.countDown();
        }
    }

    @Test
    void oneThatNeverComesBackIsInterruptedAtTheEnd() {
        Handler blocked = Handler.blocked("blocked", new CountDownLatch(1));
        Interceptors interceptors = new Interceptors(List.of(blocked));
        interceptors.on(published(0));
        interceptors.on(published(1));
        await().until(() -> !blocked.heard.isEmpty());

        interceptors.close();

        await().untilAsserted(() -> assertThat(blocked.heard).containsExactly("t0", "interrupted"));
        assertThat(interceptors.leftOut()).isEqualTo(1);
    }

    @Test
    void whatWaitsIsToldBeforeTheEnd() {
        Handler handler = Handler.quick("handler");
        Interceptors interceptors = new Interceptors(List.of(handler));
        for (int i = 0; i < 1_000; i++) {
            interceptors.on(published(i));
        }

        interceptors.close();

        assertThat(handler.heard).isEqualTo(topics(1_000));
    }

    @Test
    void oneThatIsRemovedHearsNoMore() {
        Handler handler = Handler.quick("handler");
        Handler other = Handler.quick("other");
        try (Interceptors interceptors = new Interceptors(List.of(handler, other))) {
            interceptors.on(published(0));
            interceptors.remove(handler);
            interceptors.on(published(1));

            await().untilAsserted(() -> assertThat(other.heard).containsExactly("t0", "t1"));
            await().untilAsserted(() -> assertThat(handler.heard).containsExactly("t0"));
        }
    }

    @Test
    void eachHearsOnlyWhatItAskedFor() {
        Handler some = new Handler("some", null, new CountDownLatch(0), InterceptDisconnectMessage.class);
        Handler all = Handler.quick("all");
        try (Interceptors interceptors = new Interceptors(List.of(some, all))) {
            interceptors.on(published(0));
            interceptors.on(published("will", Origin.WILL, 0));
            interceptors.on(published("own", Origin.BROKER, 0));
            interceptors.failed(CLIENT, new IllegalStateException("why"));
            interceptors.on(new BrokerEvent.ClientDisconnected(CLIENT, null, "127.0.0.1:5", ReasonCode.SUCCESS, ""));

            await().untilAsserted(() -> assertThat(all.heard).containsExactly("t0", "error why", "disconnect client"));
            await().untilAsserted(() -> assertThat(some.heard).containsExactly("disconnect client"));
        }
    }
}
