package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.fuzz.Findings.Kind;
import org.junit.jupiter.api.Test;

final class QuietPointTest {

    private static final Vitals START = new Vitals(6, 6, 6, 0, 11, 39, 20 << 20, 1 << 20, 0);
    private static final Vitals WARM = new Vitals(6, 6, 6, 0, 11, 42, 30 << 20, 8 << 20, 0);

    private static boolean isFound(Vitals now) {
        Findings findings = new Findings();
        QuietPoint.compare(now, START, WARM, findings);
        return findings.count(Kind.LEFT_BEHIND) > 0;
    }

    @Test
    void asItWasIsGood() {
        assertThat(isFound(WARM)).isFalse();
        assertThat(isFound(new Vitals(6, 6, 6, 3, 10, 60, 34 << 20, 9 << 20, 500)))
                .isFalse();
    }

    @Test
    void eachThingThatIsLeftIsSaid() {
        assertThat(isFound(new Vitals(7, 6, 6, 0, 11, 42, 30 << 20, 8 << 20, 0)))
                .as("connection")
                .isTrue();
        assertThat(isFound(new Vitals(5, 6, 6, 0, 11, 42, 30 << 20, 8 << 20, 0)))
                .as("bystander")
                .isTrue();
        assertThat(isFound(new Vitals(6, 7, 6, 0, 11, 42, 30 << 20, 8 << 20, 0)))
                .as("session")
                .isTrue();
        assertThat(isFound(new Vitals(6, 6, 7, 0, 11, 42, 30 << 20, 8 << 20, 0)))
                .as("subscription")
                .isTrue();
        assertThat(isFound(new Vitals(6, 6, 6, 900, 11, 42, 30 << 20, 8 << 20, 0)))
                .as("retained")
                .isTrue();
        assertThat(isFound(new Vitals(6, 6, 6, 0, 12, 42, 30 << 20, 8 << 20, 0)))
                .as("socket")
                .isTrue();
        assertThat(isFound(new Vitals(6, 6, 6, 0, 11, 142, 30 << 20, 8 << 20, 0)))
                .as("file")
                .isTrue();
        assertThat(isFound(new Vitals(6, 6, 6, 0, 11, 42, 90 << 20, 8 << 20, 0)))
                .as("heap")
                .isTrue();
        assertThat(isFound(new Vitals(6, 6, 6, 0, 11, 42, 30 << 20, 80 << 20, 0)))
                .as("outside")
                .isTrue();
    }

    @Test
    void metricsAreAddedUpByNameAndTag() {
        String metrics = """
                # HELP jvm_memory_used_bytes The amount of used memory
                jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E7
                jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 2000
                jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.0E7
                zanzara_connections 6.0
                zanzara_connections_other 8.0
                """;

        assertThat(Vitals.sum(metrics, "jvm_memory_used_bytes", "area=\"heap\""))
                .isEqualTo(15_002_000);
        assertThat(Vitals.sum(metrics, "zanzara_connections", "")).isEqualTo(6);
    }
}
