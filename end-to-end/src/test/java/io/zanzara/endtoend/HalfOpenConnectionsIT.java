package io.zanzara.endtoend;

import static io.zanzara.endtoend.SafeBroker.CONFIDENTIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.zanzara.endtoend.JavaClient.Connecting;
import io.zanzara.endtoend.JavaClient.Kind;
import io.zanzara.endtoend.JavaClient.Message;
import io.zanzara.endtoend.JavaClient.Subscribing;
import io.zanzara.testclient.Door;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand connections from one address that say nothing, with the bounds that a broker has if nobody sets any. */
final class HalfOpenConnectionsIT {

    private static final int MANY = 10_000;
    private static final int MOST_PENDING_OF_ADDRESS = 2_000;
    private static final int OTHER_DESCRIPTORS = 500;
    private static final int FEW = 20;
    private static final String STRANGER = "127.0.0.2";

    private final List<SocketChannel> strangers = new ArrayList<>();

    @Test
    void keepNobodyElseOut(@TempDir Path folder) throws Exception {
        int many = Math.min(MANY, (int) descriptors() - OTHER_DESCRIPTORS);
        if (many < MANY) {
            System.out.println("Only " + many + " half-open connections, as a process may have no more here.");
        }
        assertThat(many).isGreaterThan(MOST_PENDING_OF_ADDRESS);
        // so long that they are there until they are closed here
        try (SafeBroker broker = new SafeBroker(folder, "--zanzara.limits.connect-timeout=10m")) {
            double filesBefore = files(broker);
            knock(broker, many);
            await().atMost(JavaClient.PATIENCE).until(() -> refused(broker) == many - MOST_PENDING_OF_ADDRESS);
            assertThat(files(broker))
                    .isBetween(
                            filesBefore + MOST_PENDING_OF_ADDRESS - FEW, filesBefore + MOST_PENDING_OF_ADDRESS + FEW);

            broker.serveOthers();
            for (String listener : List.of("tcp", "wss")) {
                exchange(broker, listener);
            }
            assertThat(getsIn(broker)).isFalse();

            leave();
            await().atMost(JavaClient.PATIENCE).until(() -> files(broker) <= filesBefore + FEW);
            await().atMost(JavaClient.PATIENCE).until(() -> getsIn(broker));
            await().atMost(JavaClient.PATIENCE).until(() -> broker.metric("zanzara_connections") == 1);
            everyPlaceIsFree(broker);
            assertThat(broker.process()
                            .lines(".*connectionRefused " + STRANGER + "\\b.* \\(0x97, there are too many.*"))
                    .hasSizeBetween(1, 200);
        } finally {
            leave();
        }
    }

    /** As many as there are places stay, but for a few that may be on their way out. */
    private void everyPlaceIsFree(SafeBroker broker) throws Exception {
        double refusedBefore = refused(broker);
        double filesBefore = files(broker);
        knock(broker, MOST_PENDING_OF_ADDRESS - FEW);
        await().atMost(JavaClient.PATIENCE)
                .until(() -> files(broker) >= filesBefore + MOST_PENDING_OF_ADDRESS - 2 * FEW);
        assertThat(refused(broker)).isEqualTo(refusedBefore);
        knock(broker, 2 * FEW);
        await().atMost(JavaClient.PATIENCE).until(() -> refused(broker) >= refusedBefore + FEW);
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    private static double refused(SafeBroker broker) {
        return broker.metric("zanzara_refused_total{reason=\"quota_exceeded\"}");
    }

    private static double files(SafeBroker broker) {
        return broker.metric("process_files_open_files");
    }

    /** Opens so many connections and says nothing. */
    private void knock(SafeBroker broker, int count) throws IOException {
        InetSocketAddress door =
                new InetSocketAddress("127.0.0.1", broker.at("tcp").port());
        for (int i = 0; i < count; i++) {
            SocketChannel stranger = SocketChannel.open();
            strangers.add(stranger);
            stranger.configureBlocking(false);
            stranger.bind(new InetSocketAddress(STRANGER, 0));
            stranger.connect(door);
        }
    }

    private void leave() throws IOException {
        for (SocketChannel stranger : strangers) {
            stranger.close();
        }
        strangers.clear();
    }

    /** Whether somebody from the same address can come in and be refused for having no password, not at the door. */
    private static boolean getsIn(SafeBroker broker) throws IOException {
        Door door = Door.tcp(broker.at("tcp").port()).from(STRANGER);
        try (RawClient client = RawClient.open(door, Packets.MQTT_5)) {
            client.send(Packets.MQTT_5.connect(Connect.clean("stranger")));
            return client.read().code() == 0x86;
        } catch (IOException closed) {
            return false;
        }
    }

    private static void exchange(SafeBroker broker, String listener) throws Exception {
        try (JavaClient client = Kind.PAHO_5.at(broker.at(listener), "other")) {
            client.connect(Connecting.CLEAN);
            client.subscribe(new Subscribing("all/other", 1));
            client.publish(new Message("all/other", CONFIDENTIAL, 1))
                    .get(JavaClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().atMost(JavaClient.PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !client.received().isEmpty());
        }
    }
}
