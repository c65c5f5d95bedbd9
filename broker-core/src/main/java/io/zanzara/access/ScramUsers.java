package io.zanzara.access;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where {@link ScramSha256} finds its users. */
@FunctionalInterface
public interface ScramUsers {

    /**
     * Looks a user up. Called on an event loop: an implementation that waits for something answers later. One that answers sooner for names it
     * does not know tells a stranger which ones exist.
     *
     * @param userName prepared with SASLprep (RFC 4013)
     * @return empty if there is no such user; an exceptional completion refuses the client
     */
    CompletionStage<Optional<ScramCredential>> find(String userName);

    /**
     * A list in memory.
     *
     * @param credentials by user name, prepared with SASLprep (RFC 4013)
     */
    static ScramUsers of(Map<String, ScramCredential> credentials) {
        Map<String, ScramCredential> known = Map.copyOf(credentials);
        return userName -> CompletableFuture.completedFuture(Optional.ofNullable(known.get(userName)));
    }
}
