package io.zanzara.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Addresses of clients: as people read them, and as they are counted. */
final class NetworkAddress {

    /** No network of the internet begins like this, so that IPv4 addresses and IPv6 networks fit into one key. */
    private static final long IPV4 = 0xFFFF_0000_0000L;

    private static final int NETWORK_BYTES = 8;

    private NetworkAddress() {}

    /** Returns address and port, or a question mark. */
    static String text(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : "?";
    }

    /** Returns what the client is counted under, its address or its IPv6 network, or null if it has gone already. */
    static @Nullable Long key(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress inet ? (Long) key(inet.getAddress()) : null;
    }

    private static long key(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (address instanceof Inet6Address && !isMapped(bytes)) {
            return bytes.getLong(0); // the /64 network: whoever has one address of it has all
        }
        return IPV4 | (bytes.getInt(bytes.capacity() - Integer.BYTES) & 0xFFFF_FFFFL);
    }

    private static boolean isMapped(ByteBuffer bytes) {
        return bytes.getLong(0) == 0 && bytes.getInt(NETWORK_BYTES) == 0xFFFF;
    }
}
