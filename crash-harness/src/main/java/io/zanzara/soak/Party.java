package io.zanzara.soak;

import io.zanzara.soak.ConnectionLoop.Surroundings;
import io.zanzara.soak.Ledger.Stream;
import io.zanzara.testclient.Packets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * All clients of one QoS and protocol version, who have topics of their own: three publishers and one that rewrites retained topics, three
 * subscribers that are online, three that are offline, and a shared group of three.
 */
final class Party {

    /** In the names of a shared group's members. */
    static final String MEMBER = "-member";

    private static final int PUBLISHERS = 3;
    private static final int TOPICS_OF_EACH = 2;
    private static final int RETAINED_TOPICS = 4;
    private static final int SUBSCRIBERS_OF_EACH_KIND = 3;
    private static final int WINDOW = 120;
    private static final int RETAINED_WINDOW = 20;

    /**
     * What sets a party apart.
     *
     * @param level the protocol level: 4 or 5
     */
    record Kind(int qos, int level) {

        Packets packets() {
            return new Packets(level);
        }

        String name() {
            return "qos" + qos + "-mqtt" + (level == 5 ? "5" : "3.1.1");
        }

        @Override
        public String toString() {
            return "QoS " + qos + ", MQTT " + (level == 5 ? "5.0" : "3.1.1");
        }
    }

    private final Kind kind;
    private final Surroundings surroundings;
    private final Ledger ledger;
    private final List<Receipts> queues = new ArrayList<>();
    private final List<SubscriberClient> subscribers = new ArrayList<>();
    private final List<ConnectionLoop> publisherLoops = new ArrayList<>();
    private final List<ConnectionLoop> subscriberLoops = new ArrayList<>();

    /** @param perSecond about how many messages it publishes a second, as far as the broker keeps up */
    Party(Kind kind, int perSecond, SplittableRandom random, Surroundings surroundings) {
        this.kind = kind;
        this.surroundings = surroundings;
        this.ledger = new Ledger(streams(kind));
        addPublishers(perSecond, random);
        addSessions("online", Presence.ALWAYS, random);
        addSessions("offline", Presence.RARELY, random);
        addGroup(random);
    }

    private static List<Stream> streams(Kind kind) {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            for (int j = 0; j < TOPICS_OF_EACH; j++) {
                streams.add(
                        new Stream(kind.name() + "-publisher-" + i, "soak/" + kind.name() + "/" + i + "/" + j, false));
            }
        }
        for (int i = 0; i < RETAINED_TOPICS; i++) {
            streams.add(new Stream(kind.name() + "-writer", retainedPrefix(kind) + i, true));
        }
        return streams;
    }

    private static String retainedPrefix(Kind kind) {
        return "soak/" + kind.name() + "/state/";
    }

    private void addPublishers(int perSecond, SplittableRandom random) {
        List<String> names =
                ledger.streams().stream().map(Stream::publisher).distinct().toList();
        for (String name : names) {
            List<Integer> own = new ArrayList<>();
            boolean retained = false;
            for (int i = 0; i < ledger.streams().size(); i++) {
                Stream stream = ledger.streams().get(i);
                if (stream.publisher().equals(name)) {
                    own.add(i);
                    retained = stream.retained();
                }
            }
            PublisherClient.Pace pace = retained
                    ? new PublisherClient.Pace(Math.max(1, perSecond / 10), RETAINED_WINDOW)
                    : new PublisherClient.Pace(Math.max(1, perSecond * 3 / 10), WINDOW);
            PublisherClient publisher = new PublisherClient(name, kind, ledger, own, pace, surroundings);
            publisherLoops.add(
                    new ConnectionLoop(name, kind.packets(), Presence.ALWAYS, random.split(), surroundings, publisher));
        }
    }

    private void addSessions(String which, Presence presence, SplittableRandom random) {
        for (int i = 0; i < SUBSCRIBERS_OF_EACH_KIND; i++) {
            String name = kind.name() + "-" + which + "-" + i;
            Receipts queue = new Receipts(name, ledger, kind.qos(), false, surroundings.findings());
            queues.add(queue);
            addSubscriber(name, filter(), queue, presence, random);
        }
    }

    private void addGroup(SplittableRandom random) {
        Receipts queue = new Receipts(kind.name() + MEMBER, ledger, kind.qos(), true, surroundings.findings());
        queues.add(queue);
        for (int i = 0; i < SUBSCRIBERS_OF_EACH_KIND; i++) {
            Presence presence = i == 0 ? Presence.COMES_AND_GOES : Presence.ALWAYS;
            addSubscriber(queue.name() + "-" + i, "$share/" + kind.name() + "/" + filter(), queue, presence, random);
        }
    }

    private void addSubscriber(String name, String filter, Receipts queue, Presence presence, SplittableRandom random) {
        SubscriberClient subscriber = new SubscriberClient(name, kind, filter, queue, surroundings);
        subscribers.add(subscriber);
        subscriberLoops.add(
                new ConnectionLoop(name, kind.packets(), presence, random.split(), surroundings, subscriber));
    }

    private String filter() {
        return "soak/" + kind.name() + "/#";
    }

    String retainedFilter() {
        return retainedPrefix(kind) + "#";
    }

    Kind kind() {
        return kind;
    }

    Ledger ledger() {
        return ledger;
    }

    List<Receipts> queues() {
        return queues;
    }

    List<ConnectionLoop> publisherLoops() {
        return publisherLoops;
    }

    List<ConnectionLoop> subscriberLoops() {
        return subscriberLoops;
    }

    boolean isSubscribed() {
        return subscribers.stream().allMatch(SubscriberClient::isSubscribed);
    }

    /** Whether everybody who should be online takes part in the load of a life. */
    boolean isActive(int life) {
        return isActive(publisherLoops, life) && isActive(subscriberLoops, life);
    }

    private static boolean isActive(List<ConnectionLoop> loops, int life) {
        return loops.stream().allMatch(loop -> loop.presence() != Presence.ALWAYS || loop.activeIn() == life);
    }

    /** Whether all subscribers, those that were offline too, are connected. */
    boolean isBack(int life) {
        return subscriberLoops.stream().allMatch(loop -> loop.activeIn() == life);
    }

    /** Whether all that was published is acknowledged. */
    boolean isAcknowledged() {
        return ledger.totalAcknowledged() == ledger.totalSent();
    }

    /** Whether all that was acknowledged has come to everybody. */
    boolean isComplete() {
        return queues.stream().allMatch(Receipts::isComplete);
    }

    /** Whether the last messages have come to everybody. */
    boolean hasLasts() {
        return queues.stream().allMatch(Receipts::hasLasts);
    }

    /** A number that changes whenever something comes from the broker. */
    long movement() {
        return ledger.totalAcknowledged() + received();
    }

    long received() {
        return queues.stream().mapToLong(Receipts::total).sum();
    }

    long repeated() {
        return queues.stream().mapToLong(Receipts::repeated).sum();
    }
}
