package io.zanzara.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Credentials;
import io.zanzara.access.ServerBusyException;
import io.zanzara.message.ClientId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in, and what happens when too many come at once. */
final class DoorTest {

    private static final int CHEAP = 4;
    private static final int LONG = 12; // a quarter of a second, on a fast machine

    private final List<PasswordChecks> open = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void close() {
        open.forEach(PasswordChecks::close);
    }

    private PasswordChecks checks(int cost, int most) {
        Users users = new Users(List.of());
        users.takeFile(List.of(PasswordEntry.of("alice", "pencil".toCharArray(), cost)));
        PasswordChecks checks =
                new PasswordChecks(users, 1, most, Duration.ofSeconds(10).toNanos(), nanos::get);
        open.add(checks);
        return checks;
    }

    private static Credentials credentials(@Nullable String user, @Nullable String password, String address) {
        byte[] bytes = password == null ? null : password.getBytes(UTF_8);
        return new Credentials(new ClientId("c"), user, bytes, address, "tcp", null);
    }

    private static CompletableFuture<Boolean> knock(
            Door door, @Nullable String user, @Nullable String password, String address) {
        return door.authenticate(credentials(user, password, address)).toCompletableFuture();
    }

    @ParameterizedTest
    @CsvSource({
        // users, anonymous, names are proved, user, password, let in
        "true, false, true, alice, pencil, true",
        "true, false, true, alice, penicl, false",
        "true, false, true, alice, '', false",
        "true, false, true, alice, , false",
        "true, false, true, bob, pencil, false",
        "true, false, true, '', pencil, false",
        "true, false, true, , , false",
        "true, false, true, , pencil, false",
        "true, true, true, , , true",
        "true, true, true, bob, pencil, false",
        "false, true, false, , , true",
        "false, true, false, bob, , true",
        "false, false, false, bob, , false",
        "false, false, true, , , false",
        "false, false, true, bob, pencil, false",
        // with SCRAM users or certificates, nobody gets a name by saying it
        "false, true, true, , , true",
        "false, true, true, bob, pencil, false",
    })
    void whoIsLetIn(
            boolean users,
            boolean anonymous,
            boolean namesAreProved,
            @Nullable String user,
            @Nullable String password,
            boolean expected) {
        Door door = new Door(users ? checks(CHEAP, 10) : null, anonymous, namesAreProved);
        assertThat(knock(door, user, password, "10.0.0.1:5"))
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(expected);
    }

    /** The threads are gone, so that an answer can only come from memory. */
    @Test
    void aPasswordThatWasRightIsNotHashedAgain() {
        PasswordChecks checks = checks(CHEAP, 10);
        Door door = new Door(checks, false, true);
        assertThat(knock(door, "alice", "pencil", "10.0.0.1:5").join()).isTrue();
        assertThat(knock(door, "alice", "penicl", "10.0.0.1:5").join()).isFalse();
        checks.close();
        assertThat(knock(door, "alice", "pencil", "10.0.0.1:5").join()).isTrue();
        // neither a wrong password nor a name that is not there is answered any sooner
        assertBusy(knock(door, "alice", "penicl", "10.0.0.1:5"));
        assertBusy(knock(door, "bob", "pencil", "10.0.0.1:5"));
    }

    @Test
    void aPasswordThatWasRightIsForgottenWithItsHash() {
        Users users = new Users(List.of());
        users.takeFile(List.of(PasswordEntry.of("alice", "pencil".toCharArray(), CHEAP)));
        PasswordChecks checks = new PasswordChecks(users, 1, 10, TimeUnit.SECONDS.toNanos(10), nanos::get);
        open.add(checks);
        Door door = new Door(checks, false, true);
        assertThat(knock(door, "alice", "pencil", "a:1").join()).isTrue();
        users.takeFile(List.of(PasswordEntry.of("alice", "crayon".toCharArray(), CHEAP)));
        assertThat(knock(door, "alice", "pencil", "a:1").join()).isFalse();
        assertThat(knock(door, "alice", "crayon", "a:1").join()).isTrue();
        users.takeFile(List.of());
        assertThat(knock(door, "alice", "crayon", "a:1").join()).isFalse();
    }

    @Test
    void whatFindsNoPlaceIsToldThatTheServerIsBusy() {
        Door door = new Door(checks(LONG, 4), false, true);
        List<CompletableFuture<Boolean>> answers = Stream.of("a:1", "b:1", "c:1", "d:1", "e:1", "f:1", "g:1", "h:1")
                .map(address -> knock(door, "alice", "wrong", address))
                .toList();
        // four wait, one may be at work already, and the machine may be quick enough for another
        assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSizeBetween(1, 4)
                .allSatisfy(DoorTest::assertBusy);
        assertThat(answers.get(0).join()).isFalse();
    }

    @Test
    void oneAddressDoesNotTakeAllPlaces() {
        Door door = new Door(checks(LONG, 8), false, true);
        List<CompletableFuture<Boolean>> flood = Stream.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10")
                .map(port -> knock(door, "alice", "wrong", "10.0.0.1:" + port))
                .toList();
        assertThat(flood.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSizeGreaterThan(4)
                .allSatisfy(DoorTest::assertBusy);
        assertThat(knock(door, "alice", "pencil", "10.0.0.2:1"))
                .succeedsWithin(Duration.ofSeconds(60))
                .isEqualTo(true);
    }

    @Test
    void addressesTakeTurns() {
        PasswordChecks checks = checks(LONG, 80);
        Door door = new Door(checks, false, true);
        List<CompletableFuture<Boolean>> flood = IntStream.range(0, 20)
                .mapToObj(port -> knock(door, "alice", "wrong", "10.0.0.1:" + port))
                .toList();
        assertThat(knock(door, "alice", "pencil", "10.0.0.2:1").join()).isTrue();
        assertThat(flood.stream().filter(CompletableFuture::isDone)).hasSizeLessThan(10);
    }

    @Test
    void whoHasWaitedTooLongIsNotWorthTheWork() {
        Door door = new Door(checks(LONG, 8), false, true);
        CompletableFuture<Boolean> first = knock(door, "alice", "wrong", "a:1");
        CompletableFuture<Boolean> second = knock(door, "alice", "pencil", "b:1");
        nanos.set(TimeUnit.SECONDS.toNanos(11));
        assertThat(second)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ServerBusyException.class);
        first.handle((allowed, failure) -> failure == null).join();
        assertThat(knock(door, "alice", "pencil", "b:1"))
                .succeedsWithin(Duration.ofSeconds(60))
                .isEqualTo(true);
    }

    private static void assertBusy(CompletableFuture<Boolean> answer) {
        assertThat(answer.isCompletedExceptionally()).isTrue();
        assertThat(answer.handle((allowed, failure) -> failure).join()).isInstanceOf(ServerBusyException.class);
    }
}
