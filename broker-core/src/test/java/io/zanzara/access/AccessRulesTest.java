package io.zanzara.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.access.AccessRule.Permission;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.PublicationProperties;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules allow, by the table in rules.txt; and what a file of rules may say. */
class AccessRulesTest {

    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9A-F]{4})");

    /** One line of the table. */
    record Row(String rules, String client, @Nullable String user, String asks, String topic, boolean allowed) {

        /** Without control characters, which a test report can't hold. */
        @Override
        public String toString() {
            String text = "[" + rules + "] " + client + " " + user + " " + asks + " " + topic;
            return text.replaceAll("\\p{Cntrl}", "?") + (allowed ? " yes" : " no");
        }
    }

    static List<Row> table() throws IOException {
        List<Row> rows = new ArrayList<>();
        String rules = "";
        for (String line : lines()) {
            if (line.startsWith("[")) {
                rules = unescaped(line.substring(1, line.length() - 1));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.split(" ");
                assertThat(words).as(line).hasSize(5);
                assertThat(words[4]).as(line).isIn("yes", "no");
                String user = words[1].equals("-") ? null : unescaped(words[1]);
                rows.add(new Row(
                        rules, unescaped(words[0]), user, words[2], unescaped(words[3]), words[4].equals("yes")));
            }
        }
        return rows;
    }

    private static List<String> lines() throws IOException {
        try (InputStream table = Objects.requireNonNull(AccessRulesTest.class.getResourceAsStream("rules.txt"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> {
            String character = String.valueOf((char) Integer.parseInt(found.group(1), 16));
            return character.equals("$") || character.equals("\\") ? "\\" + character : character;
        });
    }

    @ParameterizedTest
    @MethodSource("table")
    void theTable(Row row) {
        AccessRules rules = AccessRules.parse(Arrays.asList(row.rules().split(" ; ")));
        assertThat(asks(rules, row)).isEqualTo(row.allowed());
    }

    private static boolean asks(AccessRules rules, Row row) {
        ClientId client = new ClientId(row.client());
        String user = row.user();
        return switch (row.asks()) {
            case "publish" -> rules.mayPublish(client, user, publication(row.topic(), false));
            case "retain" -> rules.mayPublish(client, user, publication(row.topic(), true));
            case "subscribe" -> rules.maySubscribe(client, user, TopicFilter.parse(row.topic()), Qos.AT_LEAST_ONCE);
            case "receive" -> rules.mayReceive(client, user, publication(row.topic(), true));
            default -> throw new AssertionError(row.asks());
        };
    }

    private static Publication publication(String topic, boolean retain) {
        return new Publication(
                1,
                new ClientId("publisher"),
                new Topic(topic),
                Qos.AT_LEAST_ONCE,
                retain,
                new byte[0],
                Publication.NEVER,
                PublicationProperties.NONE);
    }

    @Test
    void theTableIsLongEnough() throws IOException {
        assertThat(table()).hasSizeGreaterThan(140);
    }

    @Test
    void aRuleMayBeForOneClientOfAUser() {
        AccessRules rules = AccessRules.of(List.of(
                new AccessRule("alice", "phone", "a/#", Set.of(Permission.SUBSCRIBE)),
                new AccessRule(null, "door", "d/#", Set.of(Permission.SUBSCRIBE))));
        Qos qos = Qos.AT_MOST_ONCE;
        assertThat(rules.maySubscribe(new ClientId("phone"), "alice", TopicFilter.parse("a/b"), qos))
                .isTrue();
        assertThat(rules.maySubscribe(new ClientId("phone"), "bob", TopicFilter.parse("a/b"), qos))
                .isFalse();
        assertThat(rules.maySubscribe(new ClientId("phone"), null, TopicFilter.parse("a/b"), qos))
                .isFalse();
        assertThat(rules.maySubscribe(new ClientId("tablet"), "alice", TopicFilter.parse("a/b"), qos))
                .isFalse();
        assertThat(rules.maySubscribe(new ClientId("door"), "bob", TopicFilter.parse("d/b"), qos))
                .isTrue();
        assertThat(rules.maySubscribe(new ClientId("window"), "bob", TopicFilter.parse("d/b"), qos))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "allow a                   | 'allow' is not known",
                "user                      | without a name",
                "user alice # the boss     | a comment behind a user name",
                "topic                     | without a topic filter",
                "topic read                | unless 'read' is one",
                "topic read # all          | not a topic filter",
                "pattern                   | without a topic filter",
                "pattern write             | unless 'write' is one",
                "topic reed a              | 'reed' is not an access",
                "topic a b                 | 'a' is not an access",
                "topic deny a              | 'deny' is not known: what no rule allows is forbidden",
                "pattern deny a/%c         | 'deny' is not known",
                "topic read a/#/b          | not a topic filter",
                "topic read a+             | not a topic filter",
                "topic read a#             | not a topic filter",
                "topic read $share/g/a     | leave out '$share/group/'",
                "topic read a/%c           | 'pattern' lines only",
                "topic write %u/#          | 'pattern' lines only",
                "pattern read %c%c         | %c or %u once at most",
                "pattern read %u-%u        | %c or %u once at most",
                "pattern read a/%u-%c/b    | %c or %u once at most",
            })
    void aWrongLineIsNamedWithWhatIsAllowed(String line, String sentence) {
        List<String> lines = List.of("user alice", "# comment", "topic read fine", "", line);
        assertThatThrownBy(() -> AccessRules.parse(lines))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("line 5: ")
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow a", "user", "topic", "topic read", "topic reed a"})
    void andItSaysWhatIsAllowed(String line) {
        assertThatThrownBy(() -> AccessRules.parse(List.of(line)))
                .hasMessageStartingWith("line 1: ")
                .hasMessageContaining("'user NAME', 'topic [ACCESS] FILTER' and 'pattern [ACCESS] FILTER'")
                .hasMessageContaining("publish, retain, subscribe, write, read or readwrite");
    }

    @Test
    void aTopicLineAfterAPatternLineNeedsAUserAgain() {
        assertThatThrownBy(() -> AccessRules.parse(List.of("user alice", "pattern a", "topic b")))
                .hasMessageStartingWith("line 3: a 'topic' line after a 'pattern' line");
        AccessRules.parse(List.of("user alice", "pattern a", "user alice", "topic b"));
    }

    @Test
    void aRuleThatAllowsNothingIsNone() {
        assertThatThrownBy(() -> new AccessRule(null, null, "a", Set.of())).hasMessageContaining("publish, retain");
        assertThatThrownBy(() -> new AccessRule(null, null, "", Set.of(Permission.PUBLISH)))
                .hasMessageContaining("not a topic filter");
    }
}
