package io.zanzara.testclient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that are started later, and bind them then. The range should lie below the one from which the system takes the ports of
 * outgoing connections: there, a client that tries a closed port again and again ends up connected to itself, and a broker that comes back finds
 * its port taken. What runs side by side needs ranges of its own, as a port that is found free is used only a while later. Thread-safe.
 */
public final class PortRange {

    private final int first;
    private final int count;
    private final AtomicInteger next;

    /**
     * @param first the lowest port
     * @param count how many there are
     */
    public PortRange(int first, int count) {
        this.first = first;
        this.count = count;
        this.next = new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % count));
    }

    /**
     * Returns one that is free now, and another each time until all were told.
     *
     * @throws IllegalStateException if there is none
     */
    public int free() {
        for (int tried = 0; tried < count; tried++) {
            int port = first + Math.floorMod(next.getAndIncrement(), count);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException taken) {
                // then the next one
            }
        }
        throw new IllegalStateException("no port is free from " + first + " to " + (first + count - 1));
    }
}
