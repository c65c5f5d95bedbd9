package io.zanzara.routing;

import io.zanzara.message.ClientId;
import io.zanzara.message.Qos;
import io.zanzara.message.Subscription;
import io.zanzara.store.QueueRecord;

/** What the trie found for one subscriber: its overlapping subscriptions merged into one, so that it gets the message once. */
public final class Match implements Matches {

    private final Subscriber subscriber;
    private final byte qos; // as on the wire: with a reference it would take a third more memory
    private final boolean noLocal;
    private final boolean retainAsPublished;
    private final int[] subscriptionIdentifiers;

    private Match(
            Subscriber subscriber, Qos qos, boolean noLocal, boolean retainAsPublished, int[] subscriptionIdentifiers) {
        this.subscriber = subscriber;
        this.qos = (byte) qos.value();
        this.noLocal = noLocal;
        this.retainAsPublished = retainAsPublished;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
    }

    /** Returns what one subscription alone amounts to; the trie keeps it, so a subscriber that matches once costs no object. */
    static Match of(Subscription subscription, Subscriber subscriber) {
        int identifier = subscription.identifier();
        return new Match(
                subscriber,
                subscription.qos(),
                subscription.noLocal(),
                subscription.retainAsPublished(),
                identifier == 0 ? QueueRecord.NO_IDENTIFIERS : new int[] {identifier});
    }

    /** Returns this and another subscription of the same subscriber as one [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4]. */
    Match and(Match other) {
        return new Match(
                subscriber,
                // [MQTT-3.3.4-2] [MQTT-3.3.5-1 of 3.1.1]
                Qos.of(Math.max(qos, other.qos)),
                noLocal && other.noLocal,
                retainAsPublished || other.retainAsPublished,
                joined(subscriptionIdentifiers, other.subscriptionIdentifiers));
    }

    private static int[] joined(int[] first, int[] second) {
        if (first.length == 0 || second.length == 0) {
            return first.length == 0 ? second : first;
        }
        int[] both = new int[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Whether a message of this publisher is meant for the subscription: not its own where it wants none of those [MQTT-3.8.3-3]. */
    boolean reaches(ClientId publisher) {
        return !(noLocal && subscriber.client().equals(publisher));
    }

    public Subscriber subscriber() {
        return subscriber;
    }

    /** Returns the highest quality of service granted; the message's own may be lower. */
    public Qos qos() {
        return Qos.of(qos);
    }

    /** Whether any of the subscriptions wants the retain flag as it was published. */
    public boolean retainAsPublished() {
        return retainAsPublished;
    }

    /** Returns the identifiers of all subscriptions that match, in no particular order; shared, not to be changed. */
    public int[] subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    @Override
    public String toString() {
        return "Match[" + subscriber.client() + " " + qos() + "]";
    }
}
