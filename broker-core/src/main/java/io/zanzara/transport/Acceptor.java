package io.zanzara.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.zanzara.access.Listener;
import io.zanzara.event.BrokerEvent;
import io.zanzara.protocol.ProtocolContext;
import io.zanzara.transport.ConnectionBounds.Place;
import io.zanzara.transport.ConnectionBounds.Refusal;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes connections beyond the bounds as soon as they are accepted: nothing else has been spent on them, not even TLS. */
final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final long PAUSE_MILLIS = 1_000;

    private final Listener listener;
    private final ProtocolContext context;
    private final ConnectionBounds bounds;
    private final ConnectionBounds.OfListener ofListener;

    Acceptor(Listener listener, ProtocolContext context, ConnectionBounds bounds) {
        this.listener = listener;
        this.context = context;
        this.bounds = bounds;
        this.ofListener = new ConnectionBounds.OfListener(listener.maxConnections());
    }

    @Override
    public void channelRead(ChannelHandlerContext channelContext, Object message) {
        Channel child = (Channel) message;
        ConnectionBounds.Admission admission = bounds.take(ofListener, child.remoteAddress());
        if (admission instanceof Place place) {
            child.attr(Place.OF_CHANNEL).set(place);
            child.closeFuture().addListener(place);
            channelContext.fireChannelRead(child);
        } else if (admission instanceof Refusal refusal) {
            String address = NetworkAddress.text(child.remoteAddress());
            child.unsafe().closeForcibly();
            // told of, not logged: there may be many
            context.counters().refused(refusal.reasonCode()).increment();
            context.listener().on(new BrokerEvent.ConnectionRefused(address, refusal.reasonCode(), refusal.reason()));
        }
    }

    /** The process has no more file descriptors, most likely: trying at once again would keep the loop from all else. */
    @Override
    public void exceptionCaught(ChannelHandlerContext channelContext, Throwable cause) {
        Channel listening = channelContext.channel();
        if (!listening.config().isAutoRead()) {
            return;
        }
        LOG.warn("the listener {} can't accept connections for a second: {}", listener.name(), cause.toString());
        listening.config().setAutoRead(false);
        channelContext
                .executor()
                .schedule(() -> listening.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
