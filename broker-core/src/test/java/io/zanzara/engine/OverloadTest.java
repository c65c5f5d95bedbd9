package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker with a heap of 256 MB stays alive, loses nothing and keeps order under more than it can hold in memory. */
class OverloadTest {

    private static final int WINDOW = 500;

    /** A million with {@code -Dzanzara.overload.messages=1000000}, in a minute or two. */
    private static final int LONG_QUEUE = Integer.getInteger("zanzara.overload.messages", 50_000);

    private static final int SESSIONS = Integer.getInteger("zanzara.overload.sessions", 800);

    @TempDir
    private Path folder;

    private static RawClient connect(SmallBroker broker, Packets.Connect options) throws IOException {
        return RawClient.connect(broker.port(), Packets.MQTT_5, options);
    }

    /** Publishes numbered messages at QoS 1 with a window of unacknowledged ones, and waits for all acknowledgements. */
    private static void publish(SmallBroker broker, String topic, int count, int size) throws IOException {
        try (RawClient publisher = connect(broker, Packets.Connect.clean("publisher of " + topic))) {
            int acknowledged = 0;
            for (int i = 1; i <= count; i++) {
                publisher.write(Packets.MQTT_5.publish(topic, payload(i, size), 1, 1 + i % 60_000));
                if (i - acknowledged == WINDOW) {
                    publisher.flush();
                    acknowledged += acknowledged(publisher, WINDOW / 2);
                }
            }
            publisher.flush();
            acknowledged(publisher, count - acknowledged);
            publisher.disconnect();
        }
    }

    private static int acknowledged(RawClient publisher, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(publisher.expect(Packet.PUBACK).code()).isZero();
        }
        return count;
    }

    private static String payload(int number, int size) {
        String text = number + ":";
        return text + " ".repeat(Math.max(0, size - text.length()));
    }

    private static void drain(RawClient subscriber, int count, int flushEvery) throws IOException {
        for (int i = 1; i <= count; i++) {
            Packet packet = subscriber.expect(Packet.PUBLISH);
            assertThat(packet.text()).startsWith(i + ":");
            subscriber.write(Packets.MQTT_5.acknowledge(Packet.PUBACK, packet.packetIdentifier()));
            if (i % flushEvery == 0 || i == count) {
                subscriber.flush();
            }
        }
    }

    private static void report(SmallBroker broker, String when) throws IOException {
        System.out.println(when + ": " + broker.heap() + " MB of heap in use after a collection");
        assertThat(broker.isAlive()).isTrue();
    }

    @Test
    void aLongQueueIsDrainedInOrder() throws IOException {
        try (SmallBroker broker = SmallBroker.start(folder)) {
            connect(broker, Packets.Connect.persistent("away"))
                    .subscribe(1, "long")
                    .disconnect();
            publish(broker, "long", LONG_QUEUE, 100);
            report(broker, LONG_QUEUE + " messages wait for one session");
            try (RawClient subscriber = connect(broker, Packets.Connect.persistent("away"))) {
                drain(subscriber, LONG_QUEUE, 50);
                subscriber.disconnect();
            }
            report(broker, "and are drained");
        }
    }

    @Test
    void manySessionsWithABacklogAreServedAfterARestart() throws IOException {
        int backlog = 5;
        try (SmallBroker broker = SmallBroker.start(folder)) {
            for (int i = 0; i < SESSIONS; i++) {
                connect(broker, Packets.Connect.persistent("s" + i))
                        .subscribe(1, "all")
                        .disconnect();
            }
            publish(broker, "all", backlog, 100);
        }
        try (SmallBroker broker = SmallBroker.start(folder)) {
            report(broker, SESSIONS + " sessions with " + backlog + " messages each are loaded");
            for (int i = 0; i < SESSIONS; i++) {
                try (RawClient client = connect(broker, Packets.Connect.persistent("s" + i))) {
                    drain(client, backlog, 1);
                    client.disconnect();
                }
            }
            report(broker, "and drained");
        }
    }

    /** Their backlogs together are more than the heap. */
    @Test
    void manyClientsComeBackAtOnceToTheirBacklogs() throws IOException {
        int clients = Integer.getInteger("zanzara.overload.clients", 500);
        int backlog = 40;
        int size = 20_000;
        try (SmallBroker broker = SmallBroker.start(folder)) {
            for (int i = 0; i < clients; i++) {
                connect(broker, Packets.Connect.persistent("c" + i))
                        .subscribe(1, "big")
                        .disconnect();
            }
            publish(broker, "big", backlog, size);
            List<RawClient> back = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                back.add(connect(broker, Packets.Connect.persistent("c" + i).window(60_000)));
            }
            report(
                    broker,
                    clients + " clients are back and read nothing, " + (long) clients * backlog * size / 1_000_000
                            + " MB wait for them");
            for (RawClient client : back) {
                drain(client, backlog, 1);
                client.close();
            }
            report(broker, "all is drained");
        }
    }

    /** The fast ones get everything; how fast, beside a run without the slow one, is printed for people. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSubscriberThatReadsNothingHoldsUpNobody(boolean clean) throws Exception {
        int count = 5_000;
        int size = 2_000;
        try (SmallBroker broker = SmallBroker.start(folder)) {
            String without = latency(broker, "fast alone", count, size);
            Packets.Connect options = clean ? Packets.Connect.clean("slow") : Packets.Connect.persistent("slow");
            RawClient slow = connect(broker, options).subscribe(1, "busy");
            String with = latency(broker, "fast with slow", count, size);
            System.out.println("latency without a " + (clean ? "clean" : "persistent")
                    + " subscriber that reads nothing: " + without + "; with it: " + with);
            report(broker, "it has not read " + count + " messages of " + size + " bytes");
            drain(slow, count, 50);
            slow.close();
        }
    }

    private static String latency(SmallBroker broker, String name, int count, int size) throws Exception {
        List<CompletableFuture<long[]>> fast = new ArrayList<>();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = connect(
                            broker, Packets.Connect.persistent(name + i).startingClean())
                    .subscribe(1, "busy");
            clients.add(client);
            fast.add(CompletableFuture.supplyAsync(() -> latencies(client, count)));
        }
        try (RawClient publisher = connect(broker, Packets.Connect.clean("publisher"))) {
            for (int i = 1; i <= count; i++) {
                publisher.write(Packets.MQTT_5.publish(
                        "busy", payload(i, 12) + System.nanoTime() + ":" + " ".repeat(size), 1, 1 + i % 60_000));
                if (i % 20 == 0) {
                    publisher.flush();
                    acknowledged(publisher, 20);
                }
            }
        }
        long[] all = new long[0];
        for (CompletableFuture<long[]> each : fast) {
            all = java.util.stream.LongStream.concat(java.util.Arrays.stream(all), java.util.Arrays.stream(each.get()))
                    .toArray();
        }
        for (RawClient client : clients) {
            client.disconnect();
        }
        java.util.Arrays.sort(all);
        assertThat(all).hasSize(3 * count);
        return "median " + all[all.length / 2] / 1_000 + " µs, p99 " + all[all.length * 99 / 100] / 1_000 + " µs";
    }

    private static long[] latencies(RawClient client, int count) {
        long[] latencies = new long[count];
        try {
            for (int i = 1; i <= count; i++) {
                Packet packet = client.expect(Packet.PUBLISH);
                String[] parts = packet.text().split(":", -1);
                assertThat(parts[0]).isEqualTo(String.valueOf(i));
                latencies[i - 1] = System.nanoTime() - Long.parseLong(parts[1].strip());
                client.send(Packets.MQTT_5.acknowledge(Packet.PUBACK, packet.packetIdentifier()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return latencies;
    }

    /** The receivers are on one loop, the publisher on another that is quicker: what passes between them must not grow without bound. */
    @Test
    void aPublisherIsSlowedThatIsFasterThanItsReceiversLoop() throws Exception {
        try (SmallBroker broker = SmallBroker.start(folder)) {
            List<RawClient> receivers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                RawClient client = connect(broker, Packets.Connect.clean("r" + i));
                if (i % 2 == 0) { // connections go to the loops in turn
                    receivers.add(client.subscribe(0, "flood"));
                }
            }
            // the first of two more shares the receivers' loop
            connect(broker, Packets.Connect.clean("with them")).close();
            RawClient publisher = connect(broker, Packets.Connect.clean("elsewhere"));
            byte[] message = Packets.MQTT_5.publish("flood", payload(1, 50), 0, 0);
            receivers.forEach(receiver -> CompletableFuture.runAsync(() -> readToTheEnd(receiver)));
            try {
                for (int i = 0; i < 400_000; i++) {
                    publisher.write(message);
                }
                publisher.flush();
            } catch (IOException e) {
                throw new AssertionError("after a flood the broker has " + broker.heap() + " MB of heap in use", e);
            }
            report(broker, "after a flood");
            publisher.close();
        }
    }

    private static void readToTheEnd(RawClient client) {
        try {
            while (client.read().type() == Packet.PUBLISH) {
                continue;
            }
        } catch (IOException ended) {
            // the broker has closed
        }
    }
}
