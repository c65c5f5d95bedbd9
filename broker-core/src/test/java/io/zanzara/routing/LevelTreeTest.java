package io.zanzara.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LevelTreeTest {

    private static final String[] UPPER = LevelTree.levelsOf("a");
    private static final String[] LOWER = LevelTree.levelsOf("a/b/c");

    @Test
    void splitsEmptyLevelsToo() {
        assertThat(LevelTree.levelsOf("a")).containsExactly("a");
        assertThat(LevelTree.levelsOf("/")).containsExactly("", "");
        assertThat(LevelTree.levelsOf("a//b/")).containsExactly("a", "", "b", "");
    }

    @Test
    void keepsNoLevelsThatLeadNowhere() {
        LevelTree<String> tree = LevelTree.<String>empty().with(UPPER, "upper").with(LOWER, "lower");

        LevelTree<String> pruned = tree.with(LOWER, null);
        assertThat(pruned.find(UPPER)).isEqualTo("upper");
        assertThat(pruned.find(LOWER)).isNull();
        assertThat(childrenOf(pruned)).containsExactly("a");
        assertThat(childrenOf(pruned.child("a"))).isEmpty();

        assertThat(childrenOf(pruned.with(UPPER, null))).isEmpty();
    }

    @Test
    void keepsLevelsThatLeadOn() {
        LevelTree<String> tree = LevelTree.<String>empty().with(UPPER, "upper").with(LOWER, "lower");

        LevelTree<String> hollow = tree.with(UPPER, null);

        assertThat(hollow.find(UPPER)).isNull();
        assertThat(hollow.find(LOWER)).isEqualTo("lower");
        assertThat(tree.find(UPPER)).as("the tree it came from").isEqualTo("upper");
    }

    private static List<String> childrenOf(@Nullable LevelTree<String> tree) {
        List<String> levels = new ArrayList<>();
        assertThat(tree).isNotNull();
        if (tree != null) {
            tree.forEachChild((level, child) -> levels.add(level));
        }
        return levels;
    }
}
