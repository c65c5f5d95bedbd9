package io.zanzara.message;

import org.jspecify.annotations.Nullable;

/**
 * A topic filter of a SUBSCRIBE or UNSUBSCRIBE, with the group name split off where it is a shared one.
 *
 * @param value the filter that topics are matched against, without the {@code $share/group/} prefix
 * @param group the name of the shared group, or null
 */
public record TopicFilter(String value, @Nullable String group) {

    /** What a shared subscription's filter starts with. */
    public static final String SHARE_PREFIX = "$share/";

    private static final String SHARE = "$share";

    /**
     * Parses a filter as it stands in the packet.
     *
     * @throws IllegalArgumentException with a sentence that names the defect
     */
    public static TopicFilter parse(String text) {
        if (text.equals(SHARE)) {
            throw new IllegalArgumentException("a shared subscription needs a group and a topic filter: " + text);
        }
        if (!text.startsWith(SHARE_PREFIX)) {
            return new TopicFilter(checked(text, text), null);
        }
        int end = text.indexOf('/', SHARE_PREFIX.length());
        if (end < 0) {
            // [MQTT-4.8.2-2]
            throw new IllegalArgumentException("a shared subscription needs a topic filter after its group: " + text);
        }
        String group = text.substring(SHARE_PREFIX.length(), end);
        // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
        if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "the group of a shared subscription must not be empty or contain wildcards: " + text);
        }
        return new TopicFilter(checked(text.substring(end + 1), text), group);
    }

    /** Whether {@code text} is a topic filter where {@code $share} means nothing, as in MQTT 3.1.1 [MQTT-4.7.1-2 of 3.1.1] [MQTT-4.7.1-3 of 3.1.1]. */
    public static boolean isWellFormed(String text) {
        try {
            checked(text, text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String checked(String filter, String text) {
        if (filter.isEmpty()) {
            // [MQTT-4.7.3-1] [MQTT-4.7.3-1 of 3.1.1]
            throw new IllegalArgumentException("a topic filter must not be empty: '" + text + "'");
        }
        int length = filter.length();
        for (int i = 0; i < length; i++) {
            char c = filter.charAt(i);
            if (c == 0) {
                // [MQTT-4.7.3-2] [MQTT-4.7.3-2 of 3.1.1]
                throw new IllegalArgumentException("a topic filter must not contain the null character");
            }
            boolean startsLevel = i == 0 || filter.charAt(i - 1) == '/';
            boolean endsLevel = i == length - 1 || filter.charAt(i + 1) == '/';
            if (c == '#' && !(startsLevel && i == length - 1)) {
                // [MQTT-4.7.1-1] [MQTT-4.7.1-2 of 3.1.1]
                throw new IllegalArgumentException("'#' must stand alone in the last level: " + text);
            }
            if (c == '+' && !(startsLevel && endsLevel)) {
                // [MQTT-4.7.1-2] [MQTT-4.7.1-3 of 3.1.1]
                throw new IllegalArgumentException("'+' must stand alone in its level: " + text);
            }
        }
        return filter;
    }

    public boolean isShared() {
        return group != null;
    }

    public boolean hasWildcard() {
        return value.indexOf('+') >= 0 || value.indexOf('#') >= 0;
    }

    /** Whether {@code topic} matches, by the rules of MQTT 5.0 section 4.7: the plain definition, which the trie is tested against. */
    public boolean matches(Topic topic) {
        String name = topic.value();
        if (topic.isReserved() && (value.charAt(0) == '+' || value.charAt(0) == '#')) {
            return false;
        }
        String[] levels = name.split("/", -1);
        String[] pattern = value.split("/", -1);
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals("#")) {
                return true;
            }
            if (i >= levels.length || !(pattern[i].equals("+") || pattern[i].equals(levels[i]))) {
                return false;
            }
        }
        return pattern.length == levels.length;
    }

    /** Returns the filter as it stood in the packet. */
    @Override
    public String toString() {
        return group == null ? value : SHARE_PREFIX + group + "/" + value;
    }
}
