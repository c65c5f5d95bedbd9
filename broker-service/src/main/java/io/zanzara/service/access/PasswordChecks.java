package io.zanzara.service.access;

import io.zanzara.access.Credentials;
import io.zanzara.access.ServerBusyException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Compares passwords with hashes, which takes long on purpose, on threads of its own: half of the processors, so that messages go on whatever
 * comes to the door. What waits is bounded, and addresses take turns, so that one address takes neither all places nor all the time; what finds
 * no place, or has waited longer than its connection may, is told that the server is busy.
 */
final class PasswordChecks implements AutoCloseable {

    private static final int MOST_REMEMBERED = 10_000;
    private static final int ADDRESSES_SHARE = 4;

    private final Turns turns;
    private final RecentLogins recent = new RecentLogins(MOST_REMEMBERED);
    private final ThreadPoolExecutor executor;
    private final Users users;
    private final long patienceNanos;
    private final LongSupplier nanos;

    /**
     * Makes the threads.
     *
     * @param most checks waiting at once
     * @param patienceNanos after which a check is no longer worth while
     */
    PasswordChecks(Users users, int threads, int most, long patienceNanos, LongSupplier nanos) {
        this.users = users;
        this.turns = new Turns(most, Math.max(1, most / ADDRESSES_SHARE));
        this.patienceNanos = patienceNanos;
        this.nanos = nanos;
        // holds as much as the turns do, which are bounded
        executor = new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "zanzara-passwords");
            thread.setDaemon(true);
            return thread;
        });
        executor.allowCoreThreadTimeOut(true);
    }

    /** Answers whether the password is that of the user; exceptionally with {@link ServerBusyException} if there is too much to do. */
    CompletionStage<Boolean> check(Credentials credentials, String name, byte[] password) {
        PasswordHash hash = users.find(name);
        if (hash != null && recent.knows(recent.digest(name, password, hash))) {
            return CompletableFuture.completedFuture(true);
        }
        long since = nanos.getAsLong();
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Turns.Place place = turns.add(credentials.address(), () -> answer(answer, since, name, password));
        if (place != Turns.Place.TAKEN) {
            return busy(
                    place == Turns.Place.NONE
                            ? "too many logins are waiting"
                            : "too many logins from one address are waiting");
        }
        try {
            executor.execute(() -> turns.next().run());
        } catch (RejectedExecutionException e) {
            return busy("the server is stopping");
        }
        return answer;
    }

    private void answer(CompletableFuture<Boolean> answer, long since, String name, byte[] password) {
        if (nanos.getAsLong() - since > patienceNanos) {
            answer.completeExceptionally(new ServerBusyException("the login has waited too long"));
            return;
        }
        try {
            answer.complete(isRight(name, password));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** The user may have got another hash while this waited, and the same login may have been found right. */
    private boolean isRight(String name, byte[] password) {
        PasswordHash hash = users.find(name);
        if (hash == null) {
            users.decoy(name).matches(password);
            return false;
        }
        ByteBuffer digest = recent.digest(name, password, hash);
        if (recent.knows(digest)) {
            return true;
        }
        boolean right = hash.matches(password);
        if (right) {
            recent.add(digest);
        }
        return right;
    }

    private static CompletionStage<Boolean> busy(String reason) {
        return CompletableFuture.failedFuture(new ServerBusyException(reason));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
