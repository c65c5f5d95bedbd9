package io.zanzara.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.AbstractInterceptHandler;
import io.moquette.interception.InterceptHandler;
import io.moquette.interception.messages.InterceptConnectMessage;
import io.moquette.interception.messages.InterceptPublishMessage;
import io.zanzara.access.Authenticator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;

/** Beans of Moquette's types, in the whole application; their classes are no configurations, which would be found in every test. */
class MoquetteBeansTest {

    private static final List<String> HEARD = new CopyOnWriteArrayList<>();

    static class WrittenAgainstMoquette {

        @Bean
        IAuthenticator authenticator() {
            return (client, user, password) -> "ann".equals(user) && "secret".equals(new String(password, UTF_8));
        }

        @Bean
        IAuthorizatorPolicy policy() {
            return new IAuthorizatorPolicy() {
                @Override
                public boolean canWrite(Topic topic, String user, String client) {
                    return topic.toString().equals("open/" + user);
                }

                @Override
                public boolean canRead(Topic topic, String user, String client) {
                    return true;
                }
            };
        }

        @Bean
        InterceptHandler handler() {
            return new AbstractInterceptHandler() {
                @Override
                public String getID() {
                    return "heard";
                }

                @Override
                public void onConnect(InterceptConnectMessage message) {
                    HEARD.add("connect " + message.getClientID() + " " + message.getUsername());
                }

                @Override
                public void onPublish(InterceptPublishMessage message) {
                    HEARD.add("publish " + message.getTopicName());
                    super.onPublish(message);
                }

                @Override
                public void onSessionLoopError(Throwable error) {
                    HEARD.add("error " + error);
                }
            };
        }
    }

    static class OfTheEngine {

        @Bean
        Authenticator own() {
            return credentials -> CompletableFuture.completedFuture(true);
        }
    }

    @BeforeEach
    void forget() {
        HEARD.clear();
    }

    private static MqttClient connect(RunningService service, String password) throws MqttException {
        MqttClient client = new MqttClient("tcp://localhost:" + service.mqttPort(), "client", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        if (!password.isEmpty()) {
            options.setUserName("ann");
            options.setPassword(password.toCharArray());
        }
        client.connect(options);
        return client;
    }

    @Test
    void decideAndHear() throws MqttException {
        try (RunningService service = RunningService.start(new Class<?>[] {WrittenAgainstMoquette.class})) {
            assertThatThrownBy(() -> connect(service, "wrong")).isInstanceOf(MqttException.class);
            assertThatThrownBy(() -> connect(service, "")).isInstanceOf(MqttException.class);

            MqttClient client = connect(service, "secret");
            client.publish("closed", "no".getBytes(UTF_8), 1, false);
            client.publish("open/ann", "yes".getBytes(UTF_8), 1, false);
            client.disconnect();

            await().untilAsserted(() -> assertThat(HEARD).containsExactly("connect client ann", "publish open/ann"));
        }
    }

    @Test
    void ofWhichTwoWouldDecideStopTheStart() {
        Class<?>[] both = {WrittenAgainstMoquette.class, OfTheEngine.class};

        assertThatThrownBy(() -> RunningService.start(both))
                .hasStackTraceContaining("There is a bean of type Authenticator and one of type IAuthenticator");
    }

    @Test
    void besideUsersInTheSettingsStopTheStart() {
        assertThatThrownBy(() -> RunningService.start(
                        new Class<?>[] {WrittenAgainstMoquette.class}, "--zanzara.authentication.anonymous=true"))
                .hasStackTraceContaining("zanzara.authentication.anonymous");
    }
}
