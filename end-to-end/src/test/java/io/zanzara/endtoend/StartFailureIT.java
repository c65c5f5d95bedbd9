package io.zanzara.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that cannot start says in one sentence what is wrong and what to do, and ends with exit code 1. */
final class StartFailureIT {

    private static final Duration EXIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Consoles> open = new ArrayList<>();

    @AfterEach
    void endEverything() {
        open.forEach(Consoles::close);
    }

    @Test
    void portTaken() {
        Consoles running = consoles("one");
        running.broker();

        ConsoleProcess second =
                consoles("two").launchBroker(Consoles.QUICK_START, "--zanzara.mqtt.port=" + running.port());

        assertFails(second, String.valueOf(running.port()));
    }

    @Test
    void managementPortTaken() {
        Consoles running = consoles("one");
        running.broker();

        ConsoleProcess second = consoles("two")
                .launchBroker(Consoles.QUICK_START, "--management.server.port=" + running.managementPort());

        assertFails(second, String.valueOf(running.managementPort()));
    }

    @Test
    void embeddedStoreInUse() {
        consoles("same").broker();

        ConsoleProcess second = consoles("same").launchBroker(Consoles.QUICK_START);

        assertFails(second, folder.resolve("same").toString());
    }

    @Test
    void embeddedStoreNotAFolder() throws IOException {
        Files.writeString(folder.resolve("file"), "not a folder");

        ConsoleProcess broker = consoles("file").launchBroker(Consoles.QUICK_START);

        assertFails(broker, folder.resolve("file").toString());
    }

    @Test
    void mongodbNotThere() {
        String address = "127.0.0.1:" + Ports.free();
        String uri = "mongodb://" + address + "/zanzara";
        Consoles consoles = new Consoles(new Backend.Location(Backend.MONGODB, uri, "--spring.mongodb.uri=" + uri));
        open.add(consoles);

        ConsoleProcess broker = consoles.launchBroker(Consoles.QUICK_START);

        assertFails(broker, address);
    }

    @Test
    void mongodbInUseByAnotherBroker() {
        Backend.Location location = Backend.MONGODB.fresh(folder);
        Consoles first = new Consoles(location);
        open.add(first);
        first.broker();
        Consoles second = new Consoles(location);
        open.add(second);

        ConsoleProcess broker = second.launchBroker(Consoles.QUICK_START);

        assertFails(broker, "Another broker");
    }

    @Test
    void storeTypeUnknown() {
        ConsoleProcess broker = consoles("data").launchBroker(Consoles.QUICK_START, "--zanzara.store.type=paper");

        assertFails(broker, "paper");
    }

    private Consoles consoles(String name) {
        String path = folder.resolve(name).toString();
        Consoles consoles =
                new Consoles(new Backend.Location(Backend.EMBEDDED, path, "--zanzara.store.embedded.path=" + path));
        open.add(consoles);
        return consoles;
    }

    private static void assertFails(ConsoleProcess broker, String named) {
        assertThat(broker.awaitExit(EXIT)).as(broker.tail()).isEqualTo(1);
        assertThat(broker.lines()).noneMatch(line -> line.contains("up and running"));
        assertThat(broker.lines()).noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by:"));
        // that it waits for another broker's lease is progress, and said before
        List<String> sentences = broker.lines(".*\\S.*").stream()
                .filter(line -> !line.contains("Waiting for the lease"))
                .toList();
        assertThat(sentences).as("one sentence").hasSize(1);
        assertThat(sentences.get(0)).contains(named).endsWith(".");
    }
}
