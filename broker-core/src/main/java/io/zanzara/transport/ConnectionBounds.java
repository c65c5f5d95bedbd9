package io.zanzara.transport;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AttributeKey;
import io.zanzara.access.Limits;
import io.zanzara.message.ReasonCode;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts connections: in all, of each listener, and of each address, which is forgotten when nothing of it is left. Any thread. */
final class ConnectionBounds {

    private final int most;
    private final int mostOfAddress;
    private final int mostPendingOfAddress;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentMap<Long, Count> addresses = new ConcurrentHashMap<>();

    ConnectionBounds(Limits limits) {
        most = limits.maxConnections();
        mostOfAddress = limits.maxConnectionsPerAddress();
        mostPendingOfAddress = limits.maxPendingConnectionsPerAddress();
    }

    /** What becomes of a connection that was accepted. */
    sealed interface Admission permits Place, Refusal {}

    /** One too many. */
    record Refusal(ReasonCode reasonCode, String reason) implements Admission {}

    /** How many connections of an address there are, if they are bounded, and how many of them are pending. */
    private record Count(int connections, int pending) {
        static final Count NONE = new Count(0, 0);

        Count plus(int more, int morePending) {
            return new Count(connections + more, pending + morePending);
        }
    }

    /** Those of one listener. */
    static final class OfListener {
        private final int most;
        private final AtomicInteger open = new AtomicInteger();

        /** @param most 0 for no bound */
        OfListener(int most) {
            this.most = most;
        }
    }

    /**
     * Takes a place for a connection, or says why there is none.
     *
     * @param remote null if the client has gone already
     */
    Admission take(OfListener listener, @Nullable SocketAddress remote) {
        if (!increment(all, most)) {
            return new Refusal(ReasonCode.SERVER_BUSY, "there are too many connections");
        }
        if (!increment(listener.open, listener.most)) {
            all.decrementAndGet();
            return new Refusal(ReasonCode.SERVER_BUSY, "there are too many connections through this listener");
        }
        Long key = mostOfAddress > 0 || mostPendingOfAddress > 0 ? NetworkAddress.key(remote) : null;
        String reason = key == null ? null : count(key);
        if (reason != null) {
            listener.open.decrementAndGet();
            all.decrementAndGet();
            return new Refusal(ReasonCode.QUOTA_EXCEEDED, reason);
        }
        return new Place(listener, key);
    }

    private static boolean increment(AtomicInteger counter, int most) {
        if (counter.incrementAndGet() > most && most > 0) {
            counter.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Counts a connection that is pending; returns why it may not be, or null. */
    private @Nullable String count(Long key) {
        while (true) {
            Count before = addresses.get(key);
            Count now = before == null ? Count.NONE : before;
            if (mostOfAddress > 0 && now.connections() >= mostOfAddress) {
                return "there are too many connections from this address";
            }
            if (mostPendingOfAddress > 0 && now.pending() >= mostPendingOfAddress) {
                return "there are too many connections without a session from this address";
            }
            Count after = now.plus(mostOfAddress > 0 ? 1 : 0, 1);
            if (before == null ? addresses.putIfAbsent(key, after) == null : addresses.replace(key, before, after)) {
                return null;
            }
        }
    }

    private void discount(Long key, int connections, int pending) {
        addresses.compute(key, (same, count) -> {
            Count left = (count == null ? Count.NONE : count).plus(-connections, -pending);
            return left.equals(Count.NONE) ? null : left;
        });
    }

    /** Returns how many connections there are. */
    int open() {
        return all.get();
    }

    /** Returns how many addresses are remembered. */
    int addresses() {
        return addresses.size();
    }

    /** A connection's place, which it gives back when its channel is closed, in whatever way. Its loop only. */
    final class Place implements Admission, ChannelFutureListener {

        static final AttributeKey<Place> OF_CHANNEL = AttributeKey.valueOf(Place.class, "OF_CHANNEL");

        private final OfListener listener;
        private final @Nullable Long key;
        private boolean pending = true;
        private boolean free;

        private Place(OfListener listener, @Nullable Long key) {
            this.listener = listener;
            this.key = key;
        }

        /** CONNACK with success was sent. */
        void settled() {
            if (pending && key != null) {
                discount(key, 0, 1);
            }
            pending = false;
        }

        @Override
        public void operationComplete(ChannelFuture closed) {
            free();
        }

        /** The connection is over. */
        void free() {
            if (free) {
                return;
            }
            free = true;
            if (key != null) {
                discount(key, mostOfAddress > 0 ? 1 : 0, pending ? 1 : 0);
            }
            pending = false;
            listener.open.decrementAndGet();
            all.decrementAndGet();
        }
    }
}
