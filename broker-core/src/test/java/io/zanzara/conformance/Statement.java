package io.zanzara.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A normative statement of the standard.
 *
 * @param rule what it asks for, in our words
 */
record Statement(Id id, Kind kind, String rule) {

    /** The versions whose statements are numbered; MQTT 3.1 has none. */
    enum Version {
        MQTT_5("5.0", ""),
        MQTT_3_1_1("3.1.1", " of 3.1.1");

        /** As it is said: {@code 5.0}. */
        final String number;

        /** What stands behind an id in a comment of the code. */
        final String suffix;

        Version(String number, String suffix) {
            this.number = number;
            this.suffix = suffix;
        }
    }

    /** Whom a statement binds. */
    enum Kind {
        /** A server; or it names a fault of a client's that a server has to notice. */
        SERVER,
        /** Clients alone, in a way that no server can see. */
        CLIENT,
        /** Nobody here: it is about a choice that the broker does not make. */
        OPTIONAL,
        /** A server with something that the broker does not have. */
        ABSENT
    }

    /** What a statement is called; the versions use the same names for different statements. */
    record Id(Version version, String name) {
        @Override
        public String toString() {
            return "[" + name + version.suffix + "]";
        }
    }

    /** Returns all statements of a version, in the standard's order. */
    static List<Statement> of(Version version) {
        String table = "/conformance/mqtt-" + version.number + ".tsv";
        try (InputStream in = Objects.requireNonNull(Statement.class.getResourceAsStream(table), table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> parse(version, line))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Statement parse(Version version, String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3) {
            throw new IllegalArgumentException("not id, class and rule: " + line);
        }
        return new Statement(new Id(version, fields[0]), Kind.valueOf(fields[1].toUpperCase(Locale.ROOT)), fields[2]);
    }
}
