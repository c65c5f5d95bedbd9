package io.zanzara.moquette.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.moquette.broker.ClientDescriptor;
import io.moquette.broker.RoutingResults;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.InterceptHandler;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program that embeds Moquette's Server does with it. */
class DropInTest {

    private final Server server = new ZanzaraServer();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        server.stopServer();
    }

    private static Properties inMemory() {
        Properties properties = new Properties();
        properties.setProperty(IConfig.PORT_PROPERTY_NAME, "0");
        properties.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        return properties;
    }

    private static MqttClient client(Server server, String id, boolean clean) throws MqttException {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + server.getPort(), id, new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(clean);
        client.connect(options);
        return client;
    }

    private static MqttPublishMessage message(String topic, String text, boolean retain) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.AT_LEAST_ONCE)
                .retained(retain)
                .messageId(1)
                .payload(Unpooled.copiedBuffer(text, UTF_8))
                .build();
    }

    @Test
    void everyPublicMethodOfServerIsOverridden() {
        List<String> inherited = Arrays.stream(ZanzaraServer.class.getMethods())
                .filter(method -> method.getDeclaringClass() == Server.class)
                .filter(method -> !hides(method))
                .map(Method::toString)
                .toList();

        assertThat(inherited).isEmpty();
    }

    private static boolean hides(Method method) {
        return Modifier.isStatic(method.getModifiers())
                && Arrays.stream(ZanzaraServer.class.getDeclaredMethods())
                        .anyMatch(each -> each.getName().equals(method.getName())
                                && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
    }

    @Test
    void whatIsPublishedInternallyIsDeliveredAndItsFutureCompletes()
            throws IOException, MqttException, InterruptedException, ExecutionException, TimeoutException {
        server.startServer(inMemory());
        List<String> received = new CopyOnWriteArrayList<>();
        try (MqttClient subscriber = client(server, "subscriber", false)) {
            subscriber.subscribe("a/+", 1, (topic, message) -> received.add(new String(message.getPayload(), UTF_8)));

            MqttPublishMessage message = message("a/b", "hello", false);
            RoutingResults results = server.internalPublish(message, "me");

            results.completableFuture().get(10, TimeUnit.SECONDS);
            assertThat(results.isAllSuccess()).isTrue();
            assertThat(message.refCnt()).isZero();
            await().untilAsserted(() -> assertThat(received).containsExactly("hello"));
            subscriber.disconnect();
        }
    }

    @Test
    void clientsAreListedAndDisconnected() throws IOException, MqttException {
        server.startServer(inMemory());
        try (MqttClient client = client(server, "listed", false)) {
            assertThat(server.listConnectedClients())
                    .singleElement()
                    .satisfies(
                            descriptor -> assertThat(descriptor.getClientID()).isEqualTo("listed"))
                    .satisfies(descriptor -> assertThat(descriptor.getAddress()).isEqualTo("127.0.0.1"))
                    .satisfies(descriptor -> assertThat(descriptor.getPort()).isPositive());

            assertThat(server.disconnectClient("nobody")).isFalse();
            assertThat(server.disconnectClient("listed")).isTrue();

            await().until(() -> !client.isConnected());
            assertThat(server.listConnectedClients()).isEmpty();
        }
    }

    @Test
    void aPurgedClientHasNoSessionAnyMoreAndADisconnectedOneHas() throws IOException, MqttException {
        server.startServer(inMemory());
        for (String id : List.of("kept", "purged")) {
            try (MqttClient client = client(server, id, false)) {
                client.subscribe("a", 1);
                assertThat(id.equals("kept") ? server.disconnectClient(id) : server.disconnectAndPurgeClientState(id))
                        .isTrue();
                await().until(() -> !client.isConnected());
            }
        }

        assertThat(resumes("kept")).isTrue();
        assertThat(resumes("purged")).isFalse();
    }

    private boolean resumes(String id) throws MqttException {
        try (MqttClient client = new MqttClient("tcp://127.0.0.1:" + server.getPort(), id, new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            boolean present = client.connectWithResult(options).getSessionPresent();
            client.disconnect();
            return present;
        }
    }

    private static final class Early extends AbstractInterceptHandler {

        @Override
        public String getID() {
            return "early";
        }

        @Override
        public void onSessionLoopError(Throwable error) {}
    }

    @Test
    void beforeTheStartItAnswersAsMoquetteDoes() {
        assertThatThrownBy(server::getPort).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(server::getSslPort).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(server::listConnectedClients).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.disconnectClient("a")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> server.internalPublish(message("a", "b", false), "me"))
                .isInstanceOf(IllegalStateException.class);
        InterceptHandler handler = new Early();
        assertThatThrownBy(() -> server.addInterceptHandler(handler)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.removeInterceptHandler(handler)).isInstanceOf(IllegalStateException.class);
        server.stopServer();
    }

    @Test
    void itStartsAgainInPlaceWithWhatItHadKept() throws IOException, MqttException {
        Properties properties = inMemory();
        properties.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "true");
        properties.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, folder.toString());
        server.startServer(new MemoryConfig(properties));
        try (MqttClient client = client(server, "sleeper", false)) {
            client.subscribe("a", 1);
            client.disconnect();
        }
        int port = server.getPort();
        server.stopServer();
        assertThat(server.getPort()).isEqualTo(port);
        assertThatThrownBy(server::listConnectedClients).isInstanceOf(IllegalStateException.class);

        server.startServer(new MemoryConfig(properties));

        server.internalPublish(message("a", "while you slept", false), "me")
                .completableFuture()
                .join();
        List<String> received = new CopyOnWriteArrayList<>();
        try (MqttClient client =
                new MqttClient("tcp://127.0.0.1:" + server.getPort(), "sleeper", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            client.setCallback(new Listening(received));
            assertThat(client.connectWithResult(options).getSessionPresent()).isTrue();
            await().untilAsserted(() -> assertThat(received).containsExactly("while you slept"));
            client.disconnect();
        }
    }

    @Test
    void twoServersInOneProcessKnowNothingOfEachOther() throws IOException, MqttException {
        Server other = new ZanzaraServer();
        server.startServer(inMemory());
        other.startServer(inMemory());
        try (MqttClient client = client(other, "elsewhere", true)) {
            assertThat(server.listConnectedClients()).isEmpty();
            assertThat(other.listConnectedClients())
                    .extracting(ClientDescriptor::getClientID)
                    .containsExactly("elsewhere");
            client.disconnect();
        } finally {
            other.stopServer();
        }
    }

    @Test
    void aSecondStartIsRefusedAndTheFirstGoesOn() throws IOException, MqttException {
        server.startServer(inMemory());

        assertThatThrownBy(() -> server.startServer(inMemory())).isInstanceOf(IllegalStateException.class);

        try (MqttClient client = client(server, "still", true)) {
            assertThat(client.isConnected()).isTrue();
            client.disconnect();
        }
    }

    @Test
    void theProcessLivesAsLongAsTheServer() throws IOException {
        server.startServer(inMemory());
        assertThat(keepers()).isNotEmpty();

        server.stopServer();

        await().untilAsserted(() -> assertThat(keepers()).isEmpty());
    }

    private static List<Thread> keepers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("zanzara-server") && !thread.isDaemon())
                .toList();
    }

    @Test
    void aFluentConfigurationStartsIt() throws IOException {
        Server started = server.withConfig()
                .port(0)
                .host("127.0.0.1")
                .disablePersistence()
                .startServer();

        assertThat(started).isSameAs(server);
        assertThat(server.getPort()).isPositive();
        assertThat(server.getSslPort()).isZero();
    }
}
