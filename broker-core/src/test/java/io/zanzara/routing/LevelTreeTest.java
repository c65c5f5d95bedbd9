package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LevelTreeTest {

    @Test
    void takesEmptyLevelsApartToo() {
        assertThat(levelsOf("a")).containsExactly("a");
        assertThat(levelsOf("/")).containsExactly("", "");
        assertThat(levelsOf("a//b/")).containsExactly("a", "", "b", "");
    }

    @Test
    void keepsTheOnlyNameUnderALevelInALeaf() {
        LevelTree<String> tree = tree("a/b/c", "x");

        assertThat(tree.child(Level.first("a"))).isEqualTo(new Child.Leaf<>("a/b/c", 0, "a/b/c"));
        assertThat(tree.find("a/b/c")).isEqualTo("a/b/c");
        assertThat(tree.find("a/b")).isNull();
        assertThat(tree.find("a")).isNull();
    }

    @Test
    void partsNamesWhereTheyDiffer() {
        for (String other : List.of("a/b/c", "a/b/#", "a/b/+", "a/b/d/e", "a/b/")) {
            LevelTree<String> tree = tree("a/b", other);

            assertThat(at(tree, "a", "b")).isInstanceOf(LevelTree.class);
            assertThat(tree.find("a/b")).isEqualTo("a/b");
            assertThat(tree.find(other)).isEqualTo(other);
            assertThat(all(tree)).containsExactlyInAnyOrder("a/b", other);
        }
    }

    @Test
    void keepsNoLevelsThatLeadNowhere() {
        for (String other : List.of("a/b/c", "a/b/#", "a/b/+", "a/b/d/e", "a/+/c", "a/", "a")) {
            LevelTree<String> tree = tree("a/b/c/d", other);

            LevelTree<String> pruned = tree.with(other, before -> null);

            assertThat(pruned.child(Level.first("a"))).isEqualTo(new Child.Leaf<>("a/b/c/d", 0, "a/b/c/d"));
            assertThat(pruned.find(other)).isNull();
            assertThat(tree.find(other)).as("the tree it came from").isEqualTo(other);
            LevelTree<String> empty = pruned.with("a/b/c/d", before -> null);
            assertThat(empty.child(Level.first("a"))).isNull();
        }
    }

    @Test
    void keepsLevelsThatLeadOn() {
        LevelTree<String> tree = tree("a", "a/b/c", "a/b/d");

        LevelTree<String> hollow = tree.with("a", before -> null);

        assertThat(hollow.find("a")).isNull();
        assertThat(hollow.find("a/b/c")).isEqualTo("a/b/c");
        assertThat(at(hollow, "a", "b")).isInstanceOf(LevelTree.class);
    }

    @Test
    void staysTheSameWhereNothingChanges() {
        LevelTree<String> tree = tree("a/b", "a/c");

        assertThat(tree.with("a/b", before -> before)).isSameAs(tree);
        assertThat(tree.with("a/b/c", before -> before)).isSameAs(tree);
        assertThat(tree.with("x", before -> null)).isSameAs(tree);
    }

    private static LevelTree<String> tree(String... names) {
        LevelTree<String> tree = LevelTree.empty();
        for (String name : names) {
            tree = tree.with(name, none -> name);
        }
        return tree;
    }

    private static @Nullable Child<String> at(LevelTree<String> tree, String... levels) {
        Child<String> child = tree;
        for (String level : levels) {
            child = child instanceof LevelTree<String> above ? above.child(Level.first(level)) : null;
        }
        return child;
    }

    private static List<String> all(LevelTree<String> tree) {
        List<String> all = new ArrayList<>();
        tree.forEach(all::add);
        return all;
    }

    private static List<String> levelsOf(String name) {
        List<String> levels = new ArrayList<>();
        for (Level level = Level.first(name); !level.isEnd(); level = level.next()) {
            levels.add(level.text());
        }
        return levels;
    }
}
