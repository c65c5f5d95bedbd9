package io.zanzara.session;

import io.zanzara.routing.Subscriber;
import io.zanzara.store.StoreOperation;
import org.jspecify.annotations.Nullable;

/** A session or a shared group, as publishers see it: its methods but {@link #mailbox} are called through the mailbox only. */
interface Recipient extends Subscriber {

    Mailbox mailbox();

    /** Takes a message; the ticket is paid when it is safe. */
    void deliver(Delivery delivery, Ticket ticket);

    /** Takes a message's place for a QoS 2 exchange, which puts it there when it is released. */
    void reserve(Delivery delivery, Reservation reservation);

    /** The message of a reservation is in the store. */
    void confirm(Entry entry);

    /** Who hears the answer to {@link #reserve}; any thread. */
    interface Reservation {

        /** @param copy what the exchange is to put into the store, or null: nothing, the session has ended or its queue is full */
        void made(
                Recipient recipient,
                StoreOperation.@Nullable Append copy,
                @Nullable Entry entry,
                Ticket.Outcome outcome);
    }
}
