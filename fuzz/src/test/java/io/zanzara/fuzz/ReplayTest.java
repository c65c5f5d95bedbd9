package io.zanzara.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zanzara.fuzz.Corpus.Seed;
import io.zanzara.testclient.Packets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run writes can be sent again. */
final class ReplayTest {

    private static final byte[] CONNECT = Packets.MQTT_5.connect(Packets.Connect.clean("c"));
    private static final byte[] REST = Packets.MQTT_5.pingReq();

    @TempDir
    Path folder;

    @Test
    void decoderLinesComeBack() throws IOException {
        Path file = folder.resolve("found.txt");
        new Journal(100).write(file, List.of("a remark"), List.of(Journal.decoderLine(false, 4, REST)));
        Replay replay = Replay.read(file);

        assertThat(replay.hasForBroker()).isFalse();
        assertThat(replay.forDecoder()).hasSize(1);
        Seed seed = replay.forDecoder().get(0);
        assertThat(seed.fromClient()).isFalse();
        assertThat(seed.level()).isEqualTo(4);
        assertThat(seed.bytes()).isEqualTo(REST);
    }

    @Test
    void connectionsAreSentAsTheyWereButNotWithoutTheirBeginning() throws Exception {
        Journal journal = new Journal(10_000);
        journal.sent(8, REST);
        journal.sent(9, CONNECT);
        journal.sent(10, CONNECT);
        journal.sent(9, REST);
        journal.ended(9);
        Path file = journal.write(folder.resolve("found.txt"), List.of(), List.of());

        assertThat(received(Replay.read(file))).containsExactlyInAnyOrder(CONNECT.length + REST.length, CONNECT.length);
    }

    /** Returns how many bytes came over each of two connections. */
    private static List<Integer> received(Replay replay) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            Future<?> sending = threads.submit(() -> {
                replay.send(server.getLocalPort());
                return null;
            });
            List<Future<Integer>> lengths = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Socket socket = server.accept();
                lengths.add(threads.submit(() -> socket.getInputStream().readAllBytes().length));
            }
            sending.get();
            return List.of(lengths.get(0).get(), lengths.get(1).get());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void onlyTheLastIsKept() throws IOException {
        Journal journal = new Journal(10_000);
        for (int i = 0; i < 1_000; i++) {
            journal.sent(i, CONNECT);
        }
        List<String> lines = Files.readAllLines(journal.write(folder.resolve("found.txt"), List.of(), List.of()));

        assertThat(lines).hasSizeBetween(100, 300);
        assertThat(lines.get(lines.size() - 1)).startsWith("999 10");
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other.txt"), "one two three\n");

        assertThatThrownBy(() -> Replay.read(file)).isInstanceOf(IllegalArgumentException.class);
    }
}
