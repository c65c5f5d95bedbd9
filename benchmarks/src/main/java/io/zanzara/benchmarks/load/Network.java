package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a run, served by the thread that calls {@link #turn}. Everything that a turn puts into the connections leaves at the
 * beginning of the next, in one write each.
 */
final class Network implements AutoCloseable {

    private static final int READ_BYTES = 1 << 18;
    private static final int CONNECTIONS_PER_ADDRESS = 20_000;

    private final InetSocketAddress broker;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    private final List<Connection> toFlush = new ArrayList<>();
    private final Consumer<SelectionKey> ready = key -> ((Connection) key.attachment()).ready(in);
    private @Nullable String failure;

    /** @param port the broker's, on this machine */
    Network(int port) throws IOException {
        broker = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        selector = Selector.open();
    }

    /** Begins to connect. */
    Connection connect(PacketHandler handler) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        int address = 1 + selector.keys().size() / CONNECTIONS_PER_ADDRESS % 200;
        if (address > 1) { // one address has no more than 28,000 ports to connect from
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) address}), 0));
        }
        channel.connect(broker);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        Connection connection = new Connection(this, channel, key, handler);
        key.attach(connection);
        return connection;
    }

    /** Takes note that a client can't go on. */
    void failed(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /**
     * Does nothing while all clients are well.
     *
     * @throws LoadException with the first reason why one is not
     */
    void check() throws LoadException {
        if (failure != null) {
            throw new LoadException(failure);
        }
    }

    void toFlush(Connection connection) {
        toFlush.add(connection);
    }

    /**
     * Sends what is waiting and handles what has come.
     *
     * @param timeoutMillis how long to wait for something to come, if nothing is there; 0 for not at all
     * @return how many sockets had something
     */
    int turn(long timeoutMillis) throws IOException {
        flush();
        return timeoutMillis == 0 ? selector.selectNow(ready) : selector.select(ready, timeoutMillis);
    }

    private void flush() {
        for (int i = 0; i < toFlush.size(); i++) {
            toFlush.get(i).flush();
        }
        toFlush.clear();
    }

    /** Ends all connections as a client should; no handler is told. */
    @Override
    public void close() throws IOException {
        flush();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection) {
                connection.close();
            }
        }
        selector.selectNow();
        selector.close();
    }
}
