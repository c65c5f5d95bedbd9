package io.zanzara.transport;

import io.zanzara.testclient.Door;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Sockets that a test has opened, to be closed after it. */
final class SocketsOfTest implements AutoCloseable {

    private final List<Socket> open = new ArrayList<>();

    Socket open(Door door) throws IOException {
        Socket socket = door.open();
        open.add(socket);
        return socket;
    }

    @Override
    public void close() throws IOException {
        closeAll();
    }

    /** Closes those that are open; others may be opened after. */
    void closeAll() throws IOException {
        for (Socket each : open) {
            each.close();
        }
        open.clear();
    }
}
