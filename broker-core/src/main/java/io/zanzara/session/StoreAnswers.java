package io.zanzara.session;

import io.zanzara.store.PendingWrite;
import java.util.List;
import java.util.function.Consumer;

/** Turns the store's answers, which come on a lane's thread, into one command for the mailbox of whoever wrote. */
final class StoreAnswers implements PendingWrite.Owner {

    private final Mailbox mailbox;
    private final Consumer<Entry> confirmed;
    private final Runnable then;

    /**
     * @param confirmed told of each queued message that is in the store, before its ticket is paid
     * @param then called after each batch of answers
     */
    StoreAnswers(Mailbox mailbox, Consumer<Entry> confirmed, Runnable then) {
        this.mailbox = mailbox;
        this.confirmed = confirmed;
        this.then = then;
    }

    @Override
    public void durable(List<PendingWrite> writes) {
        mailbox.post(() -> {
            for (PendingWrite write : writes) {
                if (write.tag() instanceof Entry entry) {
                    confirmed.accept(entry);
                    entry.pay(Ticket.Outcome.SAFE);
                } else {
                    ((Runnable) write.tag()).run();
                }
            }
            then.run();
        });
    }
}
