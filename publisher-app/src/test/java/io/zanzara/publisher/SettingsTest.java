package io.zanzara.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;

class SettingsTest {

    @EnableConfigurationProperties({MqttProperties.class, PublisherProperties.class})
    static class Settings {}

    private static ConfigurableApplicationContext start(String... args) {
        return new SpringApplicationBuilder(Settings.class).run(args);
    }

    @Test
    void defaultsAreThoseOfTheOriginalPublisher() {
        try (var context = start()) {
            assertThat(context.getBean(MqttProperties.class))
                    .isEqualTo(new MqttProperties("localhost", 5112, "cli_pub", false, "test", 1, "3.1.1", null, null));
            assertThat(context.getBean(PublisherProperties.class))
                    .isEqualTo(new PublisherProperties(Duration.ofSeconds(1), "Hello mqtt", 0));
        }
    }

    @Test
    void applicationYmlShowsTheDefaultsOfTheCode() {
        Binder nothingSet = new Binder(new MapConfigurationPropertySource(Map.of()));
        try (var context = start()) {
            assertThat(nothingSet.bindOrCreate("mqtt", MqttProperties.class))
                    .isEqualTo(context.getBean(MqttProperties.class));
            assertThat(nothingSet.bindOrCreate("publisher", PublisherProperties.class))
                    .isEqualTo(context.getBean(PublisherProperties.class));
        }
    }

    @Test
    void everySettingCanBeGivenOnTheCommandLine() {
        try (var context = start(
                "--mqtt.host=broker",
                "--mqtt.port=1883",
                "--mqtt.client-id=me",
                "--mqtt.clean=true",
                "--mqtt.topic=a/b",
                "--mqtt.qos=2",
                "--mqtt.version=5",
                "--mqtt.username=user",
                "--mqtt.password=secret",
                "--publisher.interval=20ms",
                "--publisher.text=Hi",
                "--publisher.count=7")) {
            MqttProperties mqtt = context.getBean(MqttProperties.class);
            assertThat(mqtt).isEqualTo(new MqttProperties("broker", 1883, "me", true, "a/b", 2, "5", "user", "secret"));
            assertThat(mqtt.toString()).doesNotContain("secret");
            assertThat(context.getBean(PublisherProperties.class))
                    .isEqualTo(new PublisherProperties(Duration.ofMillis(20), "Hi", 7));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --mqtt.host=              | mqtt.host is '', but must be a host name or an address.
                    --mqtt.port=0             | mqtt.port is '0', but must be between 1 and 65535.
                    --mqtt.port=65536         | mqtt.port is '65536', but must be between 1 and 65535.
                    --mqtt.port=abc           | mqtt.port is 'abc', but must be a whole number.
                    --mqtt.client-id=         | mqtt.client-id is '', but must be 1 to 65535 bytes of text, not only blanks.
                    --mqtt.clean=perhaps      | mqtt.clean is 'perhaps', but must be true or false.
                    --mqtt.topic=a/#          | mqtt.topic is 'a/#', but must be a topic of 1 to 65535 bytes without the wildcards + and #.
                    --mqtt.qos=3              | mqtt.qos is '3', but must be 0, 1 or 2.
                    --mqtt.version=4          | mqtt.version is '4', but must be 3.1.1 or 5.
                    --mqtt.password=secret    | mqtt.username is '', but must be set where mqtt.password is.
                    --mqtt.prot=1             | mqtt.prot is not a setting of publisher-app.
                    --publisher.interval=soon | publisher.interval is 'soon', but must be a duration such as 500ms, 1s or 2m.
                    --publisher.interval=-1s  | publisher.interval is 'PT-1S', but must be between 0 and 365 days.
                    --publisher.count=-1      | publisher.count is '-1', but must be 0 (for ever) or more.
                    """)
    void anInvalidSettingIsNamedWithItsValueAndWhatIsAllowed(String argument, String sentence) {
        Throwable failure = catchThrowable(() -> start(argument).close());

        assertThat(failure).isNotNull();
        assertThat(InvalidSettings.describe(failure)).isEqualTo(sentence);
    }

    @Test
    void otherFailuresAreLeftToSpringBoot() {
        assertThat(InvalidSettings.describe(new IllegalStateException("disk full")))
                .isNull();
    }
}
