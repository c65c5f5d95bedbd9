package io.zanzara.routing;

import io.zanzara.routing.Child.Leaf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tree of names by topic level, topics or filters, and what lies at them: what changes it returns another tree that shares nearly
 * all of its memory with this one. Nothing here recurses by level, since a topic may have 65,536 of them.
 */
final class LevelTree<V> implements Child<V> {

    // Below a level that only one name has lies a leaf, with the whole name; a tree is there only where names part.
    // So a name that starts like a million others costs one small object, and a look-up compares the rest of the name
    // at once. A tree below another has at least two names, so what has the same names has the same shape.
    //
    // A tree keeps its level as a string of its own, not as a part of a name: that would hold a long name in memory
    // when nobody has it any more.

    private static final LevelTree<?> EMPTY = new LevelTree<>("", 0, PersistentMap.empty(), null, null, null);

    private final String level;
    private final int hash;
    private final PersistentMap<Child<V>> children;
    /** What is under the wildcard '+'. */
    private final @Nullable Child<V> any;
    /** What is under '#', always the last level. */
    private final @Nullable Leaf<V> rest;
    /** What has no level below this one. */
    private final @Nullable Leaf<V> end;

    private LevelTree(
            String level,
            int hash,
            PersistentMap<Child<V>> children,
            @Nullable Child<V> any,
            @Nullable Leaf<V> rest,
            @Nullable Leaf<V> end) {
        this.level = level;
        this.hash = hash;
        this.children = children;
        this.any = any;
        this.rest = rest;
        this.end = end;
    }

    @SuppressWarnings("unchecked") // an empty tree holds nothing of any type
    static <V> LevelTree<V> empty() {
        return (LevelTree<V>) EMPTY;
    }

    @Override
    public Level level() {
        return new Level(level, 0, level.length(), hash);
    }

    @Override
    public boolean isUnder(Level other) {
        int length = other.to() - other.from();
        return hash == other.hash() && level.length() == length && other.name().startsWith(level, other.from());
    }

    /** Returns what lies at a name. */
    @Nullable
    V find(String name) {
        Level next = Level.first(name);
        Child<V> child = child(next);
        while (child instanceof LevelTree) {
            next = next.next();
            child = ((LevelTree<V>) child).child(next);
        }
        Leaf<V> leaf = (Leaf<V>) child;
        return leaf == null || !leaf.name().equals(name) ? null : leaf.value();
    }

    /**
     * Returns this tree with another value at a name, or this tree itself if the value stays the same.
     *
     * @param change from the value that is there, null if there is none, to the new one, null to remove the name
     */
    LevelTree<V> with(String name, UnaryOperator<@Nullable V> change) {
        List<LevelTree<V>> path = new ArrayList<>();
        LevelTree<V> node = this;
        Level next = Level.first(name);
        Child<V> child = child(next);
        while (child instanceof LevelTree) {
            path.add(node);
            node = (LevelTree<V>) child;
            next = next.next();
            child = node.child(next);
        }
        Leaf<V> leaf = (Leaf<V>) child;
        V before = leaf == null || !leaf.name().equals(name) ? null : leaf.value();
        V after = change.apply(before);
        if (after == before) {
            return this;
        }
        while (leaf != null && before == null) {
            path.add(node);
            node = parting(leaf, next);
            next = next.next();
            leaf = (Leaf<V>) node.child(next);
        }
        node = node.withChild(next, after == null ? null : new Leaf<>(name, next.from(), after));
        for (int i = path.size() - 1; i >= 0; i--) {
            Leaf<V> only = after == null ? node.onlyLeaf() : null;
            node = path.get(i).withChild(node.level(), only == null ? node : only);
        }
        return node;
    }

    /** Returns a tree with a leaf's name alone, for another that will be put beside it. */
    private static <V> LevelTree<V> parting(Leaf<V> leaf, Level level) {
        LevelTree<V> tree = new LevelTree<>(level.text(), level.hash(), PersistentMap.empty(), null, null, null);
        Level next = Level.at(leaf.name(), leaf.from() + level.to() - level.from() + 1);
        return tree.withChild(next, new Leaf<>(leaf.name(), next.from(), leaf.value()));
    }

    /** Returns a leaf for this tree's own place if it has one name alone, which need not part from another here any more. */
    private @Nullable Leaf<V> onlyLeaf() {
        int count = children.size() + (any == null ? 0 : 1) + (rest == null ? 0 : 1) + (end == null ? 0 : 1);
        if (count != 1) {
            return null;
        }
        Child<V> only = any != null ? any : rest != null ? rest : end != null ? end : children.first();
        if (only instanceof Leaf) {
            Leaf<V> leaf = (Leaf<V>) only;
            return new Leaf<>(leaf.name(), leaf.from() - 1 - level.length(), leaf.value());
        }
        return null;
    }

    /** Returns what lies under a level, a wildcard too, or at the end. */
    @Nullable
    Child<V> child(Level next) {
        if (next.isEnd()) {
            return end;
        }
        return next.is('+') ? any : next.is('#') ? rest : children.get(next);
    }

    private LevelTree<V> withChild(Level next, @Nullable Child<V> child) {
        if (next.isEnd()) {
            return new LevelTree<>(level, hash, children, any, rest, (Leaf<V>) child);
        }
        if (next.is('+')) {
            return new LevelTree<>(level, hash, children, child, rest, end);
        }
        if (next.is('#')) {
            return new LevelTree<>(level, hash, children, any, (Leaf<V>) child, end);
        }
        PersistentMap<Child<V>> changed = child == null ? children.without(next) : children.with(next, child);
        return new LevelTree<>(level, hash, changed, any, rest, end);
    }

    /**
     * Calls back with what lies at each filter that a topic matches; the names in this tree are filters.
     *
     * @param wildcards whether wildcards in the first level count
     */
    void forEachFilter(String topic, boolean wildcards, Consumer<? super V> found) {
        LevelTree<V> tree = this;
        boolean wild = wildcards;
        Level next = Level.first(topic);
        // nearly always one way alone leads on
        while (!next.isEnd()) {
            LevelTree<V> exact = reach(tree.children.get(next), next, found);
            LevelTree<V> any = wild ? reach(tree.any, next, found) : null;
            if (wild) {
                accept(tree.rest, found);
            }
            wild = true;
            next = next.next();
            if (exact != null && any != null) {
                forEachFilter(next, List.of(exact, any), found);
                return;
            }
            tree = exact == null ? any : exact;
            if (tree == null) {
                return;
            }
        }
        accept(tree.end, found);
        accept(tree.rest, found); // 'a/#' matches 'a' too
    }

    private static <V> void forEachFilter(Level from, List<LevelTree<V>> trees, Consumer<? super V> found) {
        List<LevelTree<V>> here = trees;
        for (Level next = from; !next.isEnd(); next = next.next()) {
            List<LevelTree<V>> below = new ArrayList<>();
            for (LevelTree<V> tree : here) {
                LevelTree<V> exact = reach(tree.children.get(next), next, found);
                if (exact != null) {
                    below.add(exact);
                }
                LevelTree<V> any = reach(tree.any, next, found);
                if (any != null) {
                    below.add(any);
                }
                accept(tree.rest, found);
            }
            here = below;
        }
        for (LevelTree<V> tree : here) {
            accept(tree.end, found);
            accept(tree.rest, found);
        }
    }

    /** Returns the tree that a topic reaches with a level, or null if it reaches none, perhaps a leaf. */
    private static <V> @Nullable LevelTree<V> reach(@Nullable Child<V> child, Level topic, Consumer<? super V> found) {
        if (child == null) {
            return null;
        }
        if (child instanceof LevelTree) {
            return (LevelTree<V>) child;
        }
        Leaf<V> leaf = (Leaf<V>) child;
        if (leaf.name().equals(topic.name()) || matches(leaf.name(), leaf.from(), topic.name(), topic.from())) {
            found.accept(leaf.value());
        }
        return null;
    }

    private static <V> void accept(@Nullable Leaf<V> leaf, Consumer<? super V> found) {
        if (leaf != null) {
            found.accept(leaf.value());
        }
    }

    /**
     * Calls back with what lies at each topic that matches a filter; the names in this tree are topics. A wildcard in the first level does not
     * match reserved ones [MQTT-4.7.2-1] [MQTT-4.7.2-1 of 3.1.1].
     */
    void forEachTopic(String filter, Consumer<? super V> found) {
        List<LevelTree<V>> here = List.of(this);
        Level next = Level.first(filter);
        while (!next.isEnd() && !next.is('#') && !here.isEmpty()) {
            Level level = next;
            List<LevelTree<V>> below = new ArrayList<>();
            for (LevelTree<V> tree : here) {
                if (level.is('+')) {
                    tree.children.forEach(child -> {
                        if (level.from() > 0 || !isReserved(child)) {
                            reachTopic(child, level, below, found);
                        }
                    });
                } else {
                    reachTopic(tree.children.get(level), level, below, found);
                }
            }
            here = below;
            next = next.next();
        }
        List<Child<V>> all = new ArrayList<>();
        for (LevelTree<V> tree : here) {
            if (next.isEnd()) {
                accept(tree.end, found);
            } else if (next.from() > 0) {
                all.add(tree);
            } else {
                tree.children.forEach(child -> {
                    if (!isReserved(child)) {
                        all.add(child);
                    }
                });
            }
        }
        forEach(all, found);
    }

    private static <V> void reachTopic(
            @Nullable Child<V> child, Level filter, List<LevelTree<V>> trees, Consumer<? super V> found) {
        if (child instanceof LevelTree) {
            trees.add((LevelTree<V>) child);
        } else if (child != null) {
            Leaf<V> leaf = (Leaf<V>) child;
            if (matches(filter.name(), filter.from(), leaf.name(), leaf.from())) {
                found.accept(leaf.value());
            }
        }
    }

    /** Calls back with all that lies in this tree. */
    void forEach(Consumer<? super V> action) {
        List<Child<V>> all = new ArrayList<>();
        all.add(this);
        forEach(all, action);
    }

    private static <V> void forEach(List<Child<V>> pending, Consumer<? super V> action) {
        while (!pending.isEmpty()) {
            Child<V> child = pending.remove(pending.size() - 1);
            if (child instanceof Leaf) {
                action.accept(((Leaf<V>) child).value());
                continue;
            }
            LevelTree<V> tree = (LevelTree<V>) child;
            accept(tree.end, action);
            accept(tree.rest, action);
            if (tree.any != null) {
                pending.add(tree.any);
            }
            tree.children.forEach(pending::add);
        }
    }

    private static boolean isReserved(Child<?> child) {
        Level level = child.level();
        return level.name().startsWith("$", level.from());
    }

    /** Whether the rest of a topic matches the rest of a filter, both from the start of a level on. */
    private static boolean matches(String filter, int filterFrom, String topic, int topicFrom) {
        int at = topicFrom;
        for (int i = filterFrom; i < filter.length(); i++) {
            char c = filter.charAt(i);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                int end = topic.indexOf('/', at);
                at = end < 0 ? topic.length() : end;
            } else if (at < topic.length() && topic.charAt(at) == c) {
                at++;
            } else {
                return at == topic.length()
                        && i == filter.length() - 2
                        && filter.charAt(i + 1) == '#'; // 'a/#' matches 'a' too
            }
        }
        return at == topic.length();
    }
}
