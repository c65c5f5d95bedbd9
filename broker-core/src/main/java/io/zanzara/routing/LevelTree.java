package io.zanzara.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tree by topic level: what changes it returns another tree that shares nearly all of its memory with this one. Wildcards are levels
 * like any other. Nothing here recurses by level, since a topic may have 65,536 of them.
 */
final class LevelTree<V> {

    private static final LevelTree<?> EMPTY = new LevelTree<>(PersistentMap.empty(), null);

    private final PersistentMap<String, LevelTree<V>> children;
    private final @Nullable V value;

    private LevelTree(PersistentMap<String, LevelTree<V>> children, @Nullable V value) {
        this.children = children;
        this.value = value;
    }

    @SuppressWarnings("unchecked") // an empty tree holds nothing of any type
    static <V> LevelTree<V> empty() {
        return (LevelTree<V>) EMPTY;
    }

    /** Returns the levels of a topic or filter, empty ones too. */
    static String[] levelsOf(String name) {
        return name.split("/", -1);
    }

    @Nullable
    V value() {
        return value;
    }

    @Nullable
    LevelTree<V> child(String level) {
        return children.get(level);
    }

    /** Calls back with each level below this one and what lies there. */
    void forEachChild(BiConsumer<String, LevelTree<V>> action) {
        children.forEach(action);
    }

    @Nullable
    V find(String[] levels) {
        LevelTree<V> node = this;
        for (String level : levels) {
            node = node.children.get(level);
            if (node == null) {
                return null;
            }
        }
        return node.value;
    }

    /** Returns this tree with another value at this place; null removes it, and with it all levels that lead nowhere else. */
    LevelTree<V> with(String[] levels, @Nullable V newValue) {
        List<LevelTree<V>> path = new ArrayList<>(levels.length);
        LevelTree<V> node = this;
        for (String level : levels) {
            path.add(node);
            LevelTree<V> child = node.children.get(level);
            node = child == null ? empty() : child;
        }
        node = new LevelTree<>(node.children, newValue);
        for (int i = levels.length - 1; i >= 0; i--) {
            LevelTree<V> parent = path.get(i);
            boolean leadsNowhere = node.value == null && node.children.isEmpty();
            node = new LevelTree<>(
                    leadsNowhere ? parent.children.without(levels[i]) : parent.children.with(levels[i], node),
                    parent.value);
        }
        return node;
    }
}
