package io.zanzara.engine;

import io.zanzara.access.Limits;

/** Limits that are reached soon. */
final class TestLimits {

    private TestLimits() {}

    static Limits of(int receiveMaximum, long memoryBudgetBytes) {
        return Limits.DEFAULTS.with(
                draft -> draft.receiveMaximum(receiveMaximum).memoryBudgetBytes(memoryBudgetBytes));
    }
}
