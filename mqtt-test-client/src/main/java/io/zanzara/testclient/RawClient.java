package io.zanzara.testclient;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a broker that does nothing by itself: no acknowledgement, no PINGREQ, no reconnecting. One thread may write while another
 * reads.
 */
public final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final byte[] NOTHING = {};
    private static final int[] NO_CODES = {0};

    private final Packets packets;
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private RawClient(Packets packets, Socket socket, InputStream in, OutputStream out) {
        this.packets = packets;
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(in, 64 << 10));
        this.out = new BufferedOutputStream(out, 64 << 10);
    }

    /** Opens a connection to this machine over plain TCP, without a CONNECT. */
    public static RawClient open(int port, Packets packets) throws IOException {
        return open(Door.tcp(port), packets);
    }

    /** Opens a connection to this machine, without a CONNECT. */
    public static RawClient open(Door door, Packets packets) throws IOException {
        Socket socket = door.open();
        try {
            if (door.path() == null) {
                return new RawClient(packets, socket, socket.getInputStream(), socket.getOutputStream());
            }
            RawWebSocket frames = RawWebSocket.open(socket, door.path(), packets.level() == 3 ? "mqttv3.1" : "mqtt");
            return new RawClient(packets, socket, frames.input(), frames.output());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Opens a connection to this machine over plain TCP and sends CONNECT.
     *
     * @throws IOException also if CONNACK refuses
     */
    public static RawClient connect(int port, Packets packets, Packets.Connect options) throws IOException {
        return connect(Door.tcp(port), packets, options);
    }

    /**
     * Opens a connection to this machine and sends CONNECT.
     *
     * @throws IOException also if CONNACK refuses
     */
    public static RawClient connect(Door door, Packets packets, Packets.Connect options) throws IOException {
        RawClient client = open(door, packets);
        try {
            client.connect(options);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /**
     * Sends CONNECT and waits for CONNACK, which it returns.
     *
     * @throws IOException also if CONNACK refuses
     */
    public Packet connect(Packets.Connect options) throws IOException {
        send(packets.connect(options));
        Packet answer = read();
        if (answer.type() != Packet.CONNACK || answer.code() != 0) {
            throw new IOException("refused: " + answer);
        }
        return answer;
    }

    /** Subscribes and waits for SUBACK; nothing else may be on its way. */
    public RawClient subscribe(int qos, String... filters) throws IOException {
        send(packets.subscribe(1, qos, filters));
        expect(Packet.SUBACK);
        return this;
    }

    public Packets packets() {
        return packets;
    }

    /** Writes packets and flushes. */
    public void send(byte[]... some) throws IOException {
        for (byte[] packet : some) {
            out.write(packet);
        }
        out.flush();
    }

    /** Writes a packet, which leaves with the next {@link #flush} at the latest. */
    public void write(byte[] packet) throws IOException {
        out.write(packet);
    }

    public void flush() throws IOException {
        out.flush();
    }

    /** Returns the next packet, which must be of this type. */
    public Packet expect(int type) throws IOException {
        Packet packet = read();
        if (packet.type() != type) {
            throw new IOException("expected type " + type + ", got " + packet);
        }
        return packet;
    }

    /**
     * Returns the next packet; waits up to 20 seconds for it.
     *
     * @throws EOFException when the broker has closed the connection
     * @throws java.net.SocketTimeoutException if none came
     */
    public Packet read() throws IOException {
        int first = in.readUnsignedByte();
        byte[] body = new byte[variableByteInteger()];
        in.readFully(body);
        return decode(first >> 4, first & 15, body);
    }

    /** Returns the next packet if it begins to come within a time, else null. */
    public @Nullable Packet poll(Duration wait) throws IOException {
        socket.setSoTimeout((int) Math.max(1, wait.toMillis()));
        try {
            in.mark(1);
            int first = in.read();
            if (first < 0) {
                throw new EOFException();
            }
            in.reset();
        } catch (java.net.SocketTimeoutException e) {
            return null;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
        return read();
    }

    /** Whether more has come in: whoever answers several packets with one flush asks this before he waits. */
    public boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    private int variableByteInteger() throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (next & 127) << shift;
            if (next < 128) {
                return value;
            }
        }
        throw new IOException("a length of more than four bytes");
    }

    private Packet decode(int type, int flags, byte[] body) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(body);
        int packetIdentifier = 0;
        String topic = "";
        byte[] payload = NOTHING;
        int[] codes = NO_CODES;
        Properties properties = Properties.NONE;
        switch (type) {
            case Packet.CONNACK -> {
                codes = new int[] {in.get(), in.get() & 255};
                // a broker that does not speak the client's version answers in its own
                properties = in.hasRemaining() ? Properties.read(in) : Properties.NONE;
            }
            case Packet.PUBLISH -> {
                topic = Properties.string(in);
                packetIdentifier = (flags & 6) == 0 ? 0 : in.getShort() & 0xFFFF;
                properties = properties(in);
                payload = new byte[in.remaining()];
                in.get(payload);
            }
            case Packet.PUBACK, Packet.PUBREC, Packet.PUBREL, Packet.PUBCOMP -> {
                packetIdentifier = in.getShort() & 0xFFFF;
                codes = in.hasRemaining() ? new int[] {in.get() & 255} : NO_CODES;
                properties = in.hasRemaining() ? Properties.read(in) : Properties.NONE;
            }
            case Packet.SUBACK, Packet.UNSUBACK -> {
                packetIdentifier = in.getShort() & 0xFFFF;
                properties = properties(in);
                codes = new int[in.remaining()];
                for (int i = 0; i < codes.length; i++) {
                    codes[i] = in.get() & 255;
                }
            }
            case Packet.DISCONNECT, Packet.AUTH -> {
                codes = in.hasRemaining() ? new int[] {in.get() & 255} : NO_CODES;
                properties = in.hasRemaining() ? Properties.read(in) : Properties.NONE;
            }
            case Packet.PINGRESP -> {}
            default -> throw new IOException("a broker doesn't send packets of type " + type);
        }
        return new Packet(type, flags, packetIdentifier, topic, payload, codes, properties, body);
    }

    private Properties properties(ByteBuffer in) {
        return packets.level() == 5 ? Properties.read(in) : Properties.NONE;
    }

    /**
     * Waits until the broker has closed the connection.
     *
     * @throws IOException if a packet comes instead
     */
    public void expectClosed() throws IOException {
        try {
            Packet packet = read();
            throw new IOException("expected the end of the connection, got " + packet);
        } catch (EOFException | java.net.SocketException e) {
            // as it should be; a broker that closes with unread bytes left resets the connection
        }
    }

    /** Sends DISCONNECT and closes. */
    public void disconnect() throws IOException {
        send(packets.disconnect());
        close();
    }

    /** Closes the socket, without DISCONNECT. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
