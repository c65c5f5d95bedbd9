package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.message.ClientId;
import io.zanzara.message.Will;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that was authenticated and waits for its session.
 *
 * @param cleanStart whether an existing session is to be discarded
 * @param expirySeconds how long the session outlives the connection; 0 for not at all
 * @param window most QoS 1 and 2 messages the client wants unacknowledged at once
 * @param asked what the client said in CONNECT, for those who hear of it
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
        BrokerEvent.Asked asked,
        Accepted accepted) {

    /** Told on the connection's loop which session it got. */
    @FunctionalInterface
    public interface Accepted {
        void session(Session session);
    }
}
