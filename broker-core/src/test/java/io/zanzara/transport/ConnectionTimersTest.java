package io.zanzara.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.event.Counters;
import io.zanzara.message.MessageIds;
import io.zanzara.protocol.ProtocolContext;
import io.zanzara.session.SessionRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Timers hold a connection and its session in memory: they end with it. */
final class ConnectionTimersTest {

    private static final long NONE = -1;

    @SuppressWarnings("NullAway") // no CONNECT comes, hence no session
    private static final SessionRegistry NO_REGISTRY = null;

    private static final ProtocolContext CONTEXT = new ProtocolContext(
            NO_REGISTRY,
            Limits.DEFAULTS,
            credentials -> CompletableFuture.completedFuture(true),
            List.of(),
            null,
            "",
            event -> {},
            new Counters(),
            () -> 0,
            new MessageIds(0),
            () -> 1);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ConnectionHandler handler =
            new ConnectionHandler(new NettyLoop(channel.eventLoop()), Listener.tcp("localhost", 0), CONTEXT);

    @Test
    void theOnesOfAConnectionThatIsLostAreGone() {
        channel.pipeline().addLast(handler);
        handler.negotiated(4, -1, 65_535);
        assertThat(channel.runScheduledPendingTasks()).isNotEqualTo(NONE);

        // not close(): this channel would cancel them itself
        channel.pipeline().fireChannelInactive();

        assertThat(channel.runScheduledPendingTasks()).isEqualTo(NONE);
    }
}
