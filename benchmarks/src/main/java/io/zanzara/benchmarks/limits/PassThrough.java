package io.zanzara.benchmarks.limits;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ResourceLeakDetector;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Hands each message to whoever subscribed to exactly its topic, and acknowledges it at once: no session, no queue, no check, nothing durable.
 * It is the limit of what Netty gives a broker with one loop for each processor and one flush for each turn. QoS 0 and 1.
 */
public final class PassThrough implements AutoCloseable {

    private final EventLoopGroup group;
    private final Map<EventLoop, PassThroughLoop> loops = new ConcurrentHashMap<>();
    private final Map<String, CopyOnWriteArrayList<PassThroughLink>> subscribers = new ConcurrentHashMap<>();
    private final Channel listening;

    private PassThrough(int port) {
        boolean epoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Class<? extends ServerChannel> type = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        listening = new ServerBootstrap()
                .group(group)
                .channel(type)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 20, 1 << 21))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        PassThroughLoop loop = loops.computeIfAbsent(child.eventLoop(), PassThroughLoop::new);
                        child.pipeline().addLast(new PassThroughLink(PassThrough.this, loop));
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    /** Starts one; port 0 for any that is free. */
    public static PassThrough start(int port) {
        return new PassThrough(port);
    }

    /** Runs one until the process is ended; prints the port. */
    public static void main(String[] args) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED); // as in the broker
        PassThrough running = start(Integer.parseInt(args[0]));
        System.out.println(running.port());
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    CopyOnWriteArrayList<PassThroughLink> subscribers(String topic) {
        return subscribers.computeIfAbsent(topic, name -> new CopyOnWriteArrayList<>());
    }

    void gone(PassThroughLink link) {
        subscribers.values().forEach(links -> links.remove(link));
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
