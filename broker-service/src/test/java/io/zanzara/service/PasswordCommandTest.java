package io.zanzara.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What the command prints, and what it says if it can't; that its lines let users in is tried by {@link LocksTest}. */
final class PasswordCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(InputStream in, String... args) {
        return PasswordCommand.run(
                args, null, in, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private int run(String input, String... args) {
        return run(new ByteArrayInputStream(input.getBytes(UTF_8)), args);
    }

    @Test
    void eachRunTakesOneLineOfTheSameInput() {
        InputStream in = new ByteArrayInputStream("pencil\r\ncrayon".getBytes(UTF_8));
        assertThat(run(in, "password", "alice", "4")).isZero();
        assertThat(run(in, "password", "bob", "4")).isZero();
        assertThat(run(in, "password", "carol", "4")).isEqualTo(1);
        assertThat(out.toString(UTF_8).lines()).hasSize(2);
        assertThat(out.toString(UTF_8)).matches("alice:\\$2b\\$04\\$\\S{53}\nbob:\\$2b\\$04\\$\\S{53}\n");
        assertThat(err.toString(UTF_8).lines())
                .containsExactly("No entry was made: there is no password on standard input.");
    }

    @Test
    void whatItCannotDoIsSaidWithoutThePassword() {
        assertThat(run("pencil\n", "password")).isEqualTo(1);
        assertThat(run("\n", "password", "alice")).isEqualTo(1);
        assertThat(run("pencil\n", "password", "a:b")).isEqualTo(1);
        assertThat(run("pencil\n", "password", "alice", "many")).isEqualTo(1);
        assertThat(run("pencil\n", "password", "alice", "17")).isEqualTo(1);
        assertThat(run("pencil".repeat(13) + "\n", "password", "alice")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8).lines()).hasSize(6).noneMatch(line -> line.contains("pencil"));
    }
}
