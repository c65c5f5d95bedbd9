package io.zanzara.access;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Decides who may connect. Called on an event loop: an implementation that waits for something answers later. */
@FunctionalInterface
public interface Authenticator {

    /**
     * Returns whether the client is who it says; an exceptional completion refuses it too, {@link ServerBusyException} with the advice to come
     * again (0x89).
     */
    CompletionStage<Boolean> authenticate(Credentials credentials);

    /**
     * Returns the name that a client has proved to have, once {@link #authenticate} has let it in: the one it gave, unless an implementation
     * finds out another. Must not block.
     */
    default @Nullable String userName(Credentials credentials) {
        return credentials.userName();
    }
}
