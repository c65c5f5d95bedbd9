package io.zanzara.crash;

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
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a broker and its mongod, sees each command, and cuts all connections at a chosen write: before the server has it, after the
 * server has carried it out but before the answer is through, or before, with the command being delivered later. It reads the messages of the
 * wire protocol (OP_MSG), whose first section begins with the command's name and its collection.
 */
final class WireProxy implements AutoCloseable {

    /** What becomes of the write at which the connections are cut. */
    enum Fate {
        LOST,
        ANSWER_LOST,
        LATE
    }

    private static final int HEADER = 16;
    private static final int OP_MSG = 2013;
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findAndModify");

    private final int mongodPort;
    private final int last;
    private final Fate fate;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger writes = new AtomicInteger();
    private volatile boolean cut;
    private volatile byte @Nullable [] held;
    private volatile String command = "none";

    /** @param last the write at which the connections are cut, from 0; those to {@code meta} don't count */
    WireProxy(int mongodPort, int last, Fate fate) {
        this.mongodPort = mongodPort;
        this.last = last;
        this.fate = fate;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "wire-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    boolean hasCut() {
        return cut;
    }

    /** Returns name and collection of the write at which it cut. */
    String command() {
        return command;
    }

    private void accept() {
        try {
            while (!cut) {
                Socket broker = server.accept();
                Socket mongod = new Socket(InetAddress.getLoopbackAddress(), mongodPort);
                sockets.add(broker);
                sockets.add(mongod);
                Exchange exchange = new Exchange(broker, mongod);
                start(exchange::toMongod);
                start(exchange::toBroker);
            }
        } catch (IOException e) {
            close();
        }
    }

    /** One connection, both ways. */
    private final class Exchange {

        private final Socket broker;
        private final Socket mongod;
        private volatile boolean swallowing;

        Exchange(Socket broker, Socket mongod) {
            this.broker = broker;
            this.mongod = mongod;
        }

        void toMongod() {
            try {
                DataInputStream in = new DataInputStream(broker.getInputStream());
                OutputStream out = mongod.getOutputStream();
                while (true) {
                    byte[] message = read(in);
                    if (isCountedWrite(message) && writes.getAndIncrement() == last) {
                        command = name(message) + " " + collection(message);
                        if (fate != Fate.ANSWER_LOST) {
                            held = fate == Fate.LATE ? message : null;
                            close();
                            return;
                        }
                        swallowing = true;
                    }
                    out.write(message);
                }
            } catch (IOException e) {
                closeBoth();
            }
        }

        void toBroker() {
            try {
                DataInputStream in = new DataInputStream(mongod.getInputStream());
                OutputStream out = broker.getOutputStream();
                while (true) {
                    byte[] message = read(in);
                    if (swallowing) {
                        close();
                        return;
                    }
                    out.write(message);
                }
            } catch (IOException e) {
                closeBoth();
            }
        }

        private void closeBoth() {
            closeQuietly(broker);
            closeQuietly(mongod);
        }
    }

    private static byte[] read(DataInputStream in) throws IOException {
        byte[] header = new byte[HEADER];
        in.readFully(header);
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] message = new byte[length];
        System.arraycopy(header, 0, message, 0, HEADER);
        in.readFully(message, HEADER, length - HEADER);
        return message;
    }

    private static boolean isCountedWrite(byte[] message) {
        int opCode = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
        return opCode == OP_MSG
                && WRITES.contains(name(message))
                && !collection(message).equals("meta");
    }

    /** Flags, the section's kind, the document's length, the first field's type: then its name, which is the command's. */
    private static String name(byte[] message) {
        int begin = HEADER + 4 + 1 + 4 + 1;
        int end = begin;
        while (message[end] != 0) {
            end++;
        }
        return new String(message, begin, end - begin, StandardCharsets.UTF_8);
    }

    private static String collection(byte[] message) {
        int begin = HEADER + 4 + 1 + 4 + 1 + name(message).length() + 1;
        int length = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getInt(begin);
        return new String(message, begin + 4, length - 1, StandardCharsets.UTF_8);
    }

    /** Delivers the write that was held back, and waits for the server's answer. */
    void deliverLate() {
        byte[] message = held;
        if (message == null) {
            return;
        }
        try (Socket mongod = new Socket(InetAddress.getLoopbackAddress(), mongodPort)) {
            mongod.getOutputStream().write(message);
            read(new DataInputStream(mongod.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        held = null;
    }

    /** Cuts everything. */
    @Override
    public void close() {
        cut = true;
        closeQuietly(server);
        sockets.forEach(WireProxy::closeQuietly);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
