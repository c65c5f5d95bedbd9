package io.zanzara.testclient;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A client's side of a WebSocket (RFC 6455) that sends exactly the frames it is told to. One thread may write while another reads. */
public final class RawWebSocket {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int FINAL = 0x80;
    private static final int MASK = 0x12_F3_45_86;
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[16]);

    /** A frame as it came from the server. */
    public record Frame(int opcode, byte[] payload) {

        /** Returns the status of a CLOSE, -1 for none. */
        public int status() {
            return payload.length < 2 ? -1 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    private final DataInputStream in;
    private final OutputStream out;
    private final List<String> response;

    private RawWebSocket(DataInputStream in, OutputStream out, List<String> response) {
        this.in = in;
        this.out = out;
        this.response = response;
    }

    /**
     * Does the opening handshake.
     *
     * @throws IOException also if the server refuses
     */
    public static RawWebSocket open(Socket socket, String path, String subProtocol) throws IOException {
        RawWebSocket opened = request(socket, request(path, "Sec-WebSocket-Protocol: " + subProtocol));
        if (!opened.response.get(0).startsWith("HTTP/1.1 101")) {
            throw new IOException("refused: " + opened.response);
        }
        return opened;
    }

    /** Returns a request as it should be but for the sub-protocol, with more lines. */
    public static String request(String path, String... more) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\n"
                + String.join(
                        "", List.of(more).stream().map(line -> line + "\r\n").toList()) + "\r\n";
    }

    /** Sends any request and reads the head of the response. */
    public static RawWebSocket request(Socket socket, String request) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        List<String> lines = new ArrayList<>();
        String line = line(in);
        while (!line.isEmpty()) {
            lines.add(line);
            line = line(in);
        }
        return new RawWebSocket(in, out, List.copyOf(lines));
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.readUnsignedByte();
        while (next != '\n') {
            line.append((char) next);
            next = in.readUnsignedByte();
        }
        return line.toString().strip();
    }

    /** Returns the lines of the response's head. */
    public List<String> response() {
        return response;
    }

    /** Sends a frame, masked and the last of its message. */
    public void send(int opcode, byte[] payload) throws IOException {
        send(FINAL | opcode, payload, 0, payload.length);
    }

    /** Sends a frame that others are to follow. */
    public void sendPart(int opcode, byte[] payload) throws IOException {
        send(opcode, payload, 0, payload.length);
    }

    private void send(int first, byte[] payload, int offset, int length) throws IOException {
        Bytes frame = new Bytes().one(first);
        if (length < 126) {
            frame.one(128 | length);
        } else if (length < 65_536) {
            frame.one(128 | 126).two(length);
        } else {
            frame.one(128 | 127).four(0).four(length);
        }
        frame.four(MASK);
        byte[] masked = new byte[length];
        for (int i = 0; i < length; i++) {
            masked[i] = (byte) (payload[offset + i] ^ MASK >>> 24 - 8 * (i & 3));
        }
        sendBytes(frame.raw(masked).toArray());
    }

    /** Sends bytes that need not be frames. */
    public void sendBytes(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /**
     * Returns the next frame.
     *
     * @throws java.io.EOFException at the end of the connection
     */
    public Frame read() throws IOException {
        int opcode = in.readUnsignedByte() & 15;
        int length = in.readUnsignedByte();
        if (length > 127) {
            throw new IOException("a server must not mask");
        }
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(opcode, payload);
    }

    /** Returns what comes in binary frames; a CLOSE is the end. */
    InputStream input() {
        return new InputStream() {
            private ByteBuffer payload = ByteBuffer.allocate(0);
            private boolean closed;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                while (!payload.hasRemaining() && !closed) {
                    Frame frame = RawWebSocket.this.read();
                    closed = frame.opcode() == CLOSE;
                    payload = ByteBuffer.wrap(frame.opcode() == BINARY ? frame.payload() : new byte[0]);
                }
                int some = Math.min(length, payload.remaining());
                payload.get(bytes, offset, some);
                return closed ? -1 : some;
            }

            @Override
            public int available() {
                return payload.remaining();
            }
        };
    }

    /** Sends each write as a binary frame. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                send(FINAL | BINARY, bytes, offset, length);
            }
        };
    }
}
