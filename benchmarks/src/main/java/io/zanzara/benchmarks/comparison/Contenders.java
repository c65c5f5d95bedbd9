package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.limits.PassThrough;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The brokers that can be had here. */
final class Contenders {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** What each broker that others wrote is told beyond its defaults, for the page. */
    static final Map<String, String> SETTINGS = Map.of(
            Contender.MOSQUITTO,
            "`max_inflight_messages 0` and `max_queued_messages 0` (no limits; by default it drops what exceeds 1,000)",
            Contender.HIVEMQ,
            "`max-queue-size` 100,000,000 (by default it drops what exceeds 1,000), an extension that lets everybody in",
            Contender.MOQUETTE,
            "`allow_anonymous`, no telemetry",
            Contender.AEDES,
            "its persistence on the same MongoDB");

    private final Path home;
    private final Map<String, String> places;
    private final @Nullable Mongod mongod;
    private final Map<String, Contender> all = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();

    /**
     * @param home the project's folder
     * @param places where the brokers that others wrote are, as {@code bin/brokers-for-bench} prints them
     * @param mongod for those that need one, or null if there is none
     */
    Contenders(Path home, Map<String, String> places, @Nullable Mongod mongod) {
        this.home = home;
        this.places = places;
        this.mongod = mongod;
        add(
                Contender.PASS_THROUGH,
                (folder, port) -> List.of(
                        JAVA,
                        "-cp",
                        home.resolve("benchmarks/target/benchmarks.jar").toString(),
                        PassThrough.class.getName(),
                        String.valueOf(port)));
        add(Contender.MEMORY, (folder, port) -> zanzara(jar(), port, "--zanzara.store.type=memory"));
        add(Contender.EMBEDDED, (folder, port) -> embedded(jar(), folder, port));
        add(
                Contender.ARCHIVED,
                (folder, port) -> embedded(List.of(home.resolve("bin/broker").toString()), folder, port));
        addOnMongodb(
                Contender.MONGODB,
                database -> (folder, port) ->
                        zanzara(jar(), port, "--zanzara.store.type=mongodb", "--spring.mongodb.uri=" + database));
        addPeers();
    }

    private void addPeers() {
        addPeer(Contender.MOSQUITTO, "mosquitto", place -> (folder, port) -> mosquitto(place, folder, port));
        addPeer(
                Contender.HIVEMQ,
                "hivemq",
                place -> (folder, port) -> javaPeer("hivemq/HiveMq.java", place, folder, port));
        addPeer(
                Contender.MOQUETTE,
                "moquette",
                place -> (folder, port) -> javaPeer("moquette/Moquette.java", place, folder, port));
        String aedes = places.get("aedes");
        if (aedes == null) {
            missing.add(Contender.AEDES);
        } else {
            addOnMongodb(
                    Contender.AEDES,
                    database -> (folder, port) ->
                            List.of("node", Path.of(aedes, "aedes.js").toString(), String.valueOf(port), database));
        }
    }

    private interface Recipe {
        Contender.Command with(String place);
    }

    private void add(String name, Contender.Command command) {
        all.put(name, new Contender(name, command, 0));
    }

    private void addPeer(String name, String key, Recipe recipe) {
        String place = places.get(key);
        if (place == null) {
            missing.add(name);
        } else {
            add(name, recipe.with(place));
        }
    }

    private void addOnMongodb(String name, Recipe recipe) {
        if (mongod == null) {
            missing.add(name);
        } else {
            all.put(name, new Contender(name, recipe.with(mongod.uri(database(name))), mongod.pid()));
        }
    }

    private static String database(String name) {
        return name.replaceAll("[^A-Za-z]", "");
    }

    /** Removes what a broker that has ended left on MongoDB, if it was there. */
    void forget(Contender contender) {
        if (mongod != null) {
            mongod.drop(database(contender.name()));
        }
    }

    private List<String> jar() {
        return List.of(
                JAVA,
                "-jar",
                home.resolve("broker-service/target/broker-service.jar").toString());
    }

    private static List<String> embedded(List<String> start, Path folder, int port) throws IOException {
        return zanzara(
                start,
                port,
                "--zanzara.store.type=embedded",
                "--zanzara.store.embedded.path=" + folder.resolve("store"));
    }

    private static List<String> zanzara(List<String> start, int port, String... options) throws IOException {
        List<String> command = new ArrayList<>(start);
        command.add("--zanzara.mqtt.port=" + port);
        command.add("--management.server.port=" + BrokerProcess.freePort());
        command.addAll(List.of(options));
        return command;
    }

    private static List<String> mosquitto(String binary, Path folder, int port) throws IOException {
        Path config = folder.resolve("mosquitto.conf");
        Files.writeString(config, """
                listener %d 127.0.0.1
                allow_anonymous true
                max_inflight_messages 0
                max_queued_messages 0
                """.formatted(port));
        return List.of(binary, "-c", config.toString());
    }

    private List<String> javaPeer(String source, String libraries, Path folder, int port) {
        return List.of(
                JAVA,
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                libraries,
                home.resolve("benchmarks/peers").resolve(source).toString(),
                String.valueOf(port),
                folder.toString());
    }

    /** Returns one of them, or null if it is not to be had here. */
    @Nullable
    Contender find(String name) {
        return all.get(name);
    }

    /** Names of those that are not to be had here. */
    List<String> missing() {
        return List.copyOf(missing);
    }
}
