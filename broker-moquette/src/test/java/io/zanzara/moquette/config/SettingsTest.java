package io.zanzara.moquette.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moquette.BrokerConstants;
import io.moquette.broker.config.FileResourceLoader;
import io.moquette.broker.config.FluentConfig;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.IResourceLoader;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.config.ResourceLoaderConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Tls;
import io.zanzara.message.Qos;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Tls SOME_TLS = new Tls(
            () -> {
                throw new IllegalStateException("nobody connects");
            },
            false);

    @TempDir
    Path folder;

    private static MemoryConfig config(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new MemoryConfig(properties);
    }

    private static Settings settings(String... keysAndValues) {
        return new Settings(config(keysAndValues));
    }

    private static List<String> listeners(Settings settings) {
        return settings.listeners(() -> SOME_TLS).stream()
                .map(each -> each.name() + " " + each.host() + ":" + each.port() + each.path() + " " + each.speaks())
                .toList();
    }

    @Test
    void moquettesOwnDefaultsHold() {
        Settings settings = settings();

        assertThat(listeners(settings)).containsExactly("tcp 0.0.0.0:1883 TCP");
        assertThat(settings.allowsAnonymous()).isTrue();
        assertThat(settings.takesCertificateAsUserName()).isFalse();
        assertThat(settings.needsClientCertificate()).isFalse();
        assertThat(settings.limits().maxPacketBytes()).isEqualTo(8_092 + 5);
        assertThat(settings.store()).isInstanceOf(RocksStore.class);
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void fourKindsOfListeners() {
        Settings settings = settings(
                "host",
                "127.0.0.1",
                "port",
                "1",
                "ssl_port",
                "2",
                "websocket_port",
                "3",
                "secure_websocket_port",
                "4",
                "websocket_path",
                "/ws");

        assertThat(listeners(settings))
                .containsExactly(
                        "tcp 127.0.0.1:1 TCP",
                        "ws 127.0.0.1:3/ws WebSocket",
                        "tls 127.0.0.1:2 TLS",
                        "wss 127.0.0.1:4/ws secure WebSocket");
    }

    @Test
    void aDisabledPortIsNoListenerAndOneMustBeLeft() {
        assertThat(listeners(settings("port", "disabled", "websocket_port", "0")))
                .containsExactly("ws 0.0.0.0:0/mqtt WebSocket");
        assertThatThrownBy(() -> listeners(settings("port", "disabled")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no port is configured");
    }

    @Test
    void limitsAreTheEnginesTermsOfMoquettesKeys() {
        Limits limits = settings(
                        "netty.mqtt.message_size", "1000",
                        "receive_maximum", "66560",
                        "topic_alias_maximum", "7",
                        "netty.channel_timeout.seconds", "3",
                        "persistent_client_expiration", "2d",
                        "server_keep_alive", "90s",
                        "max_server_granted_qos", "at_least_once")
                .limits();

        assertThat(limits.maxPacketBytes()).isEqualTo(1_005);
        assertThat(limits.receiveMaximum()).isEqualTo(65_535);
        assertThat(limits.topicAliasMaximum()).isEqualTo(7);
        assertThat(limits.connectTimeoutSeconds()).isEqualTo(3);
        assertThat(limits.maxSessionExpirySeconds()).isEqualTo(172_800);
        assertThat(limits.maxKeepAliveSeconds()).isEqualTo(90);
        assertThat(limits.maximumQos()).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @ParameterizedTest
    @CsvSource({"1s,1", "2m,120", "1h,3600", "1d,86400", "1w,604800", "1M,2592000", "1y,31536000"})
    void durations(String value, long seconds) {
        assertThat(settings("persistent_client_expiration", value).limits().maxSessionExpirySeconds())
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "port,eighteen", "persistent_client_expiration,7", "persistent_client_expiration,d",
        "max_server_granted_qos,3", "receive_maximum,many", "server_keep_alive,0s",
        "need_client_auth,yes", "allow_anonymous,no", "peer_certificate_as_username,1"
    })
    void aWrongValueIsNamedWithItsKey(String key, String value) {
        Settings settings = settings(key, value);

        assertThatThrownBy(() -> {
                    settings.limits();
                    settings.allowsAnonymous();
                    settings.takesCertificateAsUserName();
                    settings.needsClientCertificate();
                    settings.listeners(() -> SOME_TLS);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }

    @Test
    void whereThingsAreKept() {
        String at = folder.toString();
        assertThat(settings("persistence_enabled", "false").store()).isInstanceOf(MemoryStore.class);
        assertThat(settings("data_path", at).store().description()).contains(folder.resolve("zanzara") + "");
        assertThat(settings("persistent_store", at + "/moquette_store.h2")
                        .store()
                        .description())
                .contains(folder.resolve("zanzara") + "");
    }

    /** A key that Moquette knows, or will know, has a meaning here or a sentence that says why it has none. */
    @Test
    void everyKeyOfMoquetteIsFollowedOrNamed() throws IllegalAccessException {
        Set<String> unknown = new TreeSet<>();
        for (Class<?> type : List.of(BrokerConstants.class, IConfig.class)) {
            for (Field field : type.getFields()) {
                if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
                    String key = String.valueOf(field.get(null));
                    String warning = Keys.warningOf(key, "some value", "");
                    if (warning != null && warning.contains("is known neither")) {
                        unknown.add(field.getName());
                    }
                }
            }
        }
        // values and names of files, no keys
        unknown.removeAll(Set.of(
                "DEFAULT_CONFIG",
                "DEFAULT_MOQUETTE_STORE_H2_DB_FILENAME",
                "DEFAULT_PERSISTENT_PATH",
                "WEBSOCKET_PATH",
                "DISABLED_PORT_BIND",
                "HOST"));

        assertThat(unknown).isEmpty();
    }

    @Test
    void aKeyWithoutMeaningIsNamedOnceAndAnUnknownOneToo() {
        assertThat(settings("netty.native", "true", "autosave_interval", "10", "prot", "1884")
                        .warnings())
                .satisfiesExactly(
                        first -> assertThat(first).contains("'autosave_interval' has no meaning here: "),
                        second -> assertThat(second).contains("'netty.native' has no meaning here: "),
                        third -> assertThat(third).contains("'prot' is known neither to Moquette nor to Zanzara"));
    }

    @Test
    void whatIsFulfilledAnywayIsNotWarnedOf() {
        assertThat(settings("telemetry_enabled", "false", "reauthorize_subscriptions_on_connect", "true")
                        .warnings())
                .isEmpty();
        assertThat(new Settings(new FluentConfig().build()).warnings()).isEmpty();
        assertThat(settings("telemetry_enabled", "true").warnings()).hasSize(1);
    }

    @Test
    void whatAFileSaysIsFoundToo() throws IOException {
        Path file = folder.resolve("moquette.conf");
        Files.writeString(file, "# a comment\nport 1884\nsome_key value\n");
        ConfigFile.check(file.toFile());

        Settings settings = new Settings(new ResourceLoaderConfig(new FileResourceLoader(file.toFile())));

        assertThat(listeners(settings)).containsExactly("tcp 0.0.0.0:1884 TCP");
        assertThat(settings.warnings()).singleElement().asString().contains("some_key");
    }

    @Test
    void ofAnotherKindOfConfigurationTheKnownKeysAreFound() {
        MemoryConfig behind = config("netty.native", "true", "prot", "1884");
        IConfig other = new IConfig() {
            @Override
            public void setProperty(String name, String value) {
                behind.setProperty(name, value);
            }

            @Override
            public @Nullable String getProperty(String name) {
                return behind.getProperty(name);
            }

            @Override
            public String getProperty(String name, String defaultValue) {
                return behind.getProperty(name, defaultValue);
            }

            @Override
            public IResourceLoader getResourceLoader() {
                return behind.getResourceLoader();
            }
        };

        assertThat(new Settings(other).warnings()).singleElement().asString().contains("netty.native");
    }

    @ParameterizedTest
    @ValueSource(strings = {"port", "key_store_password a#b", " # indented"})
    void aLineThatMoquetteWouldStopAtIsAnErrorWithoutItsContent(String line) throws IOException {
        Path file = folder.resolve("moquette.conf");
        Files.writeString(file, "host 127.0.0.1\n" + line + "\npassword_file passwords\n");

        assertThatThrownBy(() -> ConfigFile.check(file.toFile()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("a#b");
    }
}
