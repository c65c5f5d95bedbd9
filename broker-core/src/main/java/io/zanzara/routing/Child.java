package io.zanzara.routing;

/** What lies under one level of a {@link LevelTree}: a tree, or the leaf of the one name that is there. */
sealed interface Child<V> permits LevelTree, Child.Leaf {

    /** Returns the level that leads here. */
    Level level();

    /** Whether the level leads here. */
    boolean isUnder(Level level);

    /**
     * A name that shares the level that leads here with no other.
     *
     * @param name the whole of it
     * @param from where in the name that level starts
     */
    record Leaf<V>(String name, int from, V value) implements Child<V> {

        @Override
        public Level level() {
            return Level.at(name, from);
        }

        @Override
        public boolean isUnder(Level level) {
            int length = level.to() - level.from();
            int to = from + length;
            return name.regionMatches(from, level.name(), level.from(), length)
                    && (to == name.length() || name.charAt(to) == '/');
        }
    }
}
