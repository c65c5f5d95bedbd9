package io.zanzara.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.protocol.ProtocolContext;
import io.zanzara.session.Loop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The event loops and the listening sockets. */
public final class NettyServer implements AutoCloseable {

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 << 10, 512 << 10);

    private final ConnectionBounds bounds;
    private final EventLoopGroup group;
    private final Map<EventExecutor, NettyLoop> loops = new IdentityHashMap<>();
    private final List<Channel> listening = new ArrayList<>();

    /**
     * Starts the event loops.
     *
     * @param threads event loops, or 0 for one per processor
     * @param limits bounds on connections through all listeners
     */
    public NettyServer(int threads, Limits limits) {
        bounds = new ConnectionBounds(limits);
        int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        IoHandlerFactory factory = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new EventLoops(count, factory);
        for (EventExecutor executor : group) {
            loops.put(executor, new NettyLoop((EventLoop) executor));
        }
    }

    /** Returns the loops on which sessions live. */
    public List<Loop> loops() {
        return new ArrayList<>(loops.values());
    }

    /**
     * Opens a listening socket.
     *
     * @return the port
     * @throws java.net.BindException (thrown by Netty unchecked) if the address is taken
     */
    public int listen(Listener listener, ProtocolContext context) {
        Class<? extends ServerChannel> type =
                // [MQTT-4.2-1] [MQTT-7.1.1-1 of 3.1.1]
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Channel channel = new ServerBootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new Acceptor(listener, context, bounds))
                .childHandler(new PipelineFactory(each -> Objects.requireNonNull(loops.get(each)), listener, context))
                .bind(listener.host(), listener.port())
                .syncUninterruptibly()
                .channel();
        listening.add(channel);
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Accepts no more connections. */
    public void stopListening() {
        for (Channel channel : listening) {
            channel.close().syncUninterruptibly();
        }
        listening.clear();
    }

    /** Waits until what the loops have to do now is done, and what that has handed to other loops. */
    public void quiesce(long timeoutMillis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        for (int round = 0; round < 3; round++) {
            for (EventExecutor executor : group) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                executor.submit(() -> {}).awaitUninterruptibly(Math.max(1, left));
            }
        }
    }

    /** Ends all connections and loops. */
    @Override
    public void close() {
        stopListening();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
