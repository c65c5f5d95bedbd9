package io.zanzara.conformance;

import io.zanzara.conformance.Statement.Id;
import io.zanzara.conformance.Statement.Kind;
import io.zanzara.conformance.Statement.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All statements of both versions. */
final class Statements {

    /** Orders ids for the eye, where they need not be known. */
    static final Comparator<Id> ORDER = Comparator.comparing(Id::version).thenComparing(Id::name);

    private final Map<Id, Statement> byId = new HashMap<>();
    private final List<Statement> all = new ArrayList<>();

    Statements() {
        for (Version version : Version.values()) {
            for (Statement statement : Statement.of(version)) {
                if (byId.put(statement.id(), statement) != null) {
                    throw new IllegalStateException("there twice: " + statement.id());
                }
                all.add(statement);
            }
        }
    }

    boolean isKnown(Id id) {
        return byId.containsKey(id);
    }

    List<Statement> of(Version version) {
        return all.stream()
                .filter(statement -> statement.id().version() == version)
                .toList();
    }

    /** Returns the statements that need a test and a line of code that keeps them. */
    List<Id> ofServers() {
        return all.stream()
                .filter(statement -> statement.kind() == Kind.SERVER)
                .map(Statement::id)
                .toList();
    }

    /** Returns how many statements of a version bind whom, in the order of {@link Kind}. */
    List<Long> counts(Version version) {
        return Arrays.stream(Kind.values())
                .map(kind -> of(version).stream()
                        .filter(statement -> statement.kind() == kind)
                        .count())
                .toList();
    }
}
