package io.zanzara.moquette.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moquette.broker.Server;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.zanzara.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says to those who come from Moquette is compiled and runs. */
class ExampleTest {

    private static final Path EXAMPLE = Path.of("src/test/java/io/zanzara/moquette/example/ComingFromMoquette.java");

    @TempDir
    Path folder;

    @Test
    void readmeShowsTheCompiledOne() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String shown = between(between(readme, "<!-- moquette:", "## "), "```java\n", "```");
        String compiled = between(Files.readString(EXAMPLE), "// README begins\n", "        // README ends")
                .replaceAll("(?s) *// README pauses.*?// README goes on\n", "");

        assertThat(shown).isEqualTo(compiled.indent(-8));
    }

    private static String between(String text, String from, String to) {
        int begin = text.indexOf(from) + from.length();
        assertThat(text).contains(from);
        return text.substring(begin, text.indexOf(to, begin));
    }

    @Test
    void itRuns() throws IOException {
        // for a client, but nobody connects over TLS here
        SslContext context = SslContextBuilder.forClient().build();
        List<String> seen = new ArrayList<>();

        ComingFromMoquette.run(folder, context, new MemoryStore(), server -> seen.add(tried(server)));

        assertThat(seen).containsExactly("ann is in, eve is not", "ann is in, eve is not");
        assertThat(folder.resolve("zanzara")).isDirectory();
    }

    private static String tried(Server server) {
        try {
            connect(server, "ann", "secret");
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
        assertThatThrownBy(() -> connect(server, "eve", "secret")).isInstanceOf(MqttException.class);
        return "ann is in, eve is not";
    }

    private static void connect(Server server, String user, String password) throws MqttException {
        try (MqttClient client = new MqttClient("tcp://localhost:" + server.getPort(), user, new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setUserName(user);
            options.setPassword(password.toCharArray());
            client.connect(options);
            client.publish("from/" + user, "x".getBytes(UTF_8), 1, false);
            client.disconnect();
        }
    }
}
