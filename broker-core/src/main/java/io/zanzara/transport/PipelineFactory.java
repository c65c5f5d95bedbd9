package io.zanzara.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.zanzara.access.Listener;
import io.zanzara.access.Tls;
import io.zanzara.message.ReasonCode;
import io.zanzara.protocol.ProtocolContext;
import java.util.Objects;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what stands between a socket and its {@link ConnectionHandler}; on plain TCP that is nothing. */
final class PipelineFactory extends ChannelInitializer<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineFactory.class);

    private final Function<EventLoop, NettyLoop> loops;
    private final Listener listener;
    private final ProtocolContext context;

    PipelineFactory(Function<EventLoop, NettyLoop> loops, Listener listener, ProtocolContext context) {
        this.loops = loops;
        this.listener = listener;
        this.context = context;
    }

    @Override
    protected void initChannel(Channel child) {
        NettyLoop loop = loops.apply(child.eventLoop());
        ConnectionHandler connection = new ConnectionHandler(loop, listener, context);
        Tls tls = listener.tls();
        if (tls != null) {
            SslHandler encryption;
            try {
                encryption = encryption(tls);
            } catch (RuntimeException e) {
                LOG.debug("there is no TLS engine for a connection", e);
                child.pipeline().addLast(connection);
                connection.broken(ReasonCode.SERVER_UNAVAILABLE, "TLS can't be spoken: " + TlsFailure.words(e));
                return;
            }
            child.pipeline().addLast(encryption);
        }
        if (listener.transport() == Listener.Transport.WEBSOCKET) {
            HttpServerCodec http = WebSocketUpgrade.http();
            child.pipeline().addLast(http, new WebSocketUpgrade(listener.path(), http, connection));
        }
        child.pipeline().addLast(connection);
    }

    private static SslHandler encryption(Tls tls) {
        SSLEngine engine = Objects.requireNonNull(tls.engines().get(), "the supplier of engines gave none");
        engine.setUseClientMode(false);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(0); // the time until CONNECT covers it
        return handler;
    }
}
