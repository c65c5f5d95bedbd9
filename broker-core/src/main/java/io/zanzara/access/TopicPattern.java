package io.zanzara.access;

import io.zanzara.message.TopicFilter;
import org.jspecify.annotations.Nullable;

/** The pattern of a rule, made ready: compares without making anything. Immutable. */
final class TopicPattern {

    private final Level[] levels;

    /** What one level of a topic has to be. */
    private sealed interface Level {

        /** The same text. */
        record Literal(String text) implements Level {}

        /** A name with something before and behind it. */
        record Named(String before, Name name, String behind) implements Level {}

        /** {@code +} and {@code #}. */
        enum Wildcard implements Level {
            ONE,
            REST
        }
    }

    private enum Name {
        CLIENT,
        USER
    }

    /** @throws IllegalArgumentException with a sentence that names the defect */
    TopicPattern(String text) {
        if (!TopicFilter.isWellFormed(text)) {
            throw new IllegalArgumentException(
                    "not a topic filter: '" + text
                            + "'; allowed are levels separated by '/', where '+' stands alone in its level and '#' alone in the last");
        }
        if (text.startsWith(TopicFilter.SHARE_PREFIX)) {
            throw new IllegalArgumentException(
                    "a rule is about topics and holds for every group; leave out '$share/group/' in '" + text + "'");
        }
        String[] parts = text.split("/", -1);
        levels = new Level[parts.length];
        for (int i = 0; i < parts.length; i++) {
            levels[i] = level(parts[i]);
        }
    }

    private static Level level(String text) {
        if (text.equals("+")) {
            return Level.Wildcard.ONE;
        }
        if (text.equals("#")) {
            return Level.Wildcard.REST;
        }
        int client = text.indexOf("%c");
        int user = text.indexOf("%u");
        int at = Math.max(client, user);
        if (at < 0) {
            return new Level.Literal(text);
        }
        if (client >= 0 && user >= 0
                || text.indexOf("%c", client + 2) > client && client >= 0
                || user >= 0 && text.indexOf("%u", user + 2) > user) {
            // else a client could choose an identifier with which it gets at what belongs to another user
            throw new IllegalArgumentException("one level holds %c or %u once at most: '" + text + "'");
        }
        return new Level.Named(text.substring(0, at), client >= 0 ? Name.CLIENT : Name.USER, text.substring(at + 2));
    }

    /** Whether every topic that the filter matches is matched by this pattern; a topic name is a filter that matches only itself. */
    boolean covers(String filter, String clientId, @Nullable String userName) {
        int begin = 0;
        for (int i = 0; i < levels.length; i++) {
            Level level = levels[i];
            if (begin > filter.length()) {
                return level == Level.Wildcard.REST; // which also stands for the level above
            }
            int slash = filter.indexOf('/', begin);
            int end = slash < 0 ? filter.length() : slash;
            if (level instanceof Level.Wildcard) {
                if (i == 0 && filter.startsWith("$")) {
                    return false;
                }
                if (level == Level.Wildcard.REST) {
                    return true;
                }
                if (isRest(filter, begin, end)) {
                    // a topic has one level at least
                    return i == 0 && levels.length == 2 && levels[1] == Level.Wildcard.REST;
                }
            } else if (!equals(level, i == 0, filter, begin, end, clientId, userName)) {
                return false;
            }
            begin = end + 1;
        }
        return begin > filter.length();
    }

    private static boolean isRest(String filter, int begin, int end) {
        return end == begin + 1 && filter.charAt(begin) == '#';
    }

    private static boolean equals(
            Level level, boolean first, String filter, int begin, int end, String clientId, @Nullable String userName) {
        if (level instanceof Level.Literal literal) {
            String text = literal.text();
            return text.length() == end - begin && filter.startsWith(text, begin);
        }
        Level.Named named = (Level.Named) level;
        String name = named.name() == Name.CLIENT ? clientId : userName;
        if (name == null || !isHarmless(name) || (first && named.before().isEmpty() && name.charAt(0) == '$')) {
            return false;
        }
        int before = named.before().length();
        int behind = named.behind().length();
        return before + name.length() + behind == end - begin
                && filter.startsWith(named.before(), begin)
                && filter.startsWith(name, begin + before)
                && filter.startsWith(named.behind(), end - behind);
    }

    /** Whether a name that a client chose is just text within a level. */
    private static boolean isHarmless(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '+' || c == '#' || c == '/' || Character.isISOControl(c)) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
