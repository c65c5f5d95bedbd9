package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.ScramCredential;
import io.zanzara.access.ScramSha256;
import io.zanzara.access.ScramUsers;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.ScramClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SCRAM-SHA-256 as a client that others wrote does it: HiveMQ's, which has a door for authentication methods. */
class HiveMqScramTest {

    @Test
    void aClientOfOthersAuthenticatesAndReauthenticates() {
        ScramCredential credential = ScramCredential.of("pencil".toCharArray(), new byte[16], 4_096);
        ScramSha256 method = new ScramSha256(ScramUsers.of(Map.of("alice", credential)), new byte[] {1}, 4_096);
        BrokerConfig config =
                BrokerConfig.of(new MemoryStore()).withPort(0).withEnhancedAuthenticators(List.of(method));
        try (Broker broker = Broker.start(config)) {
            Mqtt5BlockingClient right = client(broker.port(), "right", "pencil");
            right.connect();
            assertThat(broker.clients()).anyMatch(each -> "alice".equals(each.userName()));
            right.toAsync().reauth().orTimeout(20, TimeUnit.SECONDS).join();
            right.disconnect();

            Mqtt5BlockingClient wrong = client(broker.port(), "wrong", "penicl");
            assertThatThrownBy(wrong::connect)
                    .isInstanceOfSatisfying(
                            Mqtt5ConnAckException.class,
                            refusal -> assertThat(refusal.getMqttMessage().getReasonCode())
                                    .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED));
        }
    }

    private static Mqtt5BlockingClient client(int port, String clientId, String password) {
        return MqttClient.builder()
                .useMqttVersion5()
                .serverHost("localhost")
                .serverPort(port)
                .identifier(clientId)
                .enhancedAuth(new Scram("alice", password))
                .buildBlocking();
    }

    private static final class Scram implements Mqtt5EnhancedAuthMechanism {

        private final String user;
        private final String password;
        private ScramClient scram;

        Scram(String user, String password) {
            this.user = user;
            this.password = password;
            this.scram = new ScramClient(user, password);
        }

        private static byte[] bytes(Optional<ByteBuffer> data) {
            ByteBuffer buffer = data.orElseThrow();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }

        private CompletableFuture<Boolean> isServer(Optional<ByteBuffer> data) {
            return CompletableFuture.completedFuture(scram.recognises(bytes(data)));
        }

        @Override
        public MqttUtf8String getMethod() {
            return MqttUtf8String.of(ScramSha256.METHOD);
        }

        @Override
        public int getTimeout() {
            return 20;
        }

        @Override
        public CompletableFuture<Void> onAuth(
                Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
            scram = new ScramClient(user, password);
            builder.data(scram.first());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
            scram = new ScramClient(user, password);
            builder.data(scram.first());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Boolean> onContinue(
                Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
            builder.data(scram.answer(bytes(auth.getData().map(ByteBuffer::asReadOnlyBuffer))));
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
            return isServer(connAck.getEnhancedAuth().orElseThrow().getData());
        }

        @Override
        public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
            return isServer(auth.getData());
        }

        @Override
        public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

        @Override
        public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

        @Override
        public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

        @Override
        public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
    }
}
