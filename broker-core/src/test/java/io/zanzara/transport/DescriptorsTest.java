package io.zanzara.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.access.Limits;
import io.zanzara.access.Listener;
import io.zanzara.store.memory.MemoryStore;
import io.zanzara.testclient.Door;
import io.zanzara.testclient.Packet;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A broker in a process of its own that runs out of file descriptors serves whom it has, and when there are some again, others. */
class DescriptorsTest {

    private static final int DESCRIPTORS = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aBrokerThatRanOutOfThemRecovers() throws Exception {
        Process process = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n " + DESCRIPTORS + "; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DescriptorsTest.class.getName())
                .redirectErrorStream(true)
                .start();
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        // closed by the end of the process: closing it earlier would wait for the thread that reads
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try (SocketsOfTest sockets = new SocketsOfTest()) {
            int port = Integer.parseInt(out.readLine());
            Thread reader = new Thread(() -> out.lines().forEach(lines::add));
            reader.setDaemon(true);
            reader.start();
            try (RawClient early = RawClient.connect(port, Packets.MQTT_5, Connect.clean("early"))) {
                // classes in folders need a descriptor when they are loaded
                early.send(Packets.MQTT_5.pingReq());
                early.expect(Packet.PINGRESP);
                for (int i = 0; i < 2 * DESCRIPTORS; i++) {
                    sockets.open(Door.tcp(port));
                }
                await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(line -> line.contains("can't accept")));
                early.send(Packets.MQTT_5.pingReq());
                early.expect(Packet.PINGRESP);
                sockets.closeAll();
                await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                    RawClient.connect(port, Packets.MQTT_5, Connect.clean("late"))
                            .close();
                    return true;
                });
                early.send(Packets.MQTT_5.pingReq());
                early.expect(Packet.PINGRESP);
            }
            assertThat(lines).as("no stack trace").noneMatch(line -> line.contains("\tat "));
        } finally {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** In the process: a broker without bounds, until the input ends. */
    public static void main(String[] arguments) throws IOException {
        Limits unbounded = Limits.DEFAULTS.with(draft -> draft.maxConnections(0).maxPendingConnectionsPerAddress(0));
        try (Broker broker = Broker.start(BrokerConfig.of(new MemoryStore())
                .withListeners(List.of(Listener.tcp("127.0.0.1", 0)))
                .withLimits(unbounded))) {
            System.out.println(broker.port());
            while (System.in.read() >= 0) {
                // the end of the input is waited for
            }
        }
    }
}
