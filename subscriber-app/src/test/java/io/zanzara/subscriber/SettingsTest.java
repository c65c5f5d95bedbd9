package io.zanzara.subscriber;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;

class SettingsTest {

    @EnableConfigurationProperties(SubscriberProperties.class)
    static class Settings {}

    private static ConfigurableApplicationContext start(String... args) {
        return new SpringApplicationBuilder(Settings.class)
                .properties("spring.main.keep-alive=false")
                .run(args);
    }

    @Test
    void defaultsAreThoseOfTheOriginalSubscriberWithASessionThatStays() {
        try (var context = start()) {
            assertThat(context.getBean(SubscriberProperties.class))
                    .isEqualTo(new SubscriberProperties(
                            "localhost", 5112, "cli_sub", false, "test", 1, "3.1.1", null, null));
        }
    }

    @Test
    void applicationYmlShowsTheDefaultsOfTheCode() {
        Binder nothingSet = new Binder(new MapConfigurationPropertySource(Map.of()));
        try (var context = start()) {
            assertThat(nothingSet.bindOrCreate("mqtt", SubscriberProperties.class))
                    .isEqualTo(context.getBean(SubscriberProperties.class));
        }
    }

    @Test
    void everySettingCanBeGivenOnTheCommandLine() {
        try (var context = start(
                "--mqtt.host=broker",
                "--mqtt.port=1883",
                "--mqtt.client-id=cli2_sub",
                "--mqtt.clean=true",
                "--mqtt.topic=a/+/#",
                "--mqtt.qos=2",
                "--mqtt.version=5",
                "--mqtt.username=user",
                "--mqtt.password=secret")) {
            SubscriberProperties properties = context.getBean(SubscriberProperties.class);
            assertThat(properties)
                    .isEqualTo(new SubscriberProperties(
                            "broker", 1883, "cli2_sub", true, "a/+/#", 2, "5", "user", "secret"));
            assertThat(properties.toString()).doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "/", "+", "#", "a/+/b", "+/#", "$share/group/test", "a//b"})
    void acceptsEveryTopicFilter(String filter) {
        try (var context = start("--mqtt.topic=" + filter)) {
            assertThat(context.getBean(SubscriberProperties.class).topic()).isEqualTo(filter);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a#", "a/#/b", "a+", "+a/b", "##"})
    void rejectsWhatIsNoTopicFilter(String filter) {
        Throwable failure = catchThrowable(() -> start("--mqtt.topic=" + filter).close());

        assertThat(failure).isNotNull();
        assertThat(InvalidSettings.describe(failure)).startsWith("mqtt.topic is '" + filter + "', but must be ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --mqtt.host=           | mqtt.host is '', but must be a host name or an address.
                    --mqtt.port=0          | mqtt.port is '0', but must be between 1 and 65535.
                    --mqtt.port=abc        | mqtt.port is 'abc', but must be a whole number.
                    --mqtt.client-id=      | mqtt.client-id is '', but must be 1 to 65535 bytes of text, not only blanks.
                    --mqtt.clean=perhaps   | mqtt.clean is 'perhaps', but must be true or false.
                    --mqtt.qos=3           | mqtt.qos is '3', but must be 0, 1 or 2.
                    --mqtt.version=4       | mqtt.version is '4', but must be 3.1.1 or 5.
                    --mqtt.password=secret | mqtt.username is '', but must be set where mqtt.password is.
                    --mqtt.prot=1          | mqtt.prot is not a setting of subscriber-app.
                    """)
    void anInvalidSettingIsNamedWithItsValueAndWhatIsAllowed(String argument, String sentence) {
        Throwable failure = catchThrowable(() -> start(argument).close());

        assertThat(failure).isNotNull();
        assertThat(InvalidSettings.describe(failure)).isEqualTo(sentence);
    }
}
