package io.zanzara.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** The end of this side of a connection, in the words of each layer. */
final class Farewell {

    private Farewell() {}

    /** Whether anything can be said to the client: not before a TLS handshake is over. */
    static boolean canSpeak(Channel channel, boolean encrypted) {
        if (!encrypted) {
            return true;
        }
        SslHandler encryption = channel.pipeline().get(SslHandler.class);
        return encryption != null && encryption.handshakeFuture().isSuccess();
    }

    /**
     * Ends this side when all was written, and reads on until the client has ended the other: a socket that is closed with bytes unread is reset,
     * and the client may never see the packet that says why.
     */
    static void say(Channel channel) {
        if (!channel.isActive() || !(channel instanceof DuplexChannel duplex)) {
            channel.close();
            return;
        }
        WebSocketFrames frames = channel.pipeline().get(WebSocketFrames.class);
        if (frames == null) {
            end(duplex);
        } else {
            frames.sayClose().addListener(sent -> end(duplex));
        }
        channel.config().setAutoRead(true);
    }

    private static void end(DuplexChannel channel) {
        SslHandler encryption = channel.pipeline().get(SslHandler.class);
        if (encryption == null) {
            channel.shutdownOutput();
        } else {
            encryption.closeOutbound().addListener(closeNotifySent -> channel.shutdownOutput());
        }
    }
}
