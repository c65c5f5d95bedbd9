package io.zanzara.service.access;

import io.zanzara.access.Authenticator;
import io.zanzara.access.Credentials;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Decides on clients that name no authentication method and whom no bean decides on. */
final class Door implements Authenticator, AutoCloseable {

    private final @Nullable PasswordChecks passwords;
    private final boolean anonymous;
    private final boolean namesAreProved;

    /**
     * Makes the door.
     *
     * @param passwords or null if there are no users with passwords
     * @param anonymous whether clients without a user name are let in
     * @param namesAreProved whether anybody has to prove a user name, in whatever way, so that nobody may just say one
     */
    Door(@Nullable PasswordChecks passwords, boolean anonymous, boolean namesAreProved) {
        this.passwords = passwords;
        this.anonymous = anonymous;
        this.namesAreProved = namesAreProved;
    }

    @Override
    public CompletionStage<Boolean> authenticate(Credentials credentials) {
        String name = credentials.userName();
        if (name == null || (passwords == null && !namesAreProved)) {
            return CompletableFuture.completedFuture(anonymous);
        }
        byte[] password = credentials.password();
        if (passwords == null || password == null) {
            return CompletableFuture.completedFuture(false);
        }
        return passwords.check(credentials, name, password);
    }

    @Override
    public void close() {
        if (passwords != null) {
            passwords.close();
        }
    }
}
