package io.zanzara.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free ports below the range from which the system takes the ports of outgoing connections. In that range, a client that
 * tries a closed port again and again ends up connected to itself, and the broker that comes back finds its port taken.
 * Forks that run side by side take theirs from different parts, as a port that is found free is used only a while later.
 */
final class Ports {

    private static final int PARTS = 4;
    private static final int COUNT = 2_500;
    private static final int FIRST = 20_000 + COUNT * (Integer.getInteger("surefire.forkNumber", 0) % PARTS);
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % COUNT));

    private Ports() {}

    static int free() {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // Then the next one.
            }
        }
        throw new IllegalStateException("no free port");
    }
}
