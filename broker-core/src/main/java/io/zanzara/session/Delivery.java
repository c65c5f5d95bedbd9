package io.zanzara.session;

import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.store.QueueRecord;

/**
 * A publication on its way to one receiver.
 *
 * @param qos what the receiver gets: the lower of the publication's and the subscription's
 * @param retain the flag as it will be sent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Delivery(Publication publication, Qos qos, boolean retain, int[] subscriptionIdentifiers) {

    /** Returns it as a queue's record, whose number is given when it gets its place. */
    QueueRecord template() {
        return new QueueRecord(0, publication, qos, retain, subscriptionIdentifiers);
    }
}
