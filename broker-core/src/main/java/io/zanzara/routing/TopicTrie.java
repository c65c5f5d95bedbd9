package io.zanzara.routing;

import io.zanzara.message.ClientId;
import io.zanzara.message.Subscription;
import io.zanzara.message.Topic;
import io.zanzara.message.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** All subscriptions, found by the topics they match. Read from any thread without locks, written from any thread. */
public final class TopicTrie {

    // The tree is immutable; a writer replaces its root. So a reader sees all subscriptions as they were at one
    // instant: a client that subscribes to 'a/+' and then unsubscribes from 'a/b' is found at every moment between,
    // which a tree that is changed in place cannot promise, and cutting off empty branches can't collide with growing
    // new ones. At its places lies one match, or a map of many, likewise immutable.
    //
    // Writers take turns. A write copies one path: a few hundred bytes, no matter how many subscriptions there are.

    private final Object writing = new Object();
    private volatile Snapshot now = new Snapshot(LevelTree.empty(), 0, 0);

    private record Snapshot(LevelTree<Matches> tree, int size, long version) {

        Snapshot with(LevelTree<Matches> changed, int more) {
            return new Snapshot(changed, size + more, version + 1);
        }
    }

    /** Puts a subscription among those with its filter. */
    private static final class Addition implements UnaryOperator<@Nullable Matches> {
        private final Match match;
        private int more;

        Addition(Match match) {
            this.match = match;
        }

        @Override
        public Matches apply(@Nullable Matches before) {
            // [MQTT-3.8.4-3] [MQTT-3.8.4-4] [MQTT-3.8.4-3 of 3.1.1]
            Matches after = Matches.with(before, match);
            more = Matches.size(after) - Matches.size(before);
            return after;
        }
    }

    /**
     * Adds a subscription, or replaces the one that the client has with this filter.
     *
     * @param subscription the group in its filter is not looked at: a shared group is a subscriber of its own
     * @return whether the client had no subscription with this filter
     */
    public boolean put(Subscription subscription, Subscriber subscriber) {
        Addition addition = new Addition(Match.of(subscription, subscriber));
        synchronized (writing) {
            now = now.with(now.tree.with(subscription.filter().value(), addition), addition.more);
        }
        return addition.more > 0;
    }

    /** Removes the client's subscription with this filter and returns whether there was one. */
    public boolean remove(TopicFilter filter, ClientId client) {
        synchronized (writing) {
            LevelTree<Matches> tree =
                    now.tree.with(filter.value(), before -> before == null ? null : Matches.without(before, client));
            // [MQTT-3.10.4-1] [MQTT-3.10.4-1 of 3.1.1]
            if (tree == now.tree) {
                return false;
            }
            now = now.with(tree, -1);
            return true;
        }
    }

    /** Who gets the messages of one topic, as the subscriptions stood at one instant. */
    public final class Route {

        private final Topic topic;
        private final long asOf; // not the tree: an idle connection would keep all that has been removed since
        private final Found found = new Found();

        private Route(Topic topic) {
            this.topic = topic;
            Snapshot snapshot = now;
            asOf = snapshot.version;
            // [MQTT-3.3.2-3] [MQTT-3.3.2-3 of 3.1.1] [MQTT-4.7.3-4] [MQTT-4.7.3-4 of 3.1.1]
            // [MQTT-4.7.2-1] [MQTT-4.7.2-1 of 3.1.1]
            snapshot.tree.forEachFilter(topic.value(), !topic.isReserved(), found);
        }

        /** Whether it is the way of messages of this topic, and no subscription at all has changed since it was looked up. */
        public boolean leads(Topic to) {
            return asOf == now.version && topic.value().equals(to.value());
        }

        /**
         * Calls back once for each subscriber with a matching subscription, in an order that changes only with the subscriptions.
         *
         * @param publisher whose no-local subscriptions are left out
         */
        public void forEach(ClientId publisher, Consumer<Match> matches) {
            if (found.all != null) {
                merge(found.all, publisher, matches);
            } else if (found.first != null) {
                Matches.forEach(found.first, match -> {
                    if (match.reaches(publisher)) {
                        matches.accept(match);
                    }
                });
            }
        }
    }

    /** Looks up who gets the messages of a topic. What is found may be kept for the next message, as long as it {@link Route#leads}. */
    public Route route(Topic topic) {
        return new Route(topic);
    }

    /** The same for one message. */
    public void match(Topic topic, ClientId publisher, Consumer<Match> matches) {
        route(topic).forEach(publisher, matches);
    }

    /** Returns how many subscriptions there are. */
    public int size() {
        return now.size;
    }

    /** What lies at the filters that a topic matches: nearly always at one. */
    private static final class Found implements Consumer<Matches> {
        private @Nullable Matches first;
        private @Nullable List<Matches> all;

        @Override
        public void accept(Matches matches) {
            if (first == null) {
                first = matches;
                return;
            }
            if (all == null) {
                all = new ArrayList<>();
                all.add(first);
            }
            all.add(matches);
        }
    }

    /** The largest set is not copied: whoever watches everything does not make a message for a hundred thousand dear. */
    private static void merge(List<Matches> found, ClientId publisher, Consumer<Match> matches) {
        int largest = 0;
        for (int i = 1; i < found.size(); i++) {
            largest = Matches.size(found.get(i)) > Matches.size(found.get(largest)) ? i : largest;
        }
        Map<ClientId, Match> others = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            if (i != largest) {
                Matches.forEach(found.get(i), match -> {
                    if (match.reaches(publisher)) {
                        others.merge(match.subscriber().client(), match, Match::and);
                    }
                });
            }
        }
        Matches.forEach(found.get(largest), match -> {
            if (match.reaches(publisher)) {
                Match other = others.remove(match.subscriber().client());
                matches.accept(other == null ? match : match.and(other));
            }
        });
        others.values().forEach(matches);
    }
}
