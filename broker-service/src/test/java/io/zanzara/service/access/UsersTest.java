package io.zanzara.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.service.engine.AuthenticationSettings.User;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of users: those that are, those that are none, and those that are not there. */
final class UsersTest {

    /** As {@code htpasswd -nbB -C 4 alice pencil} wrote it. */
    private static final String BY_HTPASSWD = "$2y$04$090os5EV0xkbW5TObCg8v.n7FWiDSIOwMcrdjUBo7lVnxYEfSaSDq";

    private static final byte[] PENCIL = "pencil".getBytes(UTF_8);

    @ParameterizedTest
    @ValueSource(strings = {"$2y", "$2a", "$2b", "{bcrypt}$2a"})
    void bcryptHashesOfOthersAreKnown(String version) {
        PasswordHash hash = PasswordHash.parse(version + BY_HTPASSWD.substring(3));
        assertThat(hash.matches(PENCIL)).isTrue();
        assertThat(hash.matches("penicl".getBytes(UTF_8))).isFalse();
        assertThat(hash.toString()).isEqualTo("PasswordHash[cost 4]");
    }

    @Test
    void whatTheCommandMakesIsAnEntry() {
        String line = PasswordEntry.of("möwe one", "pässword".toCharArray(), 4);
        Users users = new Users(List.of());
        users.takeFile(List.of("# people", "", line));
        assertThat(Objects.requireNonNull(users.find("möwe one")).matches("pässword".getBytes(UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alice | line 3: a line must be like NAME:HASH",
                ":hash | line 3: a line must be like NAME:HASH",
                "alice:secret | line 3: the hash must be a bcrypt hash, which this command makes: java -jar broker-service.jar password NAME",
                "alice:$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA | line 3: the hash must be a bcrypt hash",
                "alice:$7$101$salt$hash | line 3: the hash must be a bcrypt hash",
                "alice:$2y$31$01234567890123456789012345678901234567890123456789012 | line 3: the hash has the cost 31 but must",
                "there:$2y$04$01234567890123456789012345678901234567890123456789012 | line 3: the user there is there twice",
            })
    void aLineThatIsNoneIsNamedButNotItsSecret(String line, String beginning) {
        List<String> lines =
                List.of("# the first", "there:$2y$04$01234567890123456789012345678901234567890123456789012", line);
        assertThatThrownBy(() -> UserFile.parse(lines))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(beginning)
                .message()
                .doesNotContain("secret", "c2FsdA", "0123456789");
    }

    @Test
    void nobodyIsInTheSettingsAndInTheFile() {
        Users users = new Users(List.of(new User("alice", BY_HTPASSWD)));
        assertThatThrownBy(() -> users.takeFile(List.of("alice:" + BY_HTPASSWD)))
                .hasMessage("the user alice is in zanzara.authentication.users and in the file");
        users.takeFile(List.of("bob:" + BY_HTPASSWD));
        assertThat(users.find("alice")).isNotNull();
        users.takeFile(List.of());
        assertThat(users.find("bob")).isNull();
        assertThat(users.find("alice")).isNotNull();
    }

    /** Else the time that an answer takes would tell who is a user. */
    @Test
    void aNameThatIsNoUserIsAsCostlyAsSomeUserAndAlwaysTheSame() {
        Users users = new Users(List.of());
        users.takeFile(List.of("alice:" + BY_HTPASSWD, "bob:" + BY_HTPASSWD.replace("$04$", "$05$")));
        List<Integer> costs = IntStream.range(0, 200)
                .map(i -> users.decoy("nobody" + i).cost())
                .boxed()
                .toList();
        assertThat(costs).containsOnly(4, 5);
        assertThat(IntStream.range(0, 200)
                        .map(i -> users.decoy("nobody" + i).cost())
                        .boxed())
                .isEqualTo(costs);
        assertThat(users.decoy("nobody").matches(PENCIL)).isFalse();
    }

    @Test
    void anEntryThatBcryptCannotKeepIsNotMade() {
        assertThatThrownBy(() -> PasswordEntry.of("a", "ä".repeat(37).toCharArray(), 4))
                .hasMessageContaining("from 1 to 72 bytes");
        assertThatThrownBy(() -> PasswordEntry.of("a", new char[0], 4)).hasMessageContaining("from 1 to 72 bytes");
        assertThatThrownBy(() -> PasswordEntry.of("a:b", new char[1], 4)).hasMessageContaining("colon");
        assertThatThrownBy(() -> PasswordEntry.of("#a", new char[1], 4)).hasMessageContaining("#");
        assertThatThrownBy(() -> PasswordEntry.of("a", new char[1], 17)).hasMessageContaining("from 4 to 16");
        assertThat(PasswordEntry.of("a", "x".repeat(72).toCharArray(), 4)).startsWith("a:$2b$04$");
    }
}
