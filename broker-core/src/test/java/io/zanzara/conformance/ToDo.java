package io.zanzara.conformance;

import io.zanzara.conformance.Statement.Id;
import io.zanzara.conformance.Statement.Version;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What is missing yet: a list that only gets shorter, and goes when it is empty. */
final class ToDo {

    private static final String FILE = "/conformance/to-do.txt";

    private ToDo() {}

    /** Returns the statements that no test names. */
    static List<Id> tests() throws IOException {
        return read("test ");
    }

    /** Returns the statements that no comment names. */
    static List<Id> lines() throws IOException {
        return read("line ");
    }

    /** Writes the list anew: whoever merges what several people have done need not. */
    static void write(List<Id> lines, List<Id> tests) throws IOException {
        StringBuilder list = new StringBuilder();
        lines.forEach(id -> list.append("line ")
                .append(id.name())
                .append(id.version().suffix)
                .append('\n'));
        tests.forEach(id -> list.append("test ")
                .append(id.name())
                .append(id.version().suffix)
                .append('\n'));
        Files.writeString(Path.of("src/test/resources" + FILE), list);
    }

    private static List<Id> read(String what) throws IOException {
        try (InputStream in = Objects.requireNonNull(ToDo.class.getResourceAsStream(FILE), FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(what))
                    .map(line -> parse(line.substring(what.length())))
                    .toList();
        }
    }

    private static Id parse(String name) {
        String suffix = Version.MQTT_3_1_1.suffix;
        return name.endsWith(suffix)
                ? new Id(Version.MQTT_3_1_1, name.substring(0, name.length() - suffix.length()))
                : new Id(Version.MQTT_5, name);
    }
}
