package io.zanzara.session;

import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.Qos;
import io.zanzara.message.Topic;
import io.zanzara.routing.Match;
import io.zanzara.routing.TopicTrie;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.RetainedRecord;
import io.zanzara.store.StoreOperation;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands one session's publications to those who are due to get them, and learns when they are safe. Owner only. */
final class Publisher {

    private static final Result PASSED_ON = new Result(false, false);
    private static final WeakReference<TopicTrie.Route> NO_ROUTE = new WeakReference<>(null);

    private final ClientId client;
    private final SessionContext context;
    private final Mailbox mailbox;
    private final PendingWrite.Owner answers;

    /** Weak, so that an idle publisher does not keep alive who was subscribed once. */
    private WeakReference<TopicTrie.Route> lastRoute = NO_ROUTE;

    Publisher(ClientId client, SessionContext context, Mailbox mailbox, PendingWrite.Owner answers) {
        this.client = client;
        this.context = context;
        this.mailbox = mailbox;
        this.answers = answers;
    }

    /** The outcome of a publication: whether anyone was due to get it, and whether all who were refused it. */
    record Result(boolean matched, boolean refused) {}

    /** Collects the tickets of one publication. */
    private static final class Tally {
        private int due = 1;
        private boolean matched;
        private int refused;
        private int receivers;
        private final Consumer<Result> complete;

        Tally(Consumer<Result> complete) {
            this.complete = complete;
        }

        void pay(Ticket.Outcome outcome) {
            if (outcome == Ticket.Outcome.REFUSED) {
                refused++;
            }
            if (--due == 0) {
                complete.accept(new Result(matched, refused > 0 && refused == receivers));
            }
        }
    }

    /**
     * Routes a publication.
     *
     * @param complete called once on the owner's loop, when it is safe with everyone: at once at QoS 0, where the result says nothing
     */
    void publish(Publication publication, Consumer<Result> complete) {
        if (publication.qos() == Qos.AT_MOST_ONCE && !publication.retain()) {
            passOn(publication);
            complete.accept(PASSED_ON);
            return;
        }
        Tally tally = new Tally(complete);
        boolean acknowledged = publication.qos() != Qos.AT_MOST_ONCE;
        // [MQTT-3.3.1-5] [MQTT-3.3.1-8] [MQTT-3.3.1-5 of 3.1.1] [MQTT-3.3.1-12 of 3.1.1]
        if (publication.retain()) {
            RetainedRecord record =
                    context.retained().put(publication, context.messageIds().next());
            if (record != null) {
                Runnable paid = acknowledged ? () -> tally.pay(Ticket.Outcome.SAFE) : () -> {};
                if (acknowledged) {
                    tally.due++;
                }
                context.writer()
                        .submit(retainedLane(publication), new StoreOperation.PutRetained(record), answers, paid);
            }
        }
        route(publication.topic()).forEach(client, match -> {
            tally.matched = true;
            Recipient recipient = (Recipient) match.subscriber();
            Delivery delivery = delivery(publication, match);
            Ticket ticket = Ticket.NONE;
            if (delivery.qos() != Qos.AT_MOST_ONCE) {
                tally.receivers++;
                if (recipient.isPersistent() || context.limits().boundsQueues()) {
                    tally.due++;
                    ticket = outcome -> mailbox.post(() -> tally.pay(outcome));
                }
            }
            hand(recipient, delivery, ticket);
        });
        tally.pay(Ticket.Outcome.SAFE);
    }

    /** The way of nearly all messages at QoS 0: nobody waits for any of them. */
    private void passOn(Publication publication) {
        route(publication.topic())
                .forEach(
                        client,
                        match -> hand((Recipient) match.subscriber(), delivery(publication, match), Ticket.NONE));
    }

    /** Most clients publish to one topic again and again. */
    private TopicTrie.Route route(Topic topic) {
        TopicTrie.Route last = lastRoute.get();
        if (last != null && last.leads(topic)) {
            return last;
        }
        TopicTrie.Route route = context.subscriptions().route(topic);
        lastRoute = new WeakReference<>(route);
        return route;
    }

    /**
     * Routes a publication that the store holds, exactly once: receivers give it a place, then one atomic operation takes it from its source
     * and puts it there.
     *
     * @param leaving called on the owner's loop just before the operation is handed to the store
     * @param complete called once on the owner's loop, when that is durable
     */
    void release(Publication publication, StoreOperation.Source source, Runnable leaving, Consumer<Result> complete) {
        Gathering gathering = new Gathering(publication, source, leaving, complete);
        route(publication.topic()).forEach(client, gathering::ask);
        gathering.answered();
    }

    private final class Gathering implements Recipient.Reservation {
        private final Publication publication;
        private final StoreOperation.Source source;
        private final Runnable leaving;
        private final Consumer<Result> complete;
        private final List<StoreOperation.Append> copies = new ArrayList<>();
        private final List<Runnable> confirmations = new ArrayList<>();
        private int due = 1;
        private boolean matched;
        private int receivers;
        private int refused;

        Gathering(Publication publication, StoreOperation.Source source, Runnable leaving, Consumer<Result> complete) {
            this.publication = publication;
            this.source = source;
            this.leaving = leaving;
            this.complete = complete;
        }

        void ask(Match match) {
            matched = true;
            Recipient recipient = (Recipient) match.subscriber();
            Delivery delivery = delivery(publication, match);
            if (delivery.qos() != Qos.AT_MOST_ONCE && recipient.isPersistent()) {
                due++;
                receivers++;
                recipient.mailbox().runOrPost(mailbox.loop(), () -> recipient.reserve(delivery, this));
            } else {
                hand(recipient, delivery, Ticket.NONE);
            }
        }

        @Override
        public void made(
                Recipient recipient,
                StoreOperation.@Nullable Append copy,
                @Nullable Entry entry,
                Ticket.Outcome outcome) {
            mailbox.post(() -> {
                if (copy != null && entry != null) {
                    copies.add(copy);
                    confirmations.add(
                            () -> recipient.mailbox().runOrPost(mailbox.loop(), () -> recipient.confirm(entry)));
                } else if (outcome == Ticket.Outcome.REFUSED) {
                    refused++;
                }
                answered();
            });
        }

        void answered() {
            if (--due > 0) {
                return;
            }
            RetainedRecord retained = publication.retain()
                    ? context.retained().put(publication, context.messageIds().next())
                    : null;
            Runnable durable = () -> {
                confirmations.forEach(Runnable::run);
                complete.accept(new Result(matched, refused > 0 && refused == receivers));
            };
            leaving.run();
            context.writer()
                    .submit(
                            client,
                            new StoreOperation.Release(source, List.copyOf(copies), retained),
                            answers,
                            durable);
        }
    }

    private Delivery delivery(Publication publication, Match match) {
        return new Delivery(
                publication,
                // [MQTT-3.8.4-8] [MQTT-3.8.4-6 of 3.1.1]
                publication.qos().min(match.qos()),
                // [MQTT-3.3.1-12] [MQTT-3.3.1-13] [MQTT-3.3.1-9 of 3.1.1]
                publication.retain() && match.retainAsPublished(),
                match.subscriptionIdentifiers());
    }

    private void hand(Recipient recipient, Delivery delivery, Ticket ticket) {
        if (recipient.mailbox().loop() == mailbox.loop() && !recipient.mailbox().isBusy()) {
            recipient.mailbox().runOrPost(mailbox.loop(), () -> recipient.deliver(delivery, ticket));
            return;
        }
        // another loop may be slower than this one, and a mailbox with much in it is not emptied in one turn
        int weight = delivery.publication().weight();
        context.counters().handedOverBytes.add(weight);
        recipient.mailbox().post(() -> {
            context.counters().handedOverBytes.add(-weight);
            recipient.deliver(delivery, ticket);
        });
    }

    private static ClientId retainedLane(Publication publication) {
        return new ClientId(publication.topic().value());
    }
}
