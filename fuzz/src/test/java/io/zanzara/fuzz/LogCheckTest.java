package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.fuzz.Findings.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LogCheckTest {

    private final Findings findings = new Findings();
    private final LogCheck check = new LogCheck(findings);

    @Test
    void whatIsSaidBeforeItIsReadyIsNoFinding() {
        assertThat(check.line("OpenJDK 64-Bit Server VM warning: something")).isFalse();
        assertThat(check.line("12:00:00.000 Zanzara is up and running at port 1 (localhost, memory store)"))
                .isTrue();

        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void informationIsNoFinding() {
        ready();
        check.line("12:00:00.000 client c connected from 127.0.0.1:5");

        assertThat(findings.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12:00:00.000 ERROR a connection failed and is closed: 127.0.0.1:5",
                "12:00:00.000 WARN a listener failed on Published",
                "12:00:00.000 ERROR LEAK: ByteBuf.release() was not called before it's garbage-collected.",
                "12:00:00.000 an IllegalStateException was swallowed",
                "java.lang.IndexOutOfBoundsException: index 5",
                "\tat io.zanzara.codec.Fields.take(Fields.java:100)",
                "Terminating due to java.lang.OutOfMemoryError: Java heap space",
                "# A fatal error has been detected by the Java Runtime Environment:"
            })
    void anythingElseIs(String line) {
        ready();
        check.line(line);

        assertThat(findings.count(Kind.LOG)).isEqualTo(1);
    }

    private void ready() {
        check.line("12:00:00.000 Zanzara is up and running at port 1 (localhost, memory store)");
    }
}
