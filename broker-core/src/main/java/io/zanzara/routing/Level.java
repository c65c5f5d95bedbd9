package io.zanzara.routing;

/**
 * One level of a topic or filter, as a region of it: nothing is cut out to be looked for. After the last level comes the end.
 *
 * @param name the topic or filter
 * @param from where the level starts; at the end one above the name's length
 * @param to where it ends
 * @param hash that of its characters
 */
record Level(String name, int from, int to, int hash) implements PersistentMap.Key<Child<?>> {

    /** Returns the first level of a topic or filter, or of what is itself a level. */
    static Level first(String name) {
        return at(name, 0);
    }

    /** Returns the level that starts at an index. */
    static Level at(String name, int from) {
        int hash = 0;
        int to = from;
        int length = name.length();
        while (to < length) {
            char c = name.charAt(to);
            if (c == '/') {
                break;
            }
            hash = 31 * hash + c;
            to++;
        }
        return new Level(name, from, to, hash);
    }

    /** Returns the level after this one, or the end. */
    Level next() {
        return at(name, to + 1);
    }

    boolean isEnd() {
        return from > name.length();
    }

    /** Whether the level is this wildcard alone. */
    boolean is(char wildcard) {
        return to - from == 1 && name.charAt(from) == wildcard;
    }

    String text() {
        return name.substring(from, to);
    }

    @Override
    public int hashOf(Child<?> child) {
        return child.level().hash;
    }

    @Override
    public boolean isOf(Child<?> child) {
        return child.isUnder(this);
    }

    @Override
    public int compareTo(Child<?> child) {
        return text().compareTo(child.level().text());
    }
}
