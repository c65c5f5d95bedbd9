package io.zanzara.session;

import io.zanzara.event.BrokerEvent;
import io.zanzara.event.BrokerEvent.Operation;
import io.zanzara.message.ClientId;
import io.zanzara.message.Publication;
import io.zanzara.message.ReasonCode;
import io.zanzara.message.RetainHandling;
import io.zanzara.message.Subscription;
import io.zanzara.message.TopicFilter;
import io.zanzara.store.PendingWrite;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.StoreOperation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one session has subscribed to. Owner only. */
final class Subscriptions {

    private static final int REMEMBERED = 1_024;

    private final ClientId client;
    private final Rights rights;
    private final SessionContext context;
    private final GroupMembership groups;
    private final Admission admission;
    private final PendingWrite.Owner answers;
    private final boolean durable;
    private final Map<TopicFilter, Subscription> byFilter = new HashMap<>();
    private Map<String, Long> retainedSent = Collections.emptyMap(); // until there is one

    Subscriptions(
            Rights rights,
            SessionContext context,
            GroupMembership groups,
            Admission admission,
            PendingWrite.Owner answers,
            boolean durable) {
        this.client = rights.client();
        this.rights = rights;
        this.context = context;
        this.groups = groups;
        this.admission = admission;
        this.answers = answers;
        this.durable = durable;
    }

    Collection<Subscription> all() {
        return byFilter.values();
    }

    /** Takes over a subscription that is active already. */
    void resume(Subscription subscription) {
        byFilter.put(subscription.filter(), subscription);
    }

    /** Takes over a subscription from the store. */
    void load(Subscription subscription, Session session) {
        resume(subscription);
        activate(subscription, session);
    }

    private void activate(Subscription subscription, Session session) {
        if (subscription.filter().isShared()) {
            groups.join(subscription);
        } else {
            context.subscriptions().put(subscription, session);
        }
    }

    /**
     * Subscribes.
     *
     * @param done called once, when the change is durable, with the codes and what retained messages are due
     */
    void add(List<SubscribeItem> items, Session session, Consumer<Outcome> done) {
        List<ReasonCode> codes = new ArrayList<>(items.size());
        List<Subscription> added = new ArrayList<>(items.size());
        List<Subscription> wantRetained = new ArrayList<>();
        // [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.9.3-1] [MQTT-3.8.4-4 of 3.1.1] [MQTT-3.8.4-5 of 3.1.1]
        // [MQTT-3.9.3-1 of 3.1.1]
        for (SubscribeItem item : items) {
            Subscription subscription = item.subscription();
            ReasonCode refusal = refusalOf(item);
            if (subscription == null || refusal != null) {
                codes.add(refusal == null ? ReasonCode.UNSPECIFIED_ERROR : refusal);
                continue;
            }
            // [MQTT-3.8.4-3] [MQTT-3.8.4-3 of 3.1.1]
            boolean existed = byFilter.put(subscription.filter(), subscription) != null;
            if (!existed) {
                context.counters().subscriptions.increment();
            }
            activate(subscription, session);
            // [MQTT-3.8.4-7] [MQTT-3.8.4-5 of 3.1.1]
            codes.add(ReasonCode.granted(subscription.qos()));
            added.add(subscription);
            RetainHandling handling = subscription.retainHandling();
            // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.8.4-4] [MQTT-3.3.1-6 of 3.1.1]
            // [MQTT-3.8.4-3 of 3.1.1]
            if (!subscription.filter().isShared()
                    && (handling == RetainHandling.SEND || (handling == RetainHandling.SEND_IF_NEW && !existed))) {
                wantRetained.add(subscription);
            }
        }
        List<StoreOperation> writes = new ArrayList<>();
        added.forEach(subscription -> writes.add(new StoreOperation.PutSubscription(client, subscription)));
        submit(writes, () -> {
            added.forEach(
                    subscription -> context.tell(new BrokerEvent.Subscribed(client, rights.userName(), subscription)));
            done.accept(new Outcome(codes, wantRetained));
        });
    }

    /** What a SUBSCRIBE comes to. */
    record Outcome(List<ReasonCode> codes, List<Subscription> wantRetained) {}

    private @Nullable ReasonCode refusalOf(SubscribeItem item) {
        Subscription subscription = item.subscription();
        ReasonCode refusal = item.refusal();
        if (subscription != null) {
            if (!rights.maySubscribe(subscription, Operation.SUBSCRIBE)) {
                return ReasonCode.NOT_AUTHORIZED;
            }
            boolean full = byFilter.size() >= context.limits().maxSubscriptionsPerSession()
                    && !byFilter.containsKey(subscription.filter());
            if (!full) {
                return null;
            }
            refusal = ReasonCode.QUOTA_EXCEEDED;
        }
        rights.refused(Operation.SUBSCRIBE, item.text(), refusal);
        return refusal;
    }

    /** Withdraws, durably, what is no longer allowed; what is queued already is asked about when its turn comes. */
    void recheck() {
        List<UnsubscribeItem> refused = new ArrayList<>();
        for (Subscription subscription : byFilter.values()) {
            if (!rights.maySubscribe(subscription, Operation.RESUME)) {
                refused.add(new UnsubscribeItem(subscription.filter(), ReasonCode.SUCCESS));
            }
        }
        remove(refused, codes -> {});
        for (UnsubscribeItem item : refused) {
            TopicFilter filter = item.filter();
            if (filter != null && filter.isShared()) {
                groups.returnLoans(filter);
            }
        }
        rights.doubt();
    }

    void remove(List<UnsubscribeItem> items, Consumer<List<ReasonCode>> done) {
        List<ReasonCode> codes = new ArrayList<>(items.size());
        List<StoreOperation> writes = new ArrayList<>();
        List<BrokerEvent.Unsubscribed> gone = new ArrayList<>();
        // [MQTT-3.10.4-6] [MQTT-3.11.3-1] [MQTT-3.10.4-6 of 3.1.1]
        for (UnsubscribeItem item : items) {
            TopicFilter filter = item.filter();
            if (filter == null) {
                codes.add(item.refusal());
            } else if (byFilter.remove(filter) == null) {
                gone.add(new BrokerEvent.Unsubscribed(client, rights.userName(), filter, false));
                codes.add(ReasonCode.NO_SUBSCRIPTION_EXISTED);
            } else {
                // [MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-3] [MQTT-3.10.4-1 of 3.1.1]
                // [MQTT-3.10.4-2 of 3.1.1] [MQTT-3.10.4-3 of 3.1.1]: what is queued stays
                deactivate(filter);
                writes.add(new StoreOperation.DeleteSubscription(client, filter));
                gone.add(new BrokerEvent.Unsubscribed(client, rights.userName(), filter, true));
                codes.add(ReasonCode.SUCCESS);
            }
        }
        submit(writes, () -> {
            gone.forEach(context::tell);
            done.accept(codes);
        });
    }

    private void deactivate(TopicFilter filter) {
        context.counters().subscriptions.decrement();
        if (filter.isShared()) {
            groups.leave(filter);
        } else {
            context.subscriptions().remove(filter, client);
        }
    }

    private void submit(List<StoreOperation> writes, Runnable done) {
        if (!durable || writes.isEmpty()) {
            done.run();
            return;
        }
        // they become durable in order, so the last one speaks for all
        int last = writes.size() - 1;
        writes.subList(0, last).forEach(write -> context.writer().submit(client, write));
        context.writer().submit(client, writes.get(last), answers, done);
    }

    /** Delivers the retained messages due for a subscription. */
    void deliverRetained(Subscription subscription) {
        int[] identifiers =
                subscription.identifier() == 0 ? QueueRecord.NO_IDENTIFIERS : new int[] {subscription.identifier()};
        for (Publication publication : retainedFor(subscription)) {
            admission.accept(
                    // [MQTT-3.8.4-8] [MQTT-3.3.1-8 of 3.1.1] [MQTT-3.8.4-6 of 3.1.1]
                    new Delivery(publication, publication.qos().min(subscription.qos()), true, identifiers),
                    Ticket.NONE);
        }
    }

    /** Returns them, and remembers them so that the same message isn't delivered twice. */
    private List<Publication> retainedFor(Subscription subscription) {
        List<Publication> due = context.retained().matching(subscription.filter(), context.now()).stream()
                // [MQTT-3.8.3-3]
                .filter(publication ->
                        !(subscription.noLocal() && publication.publisher().equals(client)))
                .filter(rights::mayReceiveRetained)
                .toList();
        if (retainedSent.isEmpty() && !due.isEmpty()) {
            retainedSent = new LinkedHashMap<>();
        }
        for (Publication publication : due) {
            retainedSent.put(publication.topic().value(), publication.messageId());
            if (retainedSent.size() > REMEMBERED) {
                retainedSent.remove(retainedSent.keySet().iterator().next());
            }
        }
        return due;
    }

    /** Whether a live message has already been delivered as a retained one: it was published while the client subscribed. */
    boolean wasSentAsRetained(Publication publication) {
        if (!publication.retain() || retainedSent.isEmpty()) {
            return false;
        }
        return retainedSent.remove(publication.topic().value(), publication.messageId());
    }

    /** The session ends. */
    void clear() {
        byFilter.keySet().forEach(this::deactivate);
        byFilter.clear();
    }
}
