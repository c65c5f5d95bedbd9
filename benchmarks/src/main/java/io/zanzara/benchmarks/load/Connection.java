package io.zanzara.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A socket with what is to be sent on it, and the beginning of a packet whose rest has not come yet. */
final class Connection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int SMALLEST_CARRY = 256;

    private final Network network;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final PacketHandler handler;
    private ByteBuffer out = NOTHING;
    private ByteBuffer carry = NOTHING;
    private int carried;
    private boolean queued;
    private boolean writing;
    private boolean open = true;

    Connection(Network network, SocketChannel channel, SelectionKey key, PacketHandler handler) {
        this.network = network;
        this.channel = channel;
        this.key = key;
        this.handler = handler;
    }

    /** Returns a buffer with room for so many bytes, at the position where they go; what is put there leaves at the end of the turn. */
    ByteBuffer reserve(int bytes) {
        if (out.remaining() < bytes) {
            grow(out.position() + bytes);
        }
        if (!queued) {
            queued = true;
            network.toFlush(this);
        }
        return out;
    }

    private void grow(int needed) {
        int capacity = Math.max(64, Integer.highestOneBit(needed - 1) << 1);
        ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
        out.flip();
        larger.put(out);
        out = larger;
    }

    /** How many bytes the socket has not taken yet. */
    int unsent() {
        return out.position();
    }

    boolean isOpen() {
        return open;
    }

    void flush() {
        queued = false;
        if (!open || !channel.isConnected()) {
            return;
        }
        try {
            out.flip();
            channel.write(out);
            boolean rest = out.hasRemaining();
            out.compact();
            if (rest != writing) {
                writing = rest;
                key.interestOps(rest ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    /** Does what the selector says can be done; the buffer is everybody's. */
    void ready(ByteBuffer in) {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                handler.onConnected();
                return;
            }
            if (key.isReadable()) {
                read(in);
            }
            if (open && key.isWritable()) {
                flush();
            }
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private void read(ByteBuffer in) throws IOException {
        in.clear();
        if (carried > 0) {
            in.put(0, carry, 0, carried).position(carried);
        }
        int count = channel.read(in);
        if (count < 0) {
            end("the broker closed the connection");
            return;
        }
        in.flip();
        PacketScanner.scan(in, handler);
        carry(in);
    }

    private void carry(ByteBuffer in) throws MalformedPacketException {
        carried = in.remaining();
        if (carried == in.capacity()) {
            throw new MalformedPacketException("a packet of more than " + in.capacity() + " bytes");
        }
        if (carry.capacity() < carried) {
            carry = ByteBuffer.allocateDirect(Math.max(SMALLEST_CARRY, Integer.highestOneBit(carried) << 1));
        }
        carry.put(0, in, in.position(), carried);
    }

    /** Sends what is waiting and DISCONNECT, as far as the socket takes them, and closes. The handler is not told. */
    void close() {
        if (open) {
            Packets.disconnect(reserve(2));
            flush();
        }
        shut();
    }

    private void end(String reason) {
        if (open) {
            shut();
            handler.onClosed(reason);
        }
    }

    private void shut() {
        open = false;
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
