package io.zanzara.mongod;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a driver and a mongod, knows where messages of the wire protocol begin and end, and passes them on: late, or, some answers, not
 * at all. Then the driver can't know what became of its command, which the server has carried out.
 */
public final class SlowProxy implements AutoCloseable {

    private static final int HEADER = 16;
    private static final int CLOSED = -1;

    private final ServerSocket listening;
    private final Mongod server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> toSwallow = new ConcurrentHashMap<>();
    private final AtomicInteger swallowed = new AtomicInteger();
    private volatile Duration delay = Duration.ZERO;

    private SlowProxy(Mongod server) throws IOException {
        this.server = server;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    public static SlowProxy before(Mongod server) {
        try {
            return new SlowProxy(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a URI through the proxy with a database that nobody has used. */
    public String freshUri() {
        String direct = server.freshUri();
        String database = direct.substring(direct.lastIndexOf('/') + 1, direct.indexOf('?'));
        return "mongodb://127.0.0.1:" + listening.getLocalPort() + "/" + database + "?directConnection=true";
    }

    /** Holds each answer back for a time. */
    public void delay(Duration time) {
        delay = time;
    }

    /** Loses the next {@code times} answers to this command on this collection: each connection that waits for one breaks instead. */
    public void swallow(String command, String collection, int times) {
        toSwallow.put(marker(command, collection), new AtomicInteger(times));
    }

    /** Returns how many answers were lost so far. */
    public int swallowed() {
        return swallowed.get();
    }

    /** How a command begins in its message: the name as a string element, then the collection. */
    private static String marker(String command, String collection) {
        int length = collection.length() + 1;
        return "\u0002" + command + "\0" + (char) length + "\0\0\0" + collection + "\0";
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket client = listening.accept();
            sockets.add(client);
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.port());
            sockets.add(upstream);
            Set<Integer> lost = ConcurrentHashMap.newKeySet();
            run(() -> pump(client, upstream, message -> {
                if (isToBeSwallowed(message)) {
                    lost.add(intAt(message, 4));
                }
                return true;
            }));
            run(() -> pump(upstream, client, message -> {
                LockSupport.parkNanos(delay.toNanos());
                if (lost.remove(intAt(message, 8))) {
                    swallowed.incrementAndGet();
                    return false;
                }
                return true;
            }));
        }
    }

    private boolean isToBeSwallowed(byte[] message) {
        if (toSwallow.isEmpty()) {
            return false;
        }
        String text = new String(message, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, AtomicInteger> each : toSwallow.entrySet()) {
            if (text.contains(each.getKey())) {
                return each.getValue().getAndDecrement() > 0;
            }
        }
        return false;
    }

    private void pump(Socket from, Socket to, Filter filter) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            OutputStream out = to.getOutputStream();
            byte[] message = read(in);
            while (message.length > 0 && filter.passes(message)) {
                out.write(message);
                message = read(in);
            }
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Returns a whole message, or nothing at the end. */
    private static byte[] read(DataInputStream in) throws IOException {
        byte[] header = new byte[HEADER];
        int first = in.read();
        if (first == CLOSED) {
            return new byte[0];
        }
        header[0] = (byte) first;
        in.readFully(header, 1, HEADER - 1);
        byte[] message = java.util.Arrays.copyOf(header, intAt(header, 0));
        in.readFully(message, HEADER, message.length - HEADER);
        return message;
    }

    private static int intAt(byte[] message, int offset) {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // one of the two sides has closed
                    }
                },
                "slow-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Closeable socket : sockets) {
            socket.close();
        }
    }

    private interface Filter {
        boolean passes(byte[] message);
    }

    private interface Work {
        void run() throws IOException;
    }
}
