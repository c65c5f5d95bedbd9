package io.zanzara.moquette.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moquette.broker.ISslContextCreator;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.InterceptHandler;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.ssl.SslContext;
import io.zanzara.BrokerConfig;
import io.zanzara.moquette.server.ZanzaraServer;
import io.zanzara.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/** The README's example of Moquette's extension points, word by word. */
final class ComingFromMoquette {

    private ComingFromMoquette() {}

    static void run(Path folder, SslContext context, Store store, Consumer<Server> started) throws IOException {
        // README begins
        Server server = new ZanzaraServer(); // was: new Server()

        // 1. IConfig, or a moquette.conf with the same keys
        Properties settings = new Properties();
        settings.setProperty(IConfig.PORT_PROPERTY_NAME, "0");
        settings.setProperty(IConfig.SSL_PORT_PROPERTY_NAME, "0");
        settings.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, folder.toString());
        settings.setProperty(IConfig.ALLOW_ANONYMOUS_PROPERTY_NAME, "false");
        IConfig config = new MemoryConfig(settings);

        // 2. IAuthenticator: may block, it has threads of its own
        IAuthenticator authenticator = (clientId, userName, password) ->
                userName.equals("ann") && Arrays.equals(password, "secret".getBytes(UTF_8));

        // 3. IAuthorizatorPolicy: also for wills and retained messages
        IAuthorizatorPolicy policy = new IAuthorizatorPolicy() {
            @Override
            public boolean canWrite(Topic topic, String user, String client) {
                return topic.match(new Topic("from/" + user + "/#"));
            }

            @Override
            public boolean canRead(Topic topic, String user, String client) {
                return true;
            }
        };

        // 4. InterceptHandler: each has a thread of its own
        InterceptHandler handler = new AbstractInterceptHandler() {
            @Override
            public String getID() {
                return "printer";
            }

            @Override
            public void onPublish(InterceptPublishMessage message) {
                System.out.println(message.getUsername() + ": " + message.getTopicName());
                super.onPublish(message);
            }

            @Override
            public void onSessionLoopError(Throwable error) {}
        };

        // 5. ISslContextCreator, or jks_path and its passwords
        ISslContextCreator tls = () -> context;

        server.startServer(config, List.of(handler), tls, authenticator, policy);

        // 6. internalPublish: the future completes when every session due to get the message has it, on disk
        server.internalPublish(
                        MqttMessageBuilders.publish()
                                .topicName("news")
                                .qos(MqttQoS.AT_LEAST_ONCE)
                                .payload(Unpooled.copiedBuffer("hello", UTF_8))
                                .build(),
                        "me")
                .completableFuture()
                .join();
        // README pauses
        started.accept(server);
        // README goes on
        server.stopServer();

        // 7. a store of one's choice, such as new MongoStore(...), with everything else as above
        ZanzaraServer other = new ZanzaraServer();
        other.startServer(BrokerConfig.of(store).withPort(0), List.of(handler), tls, authenticator, policy);
        // README ends
        started.accept(other);
        other.stopServer();
    }
}
