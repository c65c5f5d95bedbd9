package io.zanzara.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.conformance.Statement.Id;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/** Each statement of the standard that binds a server has a line of code that keeps it and a test that tries it, and the page says which. */
final class ConformanceTest {

    private static final Path PAGE = Path.of("../docs/conformance.md");

    private final Statements statements = new Statements();
    private final Trials trials;
    private final Comments comments;

    ConformanceTest() throws IOException, URISyntaxException, ClassNotFoundException {
        trials = Trials.find();
        comments = Comments.find(Path.of("src/main/java"));
    }

    @Test
    void testsNameStatementsThatExist() {
        assertThat(trials.byId().keySet()).as("ids in @Spec").allMatch(statements::isKnown);
        assertThat(trials.notTests()).as("methods with @Spec that are no tests").isEmpty();
    }

    @Test
    void commentsNameStatementsThatExist() {
        assertThat(comments.byId().keySet()).as("ids in comments").allMatch(statements::isKnown);
        assertThat(comments.notInBrackets())
                .as("ids that do not stand as [MQTT-1.2.3-4] or [MQTT-1.2.3-4 of 3.1.1]")
                .isEmpty();
    }

    @Test
    void eachStatementHasATest() {
        assertThat(missingIn(trials.byId()))
                .as("statements that bind a server and that no test names in @Spec")
                .isEmpty();
    }

    @Test
    void eachStatementIsKeptSomewhere() {
        assertThat(missingIn(comments.byId()))
                .as("statements that bind a server and that no comment in the code names")
                .isEmpty();
    }

    private List<Id> missingIn(Map<Id, SortedSet<String>> found) {
        return statements.ofServers().stream()
                .filter(id -> !found.containsKey(id))
                .toList();
    }

    @Test
    void thePageIsWhatWouldBeWritten() throws IOException {
        String text = new ConformancePage(statements, comments.byId(), trials.byId()).text();
        if (Boolean.getBoolean("conformance.write")) {
            Files.createDirectories(PAGE.resolveSibling(""));
            Files.writeString(PAGE, text);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/conformance.md; to write it anew, run " + ConformancePage.COMMAND)
                .isEqualTo(text);
    }
}
