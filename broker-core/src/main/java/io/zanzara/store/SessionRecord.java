package io.zanzara.store;

import io.zanzara.message.ClientId;
import io.zanzara.message.Will;
import org.jspecify.annotations.Nullable;

/**
 * The durable state of one session (or of the queue of a shared group, whose client identifier starts with {@code $share/}). What lies
 * below {@code head} in its queue does not exist, whatever a late or repeated command put there.
 *
 * @param client whose session it is
 * @param incarnation the sequence number at which this session began: a clean start or expiry begins a new one
 * @param expirySeconds how long the session outlives its connection, or {@link #NEVER_EXPIRES}
 * @param disconnectedAt when the connection ended, milliseconds since 1970, or {@link #CONNECTED}
 * @param head the lowest sequence number that is not done
 * @param sentThrough no message above this number has been sent; raised a page ahead of the sending
 * @param acknowledged ranges above head, as pairs of first and last number (both inclusive), ascending: at QoS 1 acknowledged, at QoS 2
 *     received (PUBREC) or complete. Not to be changed
 * @param will what is published if the connection ends without DISCONNECT, or null
 * @param userName the user who owns the session, or null if it was not authenticated
 * @param protocolLevel 3, 4 or 5: the version at the last CONNECT
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the array is shared, not copied
public record SessionRecord(
        ClientId client,
        long incarnation,
        long expirySeconds,
        long disconnectedAt,
        long head,
        long sentThrough,
        long[] acknowledged,
        @Nullable Will will,
        @Nullable String userName,
        int protocolLevel) {

    /** The {@link #expirySeconds} of a session that is kept for ever. */
    public static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    /** The {@link #disconnectedAt} of a session that has a connection. */
    public static final long CONNECTED = -1;

    /** The {@link #acknowledged} of a session without such ranges. */
    public static final long[] NO_RANGES = new long[0];

    /** Returns what is left of this record when its will has been published. */
    public SessionRecord withoutWill() {
        return new SessionRecord(
                client,
                incarnation,
                expirySeconds,
                disconnectedAt,
                head,
                sentThrough,
                acknowledged,
                null,
                userName,
                protocolLevel);
    }
}
