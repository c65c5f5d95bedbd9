package io.zanzara.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.access.Limits;
import io.zanzara.message.ReasonCode;
import io.zanzara.transport.ConnectionBounds.OfListener;
import io.zanzara.transport.ConnectionBounds.Place;
import io.zanzara.transport.ConnectionBounds.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections are one too many, and that the counts stay right. */
class ConnectionBoundsTest {

    private static ConnectionBounds bounds(int most, int ofAddress, int pending) {
        return new ConnectionBounds(Limits.DEFAULTS.with(draft -> draft.maxConnections(most)
                .maxConnectionsPerAddress(ofAddress)
                .maxPendingConnectionsPerAddress(pending)));
    }

    private static SocketAddress address(String text) {
        try {
            return new InetSocketAddress(InetAddress.getByName(text), 1);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest(name = "{0} and {1}: counted together {2}")
    @CsvSource({
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "2001:db8::1, 2001:db8::ffff:ffff:ffff:ffff, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "::1, ::2, true",
        "::1, 127.0.0.1, false",
        "0:0:0:1::, 0.0.0.1, false",
    })
    void whoIsCountedTogether(String one, String other, boolean together) {
        ConnectionBounds bounds = bounds(0, 1, 0);
        OfListener listener = new OfListener(0);
        assertThat(bounds.take(listener, address(one))).isInstanceOf(Place.class);
        assertThat(bounds.take(listener, address(other))).isInstanceOf(together ? Refusal.class : Place.class);
    }

    /** As a native socket for both families may give it, which {@link InetAddress#getByName} never does. */
    @Test
    void anIpv4AddressInThatOfIpv6IsTheSame() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 10;
        mapped[15] = 1;
        ConnectionBounds bounds = bounds(0, 1, 0);
        OfListener listener = new OfListener(0);
        place(bounds.take(listener, new InetSocketAddress(Inet6Address.getByAddress(null, mapped, 0), 1)));
        isRefused(bounds, listener, "10.0.0.1", ReasonCode.QUOTA_EXCEEDED, "from this address");
        place(bounds.take(listener, address("10.0.0.2")));
    }

    @Test
    void eachBoundHasItsReason() {
        OfListener listener = new OfListener(2);
        ConnectionBounds bounds = bounds(3, 2, 1);
        Place first = place(bounds.take(listener, address("10.0.0.1")));
        isRefused(bounds, listener, "10.0.0.1", ReasonCode.QUOTA_EXCEEDED, "without a session from this address");
        first.settled();
        Place second = place(bounds.take(listener, address("10.0.0.1")));
        second.settled();
        isRefused(bounds, new OfListener(0), "10.0.0.1", ReasonCode.QUOTA_EXCEEDED, "connections from this address");
        isRefused(bounds, listener, "10.0.0.2", ReasonCode.SERVER_BUSY, "through this listener");
        place(bounds.take(new OfListener(0), address("10.0.0.2")));
        isRefused(bounds, new OfListener(0), "10.0.0.3", ReasonCode.SERVER_BUSY, "too many connections");
        // one that was refused has taken nothing
        first.free();
        first.free();
        first.settled();
        assertThat(bounds.open()).isEqualTo(2);
        place(bounds.take(listener, address("10.0.0.1")));
    }

    @Test
    void aClientThatHasGoneAlreadyIsCountedWithoutItsAddress() {
        ConnectionBounds bounds = bounds(1, 1, 1);
        Place place = place(bounds.take(new OfListener(0), null));
        assertThat(bounds.open()).isOne();
        place.free();
        assertThat(bounds.open()).isZero();
    }

    /** A whole fleet from many addresses is not remembered one by one if only pending connections are bounded. */
    @Test
    void anAddressIsForgottenWhenNothingOfItIsBounded() {
        ConnectionBounds bounds = bounds(0, 0, 5);
        Place place = place(bounds.take(new OfListener(0), address("10.0.0.1")));
        assertThat(bounds.addresses()).isOne();
        place.settled();
        assertThat(bounds.addresses()).isZero();
        place.free();
        assertThat(bounds.addresses()).isZero();
    }

    private static Place place(ConnectionBounds.Admission admission) {
        assertThat(admission).isInstanceOf(Place.class);
        return (Place) admission;
    }

    private static void isRefused(
            ConnectionBounds bounds, OfListener listener, String address, ReasonCode reasonCode, String words) {
        assertThat(bounds.take(listener, address(address))).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.reasonCode()).isEqualTo(reasonCode);
            assertThat(refusal.reason()).contains(words);
        });
    }

    /** From several threads; a bound that is exceeded for a moment would be seen here. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theCountsAreExact(long seed) throws Exception {
        ConnectionBounds bounds = bounds(60, 20, 8);
        List<OfListener> listeners = List.of(new OfListener(25), new OfListener(25), new OfListener(25));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> histories = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                SplittableRandom random = new SplittableRandom(seed * 10 + thread);
                histories.add(threads.submit(() -> history(bounds, listeners, random)));
            }
            for (Future<?> each : histories) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(bounds.open()).isZero();
        assertThat(bounds.addresses()).isZero();
        int taken = 0;
        for (OfListener listener : listeners) {
            for (int i = 0; i < 8; i++) {
                place(bounds.take(listener, address("10.0.1." + taken++ % 3)));
            }
        }
        isRefused(bounds, listeners.get(0), "10.0.1.1", ReasonCode.QUOTA_EXCEEDED, "without a session");
    }

    private static @Nullable Void history(
            ConnectionBounds bounds, List<OfListener> listeners, SplittableRandom random) {
        List<Place> mine = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int dice = random.nextInt(4);
            if (dice < 2) {
                SocketAddress from = address("10.0.0." + random.nextInt(4));
                if (bounds.take(listeners.get(random.nextInt(3)), from) instanceof Place place) {
                    mine.add(place);
                }
            } else if (!mine.isEmpty() && dice == 2) {
                mine.get(random.nextInt(mine.size())).settled();
            } else if (!mine.isEmpty()) {
                mine.remove(random.nextInt(mine.size())).free();
            }
        }
        mine.forEach(Place::free);
        return null;
    }
}
