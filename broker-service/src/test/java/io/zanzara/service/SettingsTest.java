package io.zanzara.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.unit.DataSize;

/** The settings in application.yml, in the metadata that an IDE reads, and in the code are the same. */
final class SettingsTest {

    private record Setting(
            String type,
            @Nullable String description,
            @Nullable Object defaultValue) {}

    private final Map<String, Setting> metadata = metadata();
    private final Map<String, Object> file = file("application.yml");

    @Test
    void eachSettingIsInTheFileWithItsDefault() {
        assertThat(file.keySet().stream().filter(name -> name.startsWith("zanzara.")))
                .containsExactlyInAnyOrderElementsOf(metadata.keySet());
        assertThat(metadata)
                .allSatisfy((name, setting) -> assertThat(value(file.get(name), setting))
                        .as(name)
                        .isEqualTo(value(setting.defaultValue(), setting)));
    }

    @Test
    void eachSettingIsDescribed() {
        assertThat(metadata)
                .isNotEmpty()
                .allSatisfy((name, setting) ->
                        assertThat(setting.description()).as(name).isNotBlank());
    }

    @Test
    void eachSettingIsExplainedByACommentAboveIt() throws IOException {
        List<String> lines = lines();
        for (String name : metadata.keySet()) {
            String key = name.substring(name.lastIndexOf('.') + 1) + ": ";
            int at = indexOf(lines, key);
            assertThat(lines.get(at - 1).strip()).as("above " + name).startsWith("# ");
        }
    }

    @Test
    void profileMongodbChoosesThatStore() {
        assertThat(file("application-mongodb.yml")).isEqualTo(Map.of("zanzara.store.type", "mongodb"));
    }

    private static Object value(@Nullable Object written, Setting setting) {
        boolean emptyList = written == null && setting.type().startsWith("java.util.List<");
        String text = emptyList ? "" : String.valueOf(written);
        return switch (setting.type()) {
            case "java.time.Duration" -> DurationStyle.detectAndParse(text);
            case "org.springframework.util.unit.DataSize" -> DataSize.parse(text);
            default -> text;
        };
    }

    private static int indexOf(List<String> lines, String key) {
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith(key)) {
                return i;
            }
        }
        throw new AssertionError(key + " is not in application.yml");
    }

    private static List<String> lines() throws IOException {
        return new ClassPathResource("application.yml")
                .getContentAsString(StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static Map<String, Object> file(String name) {
        Map<String, Object> settings = new TreeMap<>();
        try {
            for (PropertySource<?> source : new YamlPropertySourceLoader().load(name, new ClassPathResource(name))) {
                for (String property : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                    settings.put(property, String.valueOf(source.getProperty(property)));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return settings;
    }

    /** What all metadata on the class path says of the broker's own settings. */
    private static Map<String, Setting> metadata() {
        Map<String, Setting> settings = new TreeMap<>();
        try {
            for (String json : allMetadata()) {
                Object properties =
                        JsonParserFactory.getJsonParser().parseMap(json).get("properties");
                for (Object each : properties instanceof List<?> list ? list : List.of()) {
                    Map<?, ?> property = (Map<?, ?>) each;
                    String name = String.valueOf(property.get("name"));
                    if (name.startsWith("zanzara.")) {
                        settings.put(
                                name,
                                new Setting(
                                        String.valueOf(property.get("type")),
                                        (String) property.get("description"),
                                        property.get("defaultValue")));
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return settings;
    }

    private static List<String> allMetadata() throws IOException {
        List<String> all = new ArrayList<>();
        Enumeration<URL> found =
                SettingsTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json");
        while (found.hasMoreElements()) {
            try (InputStream in = found.nextElement().openStream()) {
                all.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return all;
    }
}
