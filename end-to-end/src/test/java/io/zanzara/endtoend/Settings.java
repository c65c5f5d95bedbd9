package io.zanzara.endtoend;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The settings that stand in a module's application*.yml. */
final class Settings {

    private Settings() {}

    static Set<String> of(String module) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("..", module, "src", "main", "resources"))) {
            for (Path file : files.filter(Settings::isSettings).toList()) {
                for (Object document : documents(file)) {
                    collect("", document, names);
                }
            }
        }
        return names;
    }

    static List<Object> documents(Path file) throws IOException {
        List<Object> documents = new ArrayList<>();
        try (Reader in = Files.newBufferedReader(file)) {
            new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(in).forEach(documents::add);
        }
        return documents;
    }

    private static boolean isSettings(Path file) {
        return file.getFileName().toString().matches("application.*\\.yml");
    }

    private static void collect(String name, Object value, Set<String> names) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, below) -> collect(name.isEmpty() ? String.valueOf(key) : name + "." + key, below, names));
        } else {
            names.add(name);
        }
    }
}
