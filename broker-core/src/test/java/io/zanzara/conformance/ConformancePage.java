package io.zanzara.conformance;

import io.zanzara.conformance.Statement.Id;
import io.zanzara.conformance.Statement.Kind;
import io.zanzara.conformance.Statement.Version;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Writes {@code docs/conformance.md} from the statements, the comments in the code and the annotations of the tests. */
final class ConformancePage {

    /** What writes the page anew. */
    static final String COMMAND = "bin/conformance-page";

    private static final SortedSet<String> NOTHING = new TreeSet<>();

    private final Statements statements;
    private final Map<Id, SortedSet<String>> code;
    private final Map<Id, SortedSet<String>> tests;

    /**
     * @param code the classes that keep each statement
     * @param tests the tests that try it
     */
    ConformancePage(Statements statements, Map<Id, SortedSet<String>> code, Map<Id, SortedSet<String>> tests) {
        this.statements = statements;
        this.code = code;
        this.tests = tests;
    }

    String text() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Version version : Version.values()) {
            List<Long> counts = statements.counts(version);
            page.append("\n## MQTT ").append(version.number).append("\n\n");
            page.append("%d statements: %d bind a server, %d bind clients alone, %d are optional, %d absent.\n\n"
                    .formatted(
                            counts.stream().mapToLong(Long::longValue).sum(),
                            counts.get(Kind.SERVER.ordinal()),
                            counts.get(Kind.CLIENT.ordinal()),
                            counts.get(Kind.OPTIONAL.ordinal()),
                            counts.get(Kind.ABSENT.ordinal())));
            page.append("| statement | rule | binds | kept in | tried by |\n|---|---|---|---|---|\n");
            statements.of(version).forEach(statement -> page.append(row(statement)));
        }
        return page.toString();
    }

    private String row(Statement statement) {
        return "| " + statement.id().name().substring("MQTT-".length())
                + " | " + statement.rule()
                + " | " + statement.kind().name().toLowerCase(Locale.ROOT)
                + " | " + cell(code, statement.id())
                + " | " + cell(tests, statement.id())
                + " |\n";
    }

    private static String cell(Map<Id, SortedSet<String>> names, Id id) {
        return String.join(", ", names.getOrDefault(id, NOTHING));
    }

    private static final String INTRODUCTION = """
            # Conformance

            Each normative statement of the standard, by its number in the text of MQTT 5.0 and of MQTT 3.1.1 (without the `MQTT-` in front), what
            it asks for in our words, whom it binds, the classes of `broker-core` that keep it, and the tests that fail where it is broken.

            | binds | |
            |---|---|
            | server | a server; or the statement names a fault of a client's that a server has to notice |
            | client | clients alone, in a way that no server can see |
            | optional | a choice that this broker does not make |
            | absent | a part that this broker does not have |

            In the code, a comment names the statement at the line that keeps it: `[MQTT-3.1.0-2]`, or `[MQTT-3.1.0-2 of 3.1.1]`. A test names those it
            tries in `@Spec`. `ConformanceTest` fails if a statement that binds a server has no such line or no such test, or if this page is not
            what `%s` writes; so do not edit it by hand. The rules themselves are in `broker-core/src/test/resources/conformance`.

            MQTT 3.1 has no numbered statements. Where it differs from 3.1.1 (its name is MQIsdp, it has no session present flag, and user name and
            password may be missing in spite of their flags), the packet tables of the tests say so.
            """.formatted(COMMAND);
}
