package io.zanzara.moquette.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.zanzara.BrokerConfig;
import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Origin;
import io.zanzara.event.BrokerEvent.Published;
import io.zanzara.message.Publication;
import io.zanzara.message.UserProperty;
import io.zanzara.store.memory.MemoryStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a message that the embedding program publishes, through the way in with a configuration of the engine's. */
class PublishingTest {

    private static final long NOW = 1_000_000;

    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();
    private final ZanzaraServer server = new ZanzaraServer();

    @BeforeEach
    void start() {
        BrokerConfig config = BrokerConfig.of(new MemoryStore())
                .withPort(0)
                .withClock(() -> NOW)
                .withEventListeners(List.of(events::add));
        server.startServer(config, List.of(), null, null, null);
    }

    @AfterEach
    void stop() {
        server.stopServer();
    }

    private static MqttPublishMessage message(String topic, MqttProperties properties) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.EXACTLY_ONCE)
                .retained(true)
                .payload(Unpooled.copiedBuffer("payload", UTF_8))
                .properties(properties)
                .build();
    }

    @Test
    void itKeepsItsProperties() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1));
        properties.add(new MqttProperties.IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, 60));
        properties.add(new MqttProperties.StringProperty(MqttProperties.CONTENT_TYPE, "text/plain"));
        properties.add(new MqttProperties.StringProperty(MqttProperties.RESPONSE_TOPIC, "answers"));
        properties.add(new MqttProperties.BinaryProperty(MqttProperties.CORRELATION_DATA, new byte[] {7}));
        properties.add(new MqttProperties.UserProperty("one", "1"));
        properties.add(new MqttProperties.UserProperty("two", "2"));

        server.internalPublish(message("a", properties), "me")
                .completableFuture()
                .join();

        Published published = (Published)
                events.stream().filter(Published.class::isInstance).findFirst().orElseThrow();
        Publication publication = published.publication();
        assertThat(published.origin()).isEqualTo(Origin.BROKER);
        assertThat(publication.payload()).asString(UTF_8).isEqualTo("payload");
        assertThat(publication.retain()).isTrue();
        assertThat(publication.qos().value()).isEqualTo(2);
        assertThat(publication.expiresAt()).isEqualTo(NOW + 60_000);
        assertThat(publication.properties().payloadFormat()).isEqualTo(1);
        assertThat(publication.properties().contentType()).isEqualTo("text/plain");
        assertThat(publication.properties().responseTopic()).isEqualTo("answers");
        assertThat(publication.properties().correlationData()).containsExactly(7);
        assertThat(publication.properties().userProperties())
                .containsExactly(new UserProperty("one", "1"), new UserProperty("two", "2"));
    }

    @Test
    void aTopicWithWildcardsIsRefusedAndTheMessageReleased() {
        MqttPublishMessage message = message("a/#", MqttProperties.NO_PROPERTIES);

        assertThatThrownBy(() -> server.internalPublish(message, "me")).isInstanceOf(IllegalArgumentException.class);

        assertThat(message.refCnt()).isZero();
    }

    @Test
    void noEventShowsAPassword() {
        BrokerEvent.Asked asked = new BrokerEvent.Asked(true, 60, null, "secret".getBytes(UTF_8));

        assertThat(asked).asString().contains("keep-alive 60 s").doesNotContain("secret", "[B@");
    }
}
