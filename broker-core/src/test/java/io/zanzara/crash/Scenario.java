package io.zanzara.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.message.ClientId;
import io.zanzara.store.IncomingRecord;
import io.zanzara.store.QueueRecord;
import io.zanzara.store.SessionRecord;
import io.zanzara.store.Store;
import io.zanzara.store.StoreException;
import io.zanzara.store.StoreVisitor;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happens while the broker dies: QoS 1 and 2 in and out, fan-out to three sessions (one online, one that doesn't acknowledge for a while, one
 * offline), a shared group, retained messages, a take-over, a will, a clean start, an expiry. Each step can be done again by clients that have
 * come back after the broker died in it.
 */
final class Scenario implements AutoCloseable {

    private static final String TOPIC = "t";
    private static final String WILL_TOPIC = "w";
    private static final String EARLY_TOPIC = "early";
    private static final List<String> EARLY = List.of("early1", "early2", "early3");
    private static final String GROUP = "$share/g/" + TOPIC;
    private static final String LAST_RETAINED = "m12";

    private final IntSupplier port;
    private final Packets packets;
    private final BooleanSupplier brokerDied;
    private final List<Actor> actors = new ArrayList<>();
    private final Set<Actor> online = new LinkedHashSet<>();
    private final Actor publisher;
    private final Actor reader;
    private final Actor slow;
    private final Actor away;
    private final Actor renewed;
    private final Actor member;
    private final Actor otherMember;
    private final Actor mortal;
    private final Map<String, Integer> published = new LinkedHashMap<>();
    private final List<String> wills = new ArrayList<>();
    private int attempts;

    /** @param brokerDied whether it is dead now */
    Scenario(IntSupplier port, Packets packets, BooleanSupplier brokerDied) {
        this.port = port;
        this.packets = packets;
        this.brokerDied = brokerDied;
        this.publisher = actor("publisher", brokerDied);
        this.reader = actor("reader", brokerDied);
        this.slow = actor("slow", brokerDied);
        this.away = actor("away", brokerDied);
        this.renewed = actor("renewed", brokerDied);
        this.member = actor("member", brokerDied);
        this.otherMember = actor("otherMember", brokerDied);
        this.mortal = actor("mortal", brokerDied);
    }

    private Actor actor(String name, BooleanSupplier brokerDied) {
        Actor actor = new Actor(name, packets, brokerDied);
        actors.add(actor);
        return actor;
    }

    /**
     * What an earlier start of the broker leaves: messages whose packet identifiers will come again, because those of each start begin anew.
     */
    void prelude() {
        for (Actor actor : List.of(reader, away)) {
            actor.connect(port.getAsInt());
            actor.subscribe(EARLY_TOPIC, 2);
            actor.disconnect();
        }
        publisher.connect(port.getAsInt());
        EARLY.forEach(text -> publisher.publish(EARLY_TOPIC, text, 2, false));
        publisher.awaitAcknowledged();
        publisher.disconnect();
    }

    /** Returns the steps in order. */
    List<Runnable> steps() {
        return List.of(
                () -> subscribe(reader, TOPIC, 2),
                () -> subscribe(reader, WILL_TOPIC, 2),
                () -> subscribe(slow, TOPIC, 1),
                () -> subscribe(away, TOPIC, 2),
                () -> subscribe(away, WILL_TOPIC, 1),
                () -> subscribe(renewed, TOPIC, 1),
                () -> subscribe(member, GROUP, 2),
                () -> subscribe(otherMember, GROUP, 2),
                () -> leave(away),
                () -> leave(renewed),
                () -> publish(1, 1, false),
                () -> publish(2, 2, false),
                () -> publish(3, 1, true),
                () -> {
                    slow.withhold();
                    publish(4, 2, false);
                },
                () -> publish(5, 1, false),
                () -> connect(reader), // over the connection it has
                () -> publish(6, 2, true),
                () -> leave(otherMember),
                () -> {
                    publishOnly(7, 2, false);
                    publishOnly(8, 1, false);
                    publishOnly(9, 2, false);
                    publisher.awaitAcknowledged();
                },
                this::dieWithAWill,
                this::startClean,
                () -> publish(10, 1, false),
                () -> {
                    slow.acknowledgeAgain();
                    slow.awaitReceived(texts(1, 2));
                },
                () -> {
                    connect(away);
                    away.awaitReceived(texts(1, 2));
                },
                () -> connect(otherMember),
                () -> publish(11, 2, false),
                () -> publish(12, 1, true));
    }

    private void connect(Actor actor) {
        actor.connect(port.getAsInt());
        online.add(actor);
    }

    private void leave(Actor actor) {
        online.remove(actor);
        actor.disconnect();
    }

    private void subscribe(Actor actor, String filter, int qos) {
        if (!online.contains(actor)) {
            connect(actor);
        }
        actor.subscribe(filter, qos);
    }

    private void publishOnly(int number, int qos, boolean retain) {
        if (!online.contains(publisher)) {
            connect(publisher);
        }
        published.put("m" + number, qos);
        publisher.publish(TOPIC, "m" + number, qos, retain);
    }

    private void publish(int number, int qos, boolean retain) {
        publishOnly(number, qos, retain);
        publisher.awaitAcknowledged();
    }

    /** At 5.0 with an expiry of the session, so that it lives on; its will is due at once. */
    private void dieWithAWill() {
        String text = "will" + ++attempts;
        mortal.connect(
                port.getAsInt(),
                Packets.Connect.persistent(mortal.name()).withWill(new Packets.Will(WILL_TOPIC, text, 2, false, 0)));
        wills.add(text);
        mortal.cut();
        reader.awaitReceived(wills);
    }

    /** At 3.1.1 a clean session, which ends with its connection, and then one that stays. */
    private void startClean() {
        Packets.Connect lasting = Packets.Connect.persistent(renewed.name());
        renewed.connect(port.getAsInt(), lasting.startingClean().expiry(1_800));
        if (packets.level() < 5) {
            renewed.disconnect();
            renewed.connect(port.getAsInt(), lasting);
        }
        online.add(renewed);
        renewed.forgetReceived();
        renewed.subscribe(TOPIC, 1);
    }

    private List<String> texts(int... qualities) {
        Set<Integer> wanted = new TreeSet<>();
        for (int qos : qualities) {
            wanted.add(qos);
        }
        return published.entrySet().stream()
                .filter(each -> wanted.contains(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The broker is there again: those who were connected come back. */
    void comeBack() {
        for (Actor actor : online) {
            actor.connect(port.getAsInt());
        }
    }

    // ---- what must hold at the end

    /**
     * Waits until nothing is owed any more, by what the clients have got and by what the store holds: a message may come a second time after all
     * have it.
     */
    void settle(Store store) {
        publisher.awaitAcknowledged();
        for (Actor actor : List.of(reader, slow, away)) {
            actor.awaitReceived(texts(1, 2));
        }
        for (Actor actor : List.of(reader, away)) {
            actor.awaitReceived(EARLY);
            actor.awaitReceived(wills);
        }
        renewed.awaitReceived(List.of("m10", "m11", "m12"));
        Actor.await(
                "all messages with a member of the group\n" + member.history() + otherMember.history(),
                brokerDied,
                () -> Stream.of(member, otherMember)
                        .flatMap(each -> each.texts().stream())
                        .collect(Collectors.toSet())
                        .containsAll(texts(1, 2)));
        for (Actor actor : actors) {
            actor.awaitNothingUnreleased();
        }
        awaitRetained();
        Actor.await("the store to hold nothing\n" + history(), brokerDied, () -> {
            try {
                return Leftovers.in(store).isEmpty();
            } catch (StoreException e) {
                return false; // it died
            }
        });
    }

    private void awaitRetained() {
        try (RawClient client = RawClient.connect(port.getAsInt(), packets, Packets.Connect.clean("late"))) {
            client.send(packets.subscribe(1, 1, TOPIC));
            client.expect(Packet.SUBACK);
            assertThat(client.expect(Packet.PUBLISH).text()).as("retained").isEqualTo(LAST_RETAINED);
        } catch (IOException e) {
            Actor.await("a client that reads what is retained: " + e, brokerDied, () -> false);
        }
    }

    /** Checks what everybody got. */
    void check() {
        for (Actor actor : List.of(reader, away)) {
            assertThat(received(actor, EARLY_TOPIC, 2)).as(actor::history).isEqualTo(EARLY);
            assertThat(received(actor, TOPIC, 2)).as(actor::history).isEqualTo(texts(2));
            assertThat(first(received(actor, TOPIC, 1))).as(actor::history).isEqualTo(texts(1));
        }
        List<String> ofSlow = first(received(slow, TOPIC, 1));
        assertThat(ofSlow).filteredOn(texts(1)::contains).as(slow::history).isEqualTo(texts(1));
        assertThat(ofSlow).filteredOn(texts(2)::contains).as(slow::history).isEqualTo(texts(2));
        assertThat(received(reader, WILL_TOPIC, 2)).as(reader::history).doesNotHaveDuplicates();
        assertThat(first(received(renewed, TOPIC, 1))).as(renewed::history).containsSubsequence("m10", "m12");
        assertThat(renewed.received())
                .filteredOn(packet -> !packet.retain()) // what it got on subscribing
                .extracting(Packet::text)
                .as(renewed::history)
                .isSubsetOf("m10", "m11", "m12");
        List<String> onceInTheGroup = Stream.of(member, otherMember)
                .flatMap(each -> received(each, TOPIC, 2).stream())
                .toList();
        assertThat(onceInTheGroup).as(this::history).containsExactlyInAnyOrderElementsOf(texts(2));
        assertThat(received(member, TOPIC, 2)).as(member::history).isSubsetOf(texts(2));
        for (Actor actor : actors) {
            assertThat(actor.texts())
                    .as(actor::history)
                    .allMatch(text -> published.containsKey(text) || EARLY.contains(text) || text.startsWith("will"));
        }
    }

    private static List<String> received(Actor actor, String topic, int qos) {
        return actor.received().stream()
                .filter(packet -> packet.topic().equals(topic) && packet.qos() == qos)
                .map(Packet::text)
                .toList();
    }

    private static List<String> first(List<String> texts) {
        return List.copyOf(new LinkedHashSet<>(texts));
    }

    /** All have disconnected and the broker has stopped: the store holds nothing more for anybody. */
    void checkStore(Store store) {
        Leftovers left = Leftovers.in(store);
        assertThat(left.sessions()).containsExactlyInAnyOrderElementsOf(names());
        assertThat(left.isEmpty()).as(() -> left + "\n" + history()).isTrue();
    }

    /**
     * What a store still holds.
     *
     * @param queued by session
     */
    private record Leftovers(
            Set<String> sessions, List<IncomingRecord> incoming, Map<String, List<QueueRecord>> queued) {

        static Leftovers in(Store store) {
            Map<String, Long> heads = new TreeMap<>();
            List<IncomingRecord> incoming = new ArrayList<>();
            store.load(new StoreVisitor() {
                @Override
                public void session(SessionRecord record) {
                    heads.put(record.client().value(), record.head());
                }

                @Override
                public void subscription(ClientId client, io.zanzara.message.Subscription subscription) {}

                @Override
                public void incoming(IncomingRecord record) {
                    incoming.add(record);
                }

                @Override
                public void retained(io.zanzara.store.RetainedRecord record) {}
            });
            // what lies below the head does not exist; it goes with the next deletion
            Map<String, List<QueueRecord>> queued = new TreeMap<>();
            heads.forEach((session, head) ->
                    queued.put(session, store.readQueue(new ClientId(session), head, Long.MAX_VALUE, 10, 1 << 20)));
            queued.values().removeIf(List::isEmpty);
            return new Leftovers(heads.keySet(), incoming, queued);
        }

        boolean isEmpty() {
            return incoming.isEmpty() && queued.isEmpty();
        }
    }

    private List<String> names() {
        return Stream.concat(actors.stream().map(Actor::name), Stream.of(GROUP)).toList();
    }

    void disconnectAll() {
        actors.forEach(Actor::disconnect);
    }

    String history() {
        return String.join("\n", actors.stream().map(Actor::history).toList());
    }

    @Override
    public void close() {
        actors.forEach(Actor::close);
    }
}
