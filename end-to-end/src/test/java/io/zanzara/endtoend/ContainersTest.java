package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docker-compose.yml and Dockerfile, as far as they can be checked without containers. */
final class ContainersTest {

    private static final Path ROOT = Path.of("..");
    private static final Set<String> MODULES = Set.of("broker-service", "publisher-app", "subscriber-app");

    private Map<String, Object> file;
    private Map<String, Object> services;
    private String dockerfile;

    @BeforeEach
    void read() throws IOException {
        file = map(Settings.documents(ROOT.resolve("docker-compose.yml")).get(0));
        services = map(file.get("services"));
        dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
    }

    @Test
    void everyPartOfTheSystemIsThere() {
        assertThat(file.keySet()).isSubsetOf("name", "services", "volumes", "networks");
        assertThat(services.keySet())
                .containsExactlyInAnyOrder("mongodb", "broker", "publisher", "cli_sub", "cli2_sub");
    }

    @Test
    void eachServiceStartsAfterWhatItNeedsIsHealthy() {
        assertThat(needs("broker")).containsExactly("mongodb");
        for (String client : List.of("publisher", "cli_sub", "cli2_sub")) {
            assertThat(needs(client)).containsExactly("broker");
        }
        services.forEach((name, service) -> map(service, "depends_on").forEach((needed, condition) -> {
            assertThat(services).containsKey(needed);
            if ("service_healthy".equals(map(condition).get("condition"))) {
                assertThat(map(services.get(needed))).as(needed).containsKey("healthcheck");
            }
        }));
    }

    @Test
    void imagesAreBuiltFromStagesAndJarsThatExist() {
        for (Object service : services.values()) {
            Object target = map(service, "build").get("target");
            if (target != null) {
                assertThat(MODULES).contains(String.valueOf(target));
                assertThat(dockerfile).containsPattern("(?m)^FROM \\S+ AS " + Pattern.quote(target.toString()) + "$");
            }
        }
        for (String module : MODULES) {
            assertThat(dockerfile).contains(module + "/target/" + module + ".jar");
        }
    }

    @Test
    void imagesDoNotRunAsRoot() {
        for (String stage : dockerfile.split("(?m)^FROM ")) {
            if (stage.contains("ENTRYPOINT")) {
                assertThat(stage).containsPattern("(?m)^USER (?!root|0)\\S+$");
            }
        }
    }

    /** A JVM says so and goes on without, so nobody would notice an archive of another name or class path. */
    @Test
    void imagesStartFromTheArchiveThatTheyMake() {
        for (String module : MODULES) {
            assertThat(dockerfile)
                    .containsPattern("(?m)^RUN java -XX:ArchiveClassesAtExit=classes\\.jsa .*-jar " + module + "\\.jar")
                    .containsPattern("(?m)^ENTRYPOINT .*\"-XX:SharedArchiveFile=classes\\.jsa\", \"-jar\", \"" + module
                            + "\\.jar\"]$");
        }
    }

    @Test
    void settingsAndProfilesThatAreNamedExist() throws IOException {
        for (Object service : services.values()) {
            Object module = map(service, "build").get("target");
            if (module != null) {
                Set<String> known = Settings.of(module.toString());
                for (Map.Entry<String, String> setting : settings(service).entrySet()) {
                    if (setting.getKey().equals("spring.profiles.active")) {
                        assertThat(ROOT.resolve(
                                        module + "/src/main/resources/application-" + setting.getValue() + ".yml"))
                                .exists();
                    } else {
                        assertThat(known).contains(setting.getKey());
                    }
                }
            }
        }
    }

    @Test
    void clientsReachTheBrokerAndTheBrokerReachesMongodb() {
        Map<String, String> broker = settings(services.get("broker"));
        assertThat(broker).containsEntry("zanzara.mqtt.host", "0.0.0.0");
        assertThat(broker.get("spring.mongodb.uri"))
                .startsWith("mongodb://mongodb:27017/")
                .contains("replicaSet=rs0");
        assertThat(String.valueOf(map(services.get("mongodb")).get("command"))).contains("--replSet, rs0");
        for (String client : List.of("publisher", "cli_sub", "cli2_sub")) {
            assertThat(settings(services.get(client))).containsEntry("mqtt.host", "broker");
        }
        assertThat(settings(services.get("cli2_sub"))).containsEntry("mqtt.client-id", "cli2_sub");
    }

    private List<String> needs(String service) {
        return List.copyOf(map(services.get(service), "depends_on").keySet());
    }

    /** Settings from the command line and the environment, under their names in application.yml. */
    private static Map<String, String> settings(@Nullable Object service) {
        Map<String, String> settings = new HashMap<>();
        map(service, "environment")
                .forEach((name, value) ->
                        settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), String.valueOf(value)));
        if (map(service).get("command") instanceof List<?> command) {
            for (String argument : command.stream().map(String::valueOf).toList()) {
                if (argument.startsWith("--") && argument.contains("=")) {
                    String[] parts = argument.substring(2).split("=", 2);
                    settings.put(parts[0], parts[1]);
                }
            }
        }
        return settings;
    }

    private static Map<String, Object> map(@Nullable Object owner, String key) {
        Object value = map(owner).get(key);
        return value == null ? Map.of() : map(value);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }
}
