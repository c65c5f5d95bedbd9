package io.zanzara.service.access;

import io.zanzara.access.Credentials;
import io.zanzara.access.ServerBusyException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Compares passwords with hashes, which takes long on purpose, on threads of its own: half of the processors, so that messages go on whatever
 * comes to the door. What waits is bounded, in all and for each address, so that one address can't take all places; what finds no place, or
 * has waited longer than its connection may, is told that the server is busy.
 */
final class PasswordChecks implements AutoCloseable {

    private static final int MOST_REMEMBERED = 10_000;
    private static final int ADDRESSES_SHARE = 4;

    private final ConcurrentHashMap<String, Integer> waitingByAddress = new ConcurrentHashMap<>();
    private final RecentLogins recent = new RecentLogins(MOST_REMEMBERED);
    private final ThreadPoolExecutor executor;
    private final Users users;
    private final int mostOfAnAddress;
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
        this.mostOfAnAddress = Math.max(1, most / ADDRESSES_SHARE);
        this.patienceNanos = patienceNanos;
        this.nanos = nanos;
        executor =
                new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(most), task -> {
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
        String address = withoutPort(credentials.address());
        if (waitingByAddress.merge(address, 1, Integer::sum) > mostOfAnAddress) {
            leave(address);
            return busy("too many logins from one address are waiting");
        }
        long since = nanos.getAsLong();
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                leave(address);
                if (nanos.getAsLong() - since > patienceNanos) {
                    answer.completeExceptionally(new ServerBusyException("the login has waited too long"));
                } else {
                    answer.complete(isRight(name, password));
                }
            });
        } catch (RejectedExecutionException e) {
            leave(address);
            return busy("too many logins are waiting");
        }
        return answer;
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

    private void leave(String address) {
        waitingByAddress.compute(address, (key, count) -> count == null || count <= 1 ? null : count - 1);
    }

    private static CompletionStage<Boolean> busy(String reason) {
        return CompletableFuture.failedFuture(new ServerBusyException(reason));
    }

    private static String withoutPort(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
