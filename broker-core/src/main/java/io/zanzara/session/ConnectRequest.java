package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.message.Will;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that was authenticated and waits for its session.
 *
 * @param cleanStart whether an existing session is to be discarded
 * @param expirySeconds how long the session outlives the connection; 0 for not at all
 * @param window most QoS 1 and 2 messages the client wants unacknowledged at once
 */
public record ConnectRequest(
        ClientId client,
        ClientLink link,
        int protocolLevel,
        boolean cleanStart,
        long expirySeconds,
        int window,
        @Nullable Will will,
        @Nullable String userName,
        Accepted accepted) {

    /** Told on the connection's loop which session it got. */
    @FunctionalInterface
    public interface Accepted {
        void session(Session session);
    }
}
