package io.zanzara.store;

import io.zanzara.message.Publication;
import io.zanzara.message.Qos;

/**
 * One message in the queue of one session: the shared publication and what differs for this receiver.
 *
 * @param sequence its place in the queue, see {@link Sequence}
 * @param publication the message
 * @param qos the quality of service at which this session gets it: never 0 in a store
 * @param retain the retain flag with which it is delivered
 * @param subscriptionIdentifiers those of all matching subscriptions, possibly none; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the array is shared, not copied
public record QueueRecord(
        long sequence, Publication publication, Qos qos, boolean retain, int[] subscriptionIdentifiers) {

    /** The {@link #subscriptionIdentifiers} of a message without any. */
    public static final int[] NO_IDENTIFIERS = new int[0];

    /** What a message counts as beside its payload, in bytes, where the length of a queue is measured: about what its record takes. */
    public static final int OVERHEAD = 200;

    /** What it adds to its queue's length in bytes. */
    public int bytes() {
        return bytesOf(publication);
    }

    /** What a copy of this publication adds to a queue's length in bytes. */
    public static int bytesOf(Publication publication) {
        return OVERHEAD + publication.payload().length;
    }

    @Override
    public String toString() {
        return "QueueRecord[" + Long.toHexString(sequence) + " " + publication + "]";
    }
}
