package io.zanzara.benchmarks.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest {

    @Test
    void rocksdbWrites(@TempDir Path folder) throws Exception {
        assertThat(RocksLimit.measure(folder.resolve("new"), 0.1)).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void theTreeFindsWhatWasPutIn(TrieLimit.Form form) {
        TrieLimit.Rates rates = TrieLimit.measure(form, 1_000);
        assertThat(rates.insertsPerSecond()).isPositive();
        if (form != TrieLimit.Form.ONE_TOPIC) {
            assertThat(rates.matchesPerSecond()).isPositive();
        }
    }
}
