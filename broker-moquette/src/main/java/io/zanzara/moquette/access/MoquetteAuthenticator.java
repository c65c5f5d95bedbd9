package io.zanzara.moquette.access;

import io.moquette.broker.security.AcceptAllAuthenticator;
import io.moquette.broker.security.IAuthenticator;
import io.moquette.broker.security.PemUtils;
import io.zanzara.access.Authenticator;
import io.zanzara.access.Credentials;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an {@link IAuthenticator}, which may block, on threads of its own. As in Moquette, a client that gives no user name is not asked about: it
 * is let in or not by {@code allow_anonymous}. Any thread.
 */
public final class MoquetteAuthenticator implements Authenticator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MoquetteAuthenticator.class);
    private static final int THREADS = 4;
    private static final int WAITING = 1_000;
    private static final int IDLE_SECONDS = 10;

    private final IAuthenticator target;
    private final boolean allowAnonymous;
    private final boolean certificateAsUserName;
    private final ThreadPoolExecutor executor;

    /**
     * @param target decides on those who give a user name
     * @param allowAnonymous whether those who give none may connect
     * @param certificateAsUserName whether the user name is the client's certificate, as PEM text, whatever CONNECT says
     */
    public MoquetteAuthenticator(IAuthenticator target, boolean allowAnonymous, boolean certificateAsUserName) {
        this.target = target;
        this.allowAnonymous = allowAnonymous;
        this.certificateAsUserName = certificateAsUserName;
        AtomicInteger count = new AtomicInteger();
        this.executor = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    Thread thread = new Thread(work, "zanzara-authenticator-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<Boolean> authenticate(Credentials credentials) {
        String userName = userName(credentials);
        if (userName == null) {
            return CompletableFuture.completedFuture(allowAnonymous);
        }
        if (target instanceof AcceptAllAuthenticator) {
            return CompletableFuture.completedFuture(true);
        }
        String client = credentials.client().value();
        byte[] password = credentials.userName() == null ? null : credentials.password();
        try {
            return CompletableFuture.supplyAsync(() -> isValid(client, userName, password), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean isValid(String client, String userName, byte @Nullable [] password) {
        try {
            return target.checkValid(client, userName, password);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "the authenticator {} failed, {} is refused",
                    target.getClass().getName(),
                    client,
                    e);
            return false;
        }
    }

    /** Returns null, for none, also where the name is empty. */
    @Override
    public @Nullable String userName(Credentials credentials) {
        String name = certificateAsUserName ? pem(credentials.certificate()) : credentials.userName();
        return name == null || name.isEmpty() ? null : name;
    }

    private static @Nullable String pem(@Nullable X509Certificate certificate) {
        if (certificate == null) {
            return null;
        }
        try {
            return PemUtils.certificatesToPem(certificate);
        } catch (CertificateEncodingException | IOException e) {
            LOG.warn("a client's certificate can't be written as text, it has no user name", e);
            return null;
        }
    }

    /** Answers nobody any more. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
