package io.zanzara.access;

import io.zanzara.access.AccessRule.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file of rules; the format is that of {@link AccessRules#parse}. */
final class RuleFile {

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
            try {
                file.line(line.strip());
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
        String rest = words.length < 2 ? "" : withoutComment(words[1]);
        if (rest.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is not complete; " + ALLOWED);
        }
        switch (words[0].toLowerCase(Locale.ROOT)) {
            case "user" -> {
                userName = rest;
                pastPattern = false;
            }
            case "topic" -> topic(rest);
            case "pattern" -> {
                pastPattern = true;
                add(null, rest);
            }
            default -> throw new IllegalArgumentException("'" + words[0] + "' is not known; " + ALLOWED);
        }
    }

    /** A wildcard stands alone in its level, so behind a space it can only begin a comment. */
    private static String withoutComment(String rest) {
        for (int i = 1; i < rest.length(); i++) {
            if (rest.charAt(i) == '#' && Character.isWhitespace(rest.charAt(i - 1))) {
                return rest.substring(0, i).strip();
            }
        }
        return rest;
    }

    private void topic(String rest) {
        if (pastPattern) {
            throw new IllegalArgumentException("a 'topic' line after a 'pattern' line");
        }
        add(userName, rest);
    }

    private void add(@Nullable String user, String rest) {
        String[] words = rest.split("\\s+", 2);
        Set<Permission> allowed = words.length < 2 ? Set.of(Permission.values()) : permissions(words[0]);
        rules.add(new AccessRule(user, null, words.length < 2 ? rest : words[1], allowed));
    }

    private static Set<Permission> permissions(String access) {
        return switch (access.toLowerCase(Locale.ROOT)) {
            case "publish" -> Set.of(Permission.PUBLISH);
            case "retain" -> Set.of(Permission.RETAIN);
            case "subscribe", "read" -> Set.of(Permission.SUBSCRIBE);
            case "write" -> Set.of(Permission.PUBLISH, Permission.RETAIN);
            case "readwrite" -> Set.of(Permission.values());
            default -> throw new IllegalArgumentException("'" + access + "' is not an access; " + ALLOWED);
        };
    }
}
