package io.zanzara.fuzz;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.zanzara.fuzz.Findings.Kind;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Many fuzzing connections at once; where one ends, another begins. All of them live on one event loop. */
final class Traffic implements AutoCloseable {

    private static final int CONNECTIONS = 96;
    private static final int ONE_SENSIBLE_IN = 4; // they live long, and send most of the packets all the same
    private static final int MOST_FAILURES = 200;
    private static final long RETRY_MILLIS = 50;
    private static final long PATIENCE_SECONDS = 60;

    private final int port;
    private final Findings findings;
    private final Journal journal;
    private final Outcomes outcomes = new Outcomes();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SplittableRandom random;
    private final Corpus corpus = Corpus.load();
    private final Set<FuzzConnection> open = new HashSet<>();
    private int opening;
    private int failures;
    private boolean running;

    Traffic(int port, SplittableRandom random, Findings findings, Journal journal) {
        this.port = port;
        this.random = random;
        this.findings = findings;
        this.journal = journal;
        loop.next().scheduleWithFixedDelay(this::watch, 5, 5, TimeUnit.SECONDS);
    }

    /** Opens the connections. */
    void start() {
        loop.next().submit(() -> {
            running = true;
            for (int slot = 0; slot < CONNECTIONS; slot++) {
                open(slot);
            }
        });
    }

    /** Closes the connections; returns when they are closed on this side. */
    void pause() throws InterruptedException {
        loop.next().submit(() -> {
            running = false;
            Set.copyOf(open).forEach(FuzzConnection::stop);
        });
        while (!isQuiet()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean isQuiet() {
        return loop.next()
                .submit(() -> open.isEmpty() && opening == 0)
                .syncUninterruptibly()
                .getNow();
    }

    private void open(int slot) {
        if (!running) {
            return;
        }
        opening++;
        FuzzConnection connection = new FuzzConnection(connections.incrementAndGet(), client(slot), this);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_LINGER, random.nextBoolean() ? 0 : -1)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port);
        connecting.addListener(done -> {
            opening--;
            if (done.isSuccess()) {
                failures = 0;
                open.add(connection);
                connecting.channel().closeFuture().addListener(closed -> {
                    open.remove(connection);
                    open(slot);
                });
            } else {
                failed(slot, done.cause());
            }
        });
    }

    private void failed(int slot, Throwable cause) {
        if (++failures == MOST_FAILURES) {
            findings.add(Kind.SILENT, "the broker accepts no connections: " + cause);
        }
        loop.next().schedule(() -> open(slot), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private FuzzClient client(int slot) {
        SplittableRandom own = random.split();
        Words words = new Words(own);
        int level = 3 + own.nextInt(3);
        // seldom that of another slot, whose session it takes over
        String clientId = "fuzz-" + (words.oneIn(20) ? own.nextInt(CONNECTIONS) : slot);
        Mutator mutator = new Mutator(own);
        return slot % ONE_SENSIBLE_IN == 0
                ? new SensibleClient(level, clientId, words, mutator)
                : new DamagingClient(level, clientId, words, mutator, corpus);
    }

    private void watch() {
        for (FuzzConnection connection : Set.copyOf(open)) {
            if (connection.isSilentFor(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS))) {
                findings.add(Kind.SILENT, connection + ": nothing came for " + PATIENCE_SECONDS + " seconds");
                connection.stop();
            }
        }
    }

    // ---- for the connections

    void sent() {
        sent.incrementAndGet();
    }

    void received() {
        received.incrementAndGet();
    }

    void ended(FuzzConnection connection, String how) {
        outcomes.count(how);
    }

    Findings findings() {
        return findings;
    }

    Journal journal() {
        return journal;
    }

    // ---- figures

    /** Packets sent; what stood behind one that ends its connection was not sent. */
    long packetsSent() {
        return sent.get();
    }

    long packetsReceived() {
        return received.get();
    }

    long connections() {
        return connections.get();
    }

    Outcomes outcomes() {
        return outcomes;
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
    }
}
