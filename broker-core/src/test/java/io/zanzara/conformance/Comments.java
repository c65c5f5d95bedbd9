package io.zanzara.conformance;

import io.zanzara.conformance.Statement.Id;
import io.zanzara.conformance.Statement.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The comments of the engine's code that name statements: they stand where a statement is kept. */
final class Comments {

    private static final Pattern NAMED = Pattern.compile("\\[(MQTT-[^\\]\\s]*)( of 3\\.1\\.1)?]");
    private static final Pattern LOOSE = Pattern.compile("MQTT-\\d");

    private final Map<Id, SortedSet<String>> byId = new TreeMap<>(Statements.ORDER);
    private final SortedSet<String> notInBrackets = new TreeSet<>();

    private Comments() {}

    static Comments find(Path sources) throws IOException {
        Comments comments = new Comments();
        try (Stream<Path> walk = Files.walk(sources)) {
            for (Path file :
                    walk.filter(each -> each.toString().endsWith(".java")).toList()) {
                comments.read(file);
            }
        }
        return comments;
    }

    /** Returns the classes that name each statement. */
    Map<Id, SortedSet<String>> byId() {
        return byId;
    }

    /** Returns lines with an id that is not written as it should be, so that nobody would find it. */
    SortedSet<String> notInBrackets() {
        return notInBrackets;
    }

    private void read(Path file) throws IOException {
        String type = String.valueOf(file.getFileName()).replace(".java", "");
        for (String line : Files.readAllLines(file)) {
            Matcher named = NAMED.matcher(line);
            while (named.find()) {
                Version version = named.group(2) == null ? Version.MQTT_5 : Version.MQTT_3_1_1;
                byId.computeIfAbsent(new Id(version, named.group(1)), id -> new TreeSet<>())
                        .add(type);
            }
            if (LOOSE.matcher(NAMED.matcher(line).replaceAll("")).find()) {
                notInBrackets.add(type + ": " + line.strip());
            }
        }
    }
}
