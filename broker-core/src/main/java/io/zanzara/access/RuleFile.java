package io.zanzara.access;

import io.zanzara.access.AccessRule.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file of rules; the format is that of {@link AccessRules#parse}. Where Mosquitto and Moquette read a line differently, and it
 * would allow more to one of them, it is refused.
 */
final class RuleFile {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final String ALLOWED =
            "allowed are 'user NAME', 'topic [ACCESS] FILTER' and 'pattern [ACCESS] FILTER', where ACCESS is publish, retain, subscribe, write,"
                    + " read or readwrite, and comments that begin with '#'";

    private final List<AccessRule> rules = new ArrayList<>();
    private @Nullable String userName;
    private boolean pastPattern;

    private RuleFile() {}

    static List<AccessRule> parse(List<String> lines) {
        RuleFile file = new RuleFile();
        int number = 0;
        for (String line : lines) {
            number++;
            boolean marked = number == 1 && line.startsWith(BYTE_ORDER_MARK);
            try {
                file.line((marked ? line.substring(1) : line).strip());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        return file.rules;
    }

    private void line(String text) {
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        String[] words = text.split("\\s+", 2);
        String rest = words.length < 2 ? "" : words[1];
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "user" -> user(rest);
            case "topic" -> topic(rest);
            case "pattern" -> {
                pastPattern = true;
                add(null, rest);
            }
            default -> throw new IllegalArgumentException("'" + words[0] + "' is not known; " + ALLOWED);
        }
    }

    private void user(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a 'user' line without a name; " + ALLOWED);
        }
        if (commentIn(name) >= 0) {
            // taken for a name it would give its rules to nobody, cut off to another user
            throw new IllegalArgumentException("a comment behind a user name; put it on a line of its own");
        }
        userName = name;
        pastPattern = false;
    }

    private void topic(String rest) {
        if (pastPattern) {
            throw new IllegalArgumentException(
                    "a 'topic' line after a 'pattern' line; begin with 'user NAME' again, or put"
                            + " 'pattern' lines last");
        }
        if (rest.contains("%c") || rest.contains("%u")) {
            throw new IllegalArgumentException("%c and %u stand in 'pattern' lines only: '" + rest + "'");
        }
        add(userName, rest);
    }

    private void add(@Nullable String user, String rest) {
        String[] words = rest.split("\\s+", 2);
        Set<Permission> asked = permissions(words[0]);
        String filter = asked == null ? rest : words.length < 2 ? "" : words[1];
        int comment = commentIn(filter);
        if (comment >= 0) {
            filter = filter.substring(0, comment).strip();
        }
        if (filter.isEmpty()) {
            throw new IllegalArgumentException("a line without a topic filter"
                    + (asked == null ? "" : ", unless '" + words[0] + "' is one: then say what access to it is allowed")
                    + "; " + ALLOWED);
        }
        if (asked == null && filter.split("\\s+", 2).length > 1) {
            throw new IllegalArgumentException("'" + words[0] + "' is not an access; " + ALLOWED);
        }
        rules.add(new AccessRule(user, null, filter, asked == null ? Set.of(Permission.values()) : asked));
    }

    /** Returns where a comment begins, or -1: a wildcard stands alone in its level, so '#' behind a space is none, unless it is all there is. */
    private static int commentIn(String text) {
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == '#' && Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        return -1;
    }

    /** Returns what the word allows, or null if it is none of those that do. */
    private static @Nullable Set<Permission> permissions(String access) {
        return switch (access.toLowerCase(Locale.ROOT)) {
            case "publish" -> Set.of(Permission.PUBLISH);
            case "retain" -> Set.of(Permission.RETAIN);
            case "subscribe", "read" -> Set.of(Permission.SUBSCRIBE);
            case "write" -> Set.of(Permission.PUBLISH, Permission.RETAIN);
            case "readwrite" -> Set.of(Permission.values());
            case "deny" ->
                throw new IllegalArgumentException(
                        "'deny' is not known: what no rule allows is forbidden; leave the line out, and"
                                + " write the others so that they do not match what it denies");
            default -> null;
        };
    }
}
