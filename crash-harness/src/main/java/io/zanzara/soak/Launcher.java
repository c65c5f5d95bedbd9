package io.zanzara.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Knows how one kind of broker is started, always on the same data. */
interface Launcher {

    /** After so many kills one lease is left to run out. */
    int ONE_LEASE_IN = 10;

    /** Returns the command line of a broker that listens on a port. It says "up and running" on a line when it does. */
    List<String> command(int port);

    /** Hears that the process was killed and is gone; before the next command. */
    default void killed() {}

    /** Returns what runs this program, with a small heap and compiled quickly: a process lives for seconds. */
    static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The packaged broker on the embedded store. */
    static Launcher embedded(Path jar, Path data) {
        return port -> packaged(jar, port, "embedded", "--zanzara.store.embedded.path=" + data);
    }

    /** The packaged broker on MongoDB. Mostly the lease of the one that was killed is ended, which saves seconds; now and then it runs out. */
    static Launcher mongodb(Path jar, Mongod mongod, String database) {
        return new Launcher() {
            private int kills;

            @Override
            public List<String> command(int port) {
                return packaged(jar, port, "mongodb", "--spring.mongodb.uri=" + mongod.uri(database));
            }

            @Override
            public void killed() {
                if (++kills % ONE_LEASE_IN != 0) {
                    mongod.endLease(database);
                }
            }
        };
    }

    private static List<String> packaged(Path jar, int port, String store, String place) {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with ./mvnw -DskipTests package");
        }
        return java(
                "-jar",
                jar.toString(),
                "--zanzara.mqtt.port=" + port,
                "--management.server.port=-1",
                "--zanzara.events.log=false",
                "--zanzara.store.type=" + store,
                place);
    }
}
