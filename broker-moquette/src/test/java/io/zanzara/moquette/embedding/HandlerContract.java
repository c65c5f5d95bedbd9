package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptDisconnectMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.moquette.interception.messages.InterceptSubscribeMessage;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Handlers as such: which are asked, when they come and go, and what becomes of those that misbehave. */
interface HandlerContract extends UnderTest {

    @Test
    default void aHandlerGetsTheTypesItAsksFor() throws Exception {
        Recorder some = Recorder.of(InterceptPublishMessage.class, InterceptDisconnectMessage.class);
        Recorder all = Recorder.ofEverything();
        Server server = under().start(Extensions.of(some, all));

        RawClient client = under().connect(server, "c").subscribe(0, "none");
        client.send(Packets.MQTT_3_1_1.publish("a", "x", 0, 0));
        client.disconnect();

        all.first(4);
        assertThat(some.first(2))
                .extracting(line -> line.substring(0, line.indexOf(" user")))
                .containsExactly("publish c", "disconnect c");
    }

    @Test
    default void handlersComeAndGoWhileTheServerRuns() throws Exception {
        Recorder always = Recorder.ofEverything();
        Recorder sometimes = Recorder.ofEverything();
        Server server = under().start(Extensions.of(always));
        RawClient client = under().connect(server, "c");
        always.line("connect c");

        server.addInterceptHandler(sometimes);
        client.send(Packets.MQTT_3_1_1.publish("a", "heard", 0, 0));
        sometimes.first(1);
        server.removeInterceptHandler(sometimes);
        client.send(Packets.MQTT_3_1_1.publish("a", "unheard", 0, 0));
        client.disconnect();

        always.line("disconnect c");
        assertThat(always.lines()).anyMatch(line -> line.contains("'unheard'"));
        assertThat(sometimes.lines()).singleElement().asString().contains("'heard'");
    }

    @Test
    default void aHandlerThatThrowsHarmsNoClientAndNoOtherHandler() throws Exception {
        Thrower thrower = new Thrower();
        Recorder recorder = Recorder.of(InterceptConnectMessage.class, InterceptSubscribeMessage.class);
        Server server = under().start(Extensions.of(thrower, recorder));

        RawClient client = under().connect(server, "c").subscribe(1, "a");
        for (int number = 1; number <= 3; number++) {
            client.send(Packets.MQTT_3_1_1.publish("a", "m" + number, 0, 0));
            assertThat(client.expect(Packet.PUBLISH).text()).isEqualTo("m" + number);
        }

        assertThat(recorder.first(2).get(1)).startsWith("subscribe c");
        // the handler itself goes on too, whatever it throws
        Embedding.await().until(() -> thrower.topics().size() == 3);
    }

    @Test
    default void aHandlerThatBlocksKeepsNoClientWaiting() throws Exception {
        Blocker blocker = new Blocker();
        Server server = under().start(Extensions.of(blocker));
        try {
            RawClient subscriber = under().connect(server, "sub").subscribe(1, "a");
            blocker.entered().await();
            RawClient publisher = under().connect(server, "pub");

            for (int number = 1; number <= 100; number++) {
                publisher.send(Packets.MQTT_3_1_1.publish("a", "m" + number, 1, number));
                publisher.expect(Packet.PUBACK);
                Packet message = subscriber.expect(Packet.PUBLISH);
                assertThat(message.text()).isEqualTo("m" + number);
                subscriber.send(Packets.MQTT_3_1_1.acknowledge(Packet.PUBACK, message.packetIdentifier()));
            }
        } finally {
            blocker.release();
        }
    }

    /** What programs do about a message they see: they publish another, which other programs get. */
    @Test
    default void aHandlerMayPublishAndEndClientsItself() throws Exception {
        Server server = under().create();
        Answerer answerer = new Answerer(server);
        under().start(server, Extensions.of(answerer));
        RawClient client = under().connect(server, "asks").subscribe(0, "answer");

        client.send(Packets.MQTT_3_1_1.publish("question", "why", 0, 0));
        assertThat(client.read().text()).isEqualTo("because");
        client.send(Packets.MQTT_3_1_1.publish("leave", "", 0, 0));

        client.expectClosed();
    }

    @Test
    default void theHandlerNamedInTheConfigurationIsUsed() throws Exception {
        NamedHandler.LINES.clear();
        Server server = under().start("intercept.handler", NamedHandler.class.getName());

        under().connect(server, "c");

        Embedding.await().until(() -> NamedHandler.LINES.contains(System.identityHashCode(server) + " c"));
    }

    /** Throws whatever it is told. */
    final class Thrower extends AbstractInterceptHandler {

        private final List<String> topics = new CopyOnWriteArrayList<>();

        @Override
        public String getID() {
            return "thrower";
        }

        List<String> topics() {
            return topics;
        }

        @Override
        public void onConnect(InterceptConnectMessage msg) {
            throw new IllegalStateException("meant to be");
        }

        @Override
        public void onSubscribe(InterceptSubscribeMessage msg) {
            throw new StackOverflowError("meant to be");
        }

        @Override
        public void onPublish(InterceptPublishMessage msg) {
            topics.add(msg.getTopicName());
            super.onPublish(msg);
            throw new IllegalStateException("meant to be");
        }

        @Override
        public void onSessionLoopError(Throwable error) {}
    }

    /** Stays in its first callback until it is released. */
    final class Blocker extends AbstractInterceptHandler {

        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        @Override
        public String getID() {
            return "blocker";
        }

        CountDownLatch entered() {
            return entered;
        }

        void release() {
            released.countDown();
        }

        @Override
        public void onConnect(InterceptConnectMessage msg) {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onSessionLoopError(Throwable error) {}
    }

    /** Answers questions, and sends clients away. */
    final class Answerer extends AbstractInterceptHandler {

        private final Server server;

        Answerer(Server server) {
            this.server = server;
        }

        @Override
        public String getID() {
            return "answerer";
        }

        @Override
        public void onPublish(InterceptPublishMessage msg) {
            String topic = msg.getTopicName();
            super.onPublish(msg);
            if (topic.equals("question")) {
                Messages.publish(server, "answer", "because", 0, false);
            } else {
                server.disconnectClient(msg.getClientID());
            }
        }

        @Override
        public void onSessionLoopError(Throwable error) {}
    }
}
