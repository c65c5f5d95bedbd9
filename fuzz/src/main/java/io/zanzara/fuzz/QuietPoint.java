package io.zanzara.fuzz;

import io.zanzara.fuzz.Findings.Kind;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When all fuzzing clients are gone: waits for what is theirs to go too, clears retained messages, and compares with how it was. */
final class QuietPoint {

    static final long MORE_HEAP = 12L << 20;
    static final long MORE_OUTSIDE = 32L << 20;
    static final int MORE_FILES = 64;
    private static final int MORE_RETAINED = 50;
    private static final long PATIENCE_SECONDS = 60;
    private static final Duration QUIET = Duration.ofMillis(500);

    private final BrokerProcess broker;
    private final Findings findings;
    private final Vitals start;
    private final Path folder;
    private @Nullable Vitals first;

    /**
     * @param start before anything was sent, with the bystanders there
     * @param folder gets a file that says what the heap is full of, if something is left
     */
    QuietPoint(BrokerProcess broker, Vitals start, Path folder, Findings findings) {
        this.folder = folder;
        this.broker = broker;
        this.start = start;
        this.findings = findings;
    }

    /** Waits and checks; returns how the broker is. The first one is what memory is compared with later. */
    Vitals check() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isBack(Vitals.of(broker), start) && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        // only now: what clients had sent before they went is handled after they have gone
        do {
            clearRetained();
        } while (Vitals.of(broker).retained() > MORE_RETAINED && System.nanoTime() - deadline < 0);
        Vitals now = Vitals.afterCollection(broker);
        compare(now, start, first == null ? now : first, findings);
        if (findings.count(Kind.LEFT_BEHIND) > 0) {
            Files.writeString(folder.resolve("heap.txt"), Vitals.histogram(broker));
        }
        if (first == null) {
            first = now;
        }
        return now;
    }

    static boolean isBack(Vitals now, Vitals start) {
        return now.connections() == start.connections()
                && now.sessions() == start.sessions()
                && now.subscriptions() == start.subscriptions()
                && now.sockets() <= start.sockets();
    }

    /**
     * Says what is left that should not be.
     *
     * @param start before anything was sent
     * @param warm after some of it, when every class is loaded and every pool has its first chunks
     */
    static void compare(Vitals now, Vitals start, Vitals warm, Findings findings) {
        boolean good = isBack(now, start)
                && now.retained() <= MORE_RETAINED
                && now.files() <= warm.files() + MORE_FILES
                && now.heapBytes() <= warm.heapBytes() + MORE_HEAP
                && now.outsideBytes() <= warm.outsideBytes() + MORE_OUTSIDE;
        if (!good) {
            findings.add(Kind.LEFT_BEHIND, "now " + now + "; at the start " + start + "; when warm " + warm);
        }
    }

    /** The topics are made up, so there would be more and more of them. */
    private void clearRetained() throws IOException {
        Packets packets = Packets.MQTT_3_1_1;
        try (RawClient janitor = RawClient.connect(broker.port(), packets, Packets.Connect.clean("janitor"))) {
            janitor.send(packets.subscribe(1, 0, "#", "$f/#"));
            Set<String> topics = new HashSet<>();
            long quiet = System.nanoTime();
            while (System.nanoTime() - quiet < QUIET.toNanos()) {
                Packet packet = janitor.poll(QUIET);
                if (packet == null) {
                    break;
                }
                if (packet.type() == Packet.PUBLISH && packet.retain()) {
                    topics.add(packet.topic());
                    quiet = System.nanoTime();
                }
            }
            for (String topic : topics) {
                janitor.write(packets.publish(topic, new byte[0], 0, true, false, 0));
            }
            // it gets its own messages too, and a socket that is closed with some unread takes back what is on its way
            janitor.send(packets.pingReq());
            while (janitor.read().type() != Packet.PINGRESP) {
                continue;
            }
            janitor.disconnect();
        }
    }
}
