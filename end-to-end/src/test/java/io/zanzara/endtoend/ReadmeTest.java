package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is so. */
final class ReadmeTest {

    private static final Path ROOT = Path.of("..");
    private static final Path EXAMPLE =
            Path.of("src/test/java/io/zanzara/endtoend").resolve(EmbeddingExample.class.getSimpleName() + ".java");

    @TempDir
    Path folder;

    @Test
    void embeddingExampleIsTheCompiledOne() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String shown = between(readme, "```java\n", "```");
        String compiled = between(Files.readString(EXAMPLE), "// README begins\n", "        // README ends");

        assertThat(shown).isEqualTo(compiled.indent(-8));
    }

    @Test
    void embeddingExampleRuns() throws IOException {
        String classPath = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((one, two) -> one + File.pathSeparator + two)
                .orElseThrow();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(java, "-cp", classPath, EmbeddingExample.class.getName());
        try (ConsoleProcess example = ConsoleProcess.start("example", command, folder)) {
            assertThat(example.awaitExit(Duration.ofSeconds(60)))
                    .as(example.tail())
                    .isZero();
            assertThat(example.lines()).anyMatch(line -> line.startsWith("listening on port "));
            assertThat(example.lines()).anyMatch(line -> line.startsWith("Published"));
        }
        assertThat(folder.resolve("data")).isDirectory();
    }

    @Test
    void settingsInTheTableExist() throws IOException {
        String table = between(Files.readString(ROOT.resolve("README.md")), "## Configuration", "## Embedding")
                + Files.readString(ROOT.resolve("docs/configuration.md"));
        Set<String> known = new TreeSet<>(Settings.of("broker-service"));
        known.addAll(Settings.of("publisher-app"));
        known.addAll(Settings.of("subscriber-app"));

        Matcher named = Pattern.compile("`((?:zanzara|spring|management|mqtt|publisher)\\.[a-z0-9.-]+)`")
                .matcher(table);

        assertThat(named.results().map(match -> match.group(1)))
                .hasSizeGreaterThan(30)
                .allMatch(known::contains);
    }

    @Test
    void filesThatAreLinkedToExist() throws IOException {
        Matcher link = Pattern.compile("\\]\\(([^):]+)\\)").matcher(Files.readString(ROOT.resolve("README.md")));

        assertThat(link.results().map(match -> ROOT.resolve(match.group(1))))
                .isNotEmpty()
                .allMatch(Files::exists);
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start);
        assertThat(from).as(start).isNotNegative();
        int to = text.indexOf(end, from + start.length());
        assertThat(to).as(end).isNotNegative();
        return text.substring(from + start.length(), to);
    }
}
