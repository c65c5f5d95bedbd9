package io.zanzara;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.StoreVisitor;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Hands on what a store holds, row by row, and tells once a second how far it is, so that a long start can be told from one that hangs. */
final class LoadProgress implements StoreVisitor {

    private static final long EVERY_MILLIS = 1_000;

    private final StoreVisitor next;
    private final LongSupplier clock;
    private final Consumer<String> log;
    private long toldAt;
    private long sessions;
    private long subscriptions;
    private long incoming;
    private long retained;

    /**
     * @param clock milliseconds
     * @param log takes one line; nothing comes in the first second
     */
    LoadProgress(StoreVisitor next, LongSupplier clock, Consumer<String> log) {
        this.next = next;
        this.clock = clock;
        this.log = log;
        toldAt = clock.getAsLong();
    }

    @Override
    public void session(SessionRecord record) {
        next.session(record);
        sessions++;
        tell();
    }

    @Override
    public void subscription(ClientId client, Subscription subscription) {
        next.subscription(client, subscription);
        subscriptions++;
        tell();
    }

    @Override
    public void incoming(IncomingRecord record) {
        next.incoming(record);
        incoming++;
        tell();
    }

    @Override
    public void retained(RetainedRecord record) {
        next.retained(record);
        retained++;
        tell();
    }

    private void tell() {
        long now = clock.getAsLong();
        if (now - toldAt >= EVERY_MILLIS) {
            toldAt = now;
            log.accept(String.format(
                    Locale.ROOT,
                    "loaded %,d sessions, %,d subscriptions, %,d incoming and %,d retained messages so far",
                    sessions,
                    subscriptions,
                    incoming,
                    retained));
        }
    }
}
