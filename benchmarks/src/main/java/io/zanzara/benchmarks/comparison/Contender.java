package io.zanzara.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A broker that may be started.
 *
 * @param name as tables have it
 * @param command starts it
 * @param storePid of the process of its store, or 0
 */
record Contender(String name, Command command, long storePid) {

    static final String MEMORY = "Zanzara, memory";
    static final String EMBEDDED = "Zanzara, embedded";
    static final String ARCHIVED = "Zanzara, embedded, by bin/broker";
    static final String MONGODB = "Zanzara, MongoDB";
    static final String MOSQUITTO = "Mosquitto";
    static final String HIVEMQ = "HiveMQ CE";
    static final String MOQUETTE = "Moquette";
    static final String AEDES = "aedes, MongoDB";
    static final String PASS_THROUGH = "pass-through";

    /** How it is started. */
    interface Command {
        List<String> line(Path folder, int port) throws IOException;
    }
}
