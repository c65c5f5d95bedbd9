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

/** All subscriptions, found by the topics they match. Read from any thread without locks, written from any thread. */
public final class TopicTrie {

    // The tree is immutable; a writer replaces its root. So a reader sees all subscriptions as they were at one
    // instant: a client that subscribes to
    // 'a/+' and then unsubscribes from 'a/b' is found at every moment between, which a tree that is changed in place
    // cannot promise, and cutting off
    // empty branches can't collide with growing new ones. At its places lie small maps from client to match, likewise
    // immutable.
    //
    // Writers take turns. A write copies one path: a few hundred bytes, no matter how many subscriptions there are.

    private final Object writing = new Object();
    private volatile LevelTree<PersistentMap<ClientId, Match>> root = LevelTree.empty();
    private volatile long version; // rises after the root has changed, so that a route is never newer than it says
    private volatile int size;

    /**
     * Adds a subscription, or replaces the one that the client has with this filter.
     *
     * @param subscription the group in its filter is not looked at: a shared group is a subscriber of its own
     * @return whether the client had no subscription with this filter
     */
    public boolean put(Subscription subscription, Subscriber subscriber) {
        String[] levels = LevelTree.levelsOf(subscription.filter().value());
        Match match = Match.of(subscription, subscriber);
        synchronized (writing) {
            PersistentMap<ClientId, Match> present = root.find(levels);
            PersistentMap<ClientId, Match> before = present == null ? PersistentMap.empty() : present;
            // [MQTT-3.8.4-3] [MQTT-3.8.4-4] [MQTT-3.8.4-3 of 3.1.1]
            PersistentMap<ClientId, Match> after = before.with(subscriber.client(), match);
            root = root.with(levels, after);
            version++;
            size += after.size() - before.size();
            return after.size() > before.size();
        }
    }

    /** Removes the client's subscription with this filter and returns whether there was one. */
    public boolean remove(TopicFilter filter, ClientId client) {
        String[] levels = LevelTree.levelsOf(filter.value());
        synchronized (writing) {
            PersistentMap<ClientId, Match> before = root.find(levels);
            // [MQTT-3.10.4-1] [MQTT-3.10.4-1 of 3.1.1]
            if (before == null || before.get(client) == null) {
                return false;
            }
            PersistentMap<ClientId, Match> after = before.without(client);
            root = root.with(levels, after.isEmpty() ? null : after);
            version++;
            size--;
            return true;
        }
    }

    /** Who gets the messages of one topic, as the subscriptions stood at one instant. */
    public final class Route {

        private final Topic topic;
        private final long asOf = version;
        private final List<PersistentMap<ClientId, Match>> found;

        private Route(Topic topic) {
            this.topic = topic;
            this.found = found(topic);
        }

        /** Whether it is the way of messages of this topic, and no subscription at all has changed since it was looked up. */
        public boolean leads(Topic to) {
            return asOf == version && topic.value().equals(to.value());
        }

        /**
         * Calls back once for each subscriber with a matching subscription, in an order that changes only with the subscriptions.
         *
         * @param publisher whose no-local subscriptions are left out
         */
        public void forEach(ClientId publisher, Consumer<Match> matches) {
            if (found.size() == 1) {
                found.get(0).forEach((client, match) -> {
                    if (match.reaches(publisher)) {
                        matches.accept(match);
                    }
                });
            } else if (!found.isEmpty()) {
                merge(found, publisher, matches);
            }
        }
    }

    /** Looks up who gets the messages of a topic. What is found may be kept for the next message, as long as it {@link Route#leads}. */
    public Route route(Topic topic) {
        // [MQTT-3.3.2-3] [MQTT-3.3.2-3 of 3.1.1]
        return new Route(topic);
    }

    /** The same for one message. */
    public void match(Topic topic, ClientId publisher, Consumer<Match> matches) {
        route(topic).forEach(publisher, matches);
    }

    /** Returns how many subscriptions there are. */
    public int size() {
        return size;
    }

    /** Returns what lies at each place of the tree that the topic reaches. */
    private List<PersistentMap<ClientId, Match>> found(Topic topic) {
        List<PersistentMap<ClientId, Match>> found = new ArrayList<>();
        List<LevelTree<PersistentMap<ClientId, Match>>> here = new ArrayList<>();
        List<LevelTree<PersistentMap<ClientId, Match>>> below = new ArrayList<>();
        here.add(root);
        boolean wildcards = !topic.isReserved(); // [MQTT-4.7.2-1] [MQTT-4.7.2-1 of 3.1.1]
        // [MQTT-4.7.3-4] [MQTT-4.7.3-4 of 3.1.1]
        for (String level : LevelTree.levelsOf(topic.value())) {
            for (LevelTree<PersistentMap<ClientId, Match>> node : here) {
                addChild(node, level, below);
                if (wildcards) {
                    addChild(node, "+", below);
                    addRest(node, found);
                }
            }
            wildcards = true;
            List<LevelTree<PersistentMap<ClientId, Match>>> emptied = here;
            here = below;
            below = emptied;
            below.clear();
        }
        for (LevelTree<PersistentMap<ClientId, Match>> node : here) {
            addValue(node, found);
            addRest(node, found); // 'a/#' matches 'a' too
        }
        return found;
    }

    private static <V> void addChild(LevelTree<V> node, String level, List<LevelTree<V>> children) {
        LevelTree<V> child = node.child(level);
        if (child != null) {
            children.add(child);
        }
    }

    private static <V> void addRest(LevelTree<V> node, List<V> values) {
        LevelTree<V> rest = node.child("#");
        if (rest != null) {
            addValue(rest, values);
        }
    }

    private static <V> void addValue(LevelTree<V> node, List<V> values) {
        V value = node.value();
        if (value != null) {
            values.add(value);
        }
    }

    /** The largest set is not copied: whoever watches everything does not make a message for a hundred thousand dear. */
    private static void merge(List<PersistentMap<ClientId, Match>> found, ClientId publisher, Consumer<Match> matches) {
        int largest = 0;
        for (int i = 1; i < found.size(); i++) {
            largest = found.get(i).size() > found.get(largest).size() ? i : largest;
        }
        Map<ClientId, Match> others = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            if (i != largest) {
                found.get(i).forEach((client, match) -> {
                    if (match.reaches(publisher)) {
                        others.merge(client, match, Match::and);
                    }
                });
            }
        }
        found.get(largest).forEach((client, match) -> {
            if (match.reaches(publisher)) {
                Match other = others.remove(client);
                matches.accept(other == null ? match : match.and(other));
            }
        });
        others.values().forEach(matches);
    }
}
