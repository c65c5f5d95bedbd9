package io.zanzara.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A wire to the broker that can be cut: clients connect to its port, and it carries their bytes both ways. */
final class Wire implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();

    Wire(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
        start("wire", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket client = listener.accept();
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.addAll(List.of(client, broker));
                start("wire to the broker", () -> carry(client, broker));
                start("wire from the broker", () -> carry(broker, client));
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private static void carry(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException cut) {
            // That is what it is for.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends all connections that it carries, without a word to either side. */
    void cut() {
        for (Socket end : ends) {
            try {
                end.close();
            } catch (IOException alreadyClosed) {
                // Then it is cut.
            }
        }
        ends.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
