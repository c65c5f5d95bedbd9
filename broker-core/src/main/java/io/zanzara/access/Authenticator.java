package io.zanzara.access;

import java.util.concurrent.CompletionStage;

/** Decides who may connect. Called on an event loop: an implementation that waits for something answers later. */
@FunctionalInterface
public interface Authenticator {

    /**
     * Returns whether the client is who it says; an exceptional completion refuses it too, {@link ServerBusyException} with the advice to come
     * again (0x89).
     */
    CompletionStage<Boolean> authenticate(Credentials credentials);
}
