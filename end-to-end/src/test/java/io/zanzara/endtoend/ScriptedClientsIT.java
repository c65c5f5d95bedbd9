package io.zanzara.endtoend;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote in other languages, in both versions: scripts that talk to the packaged broker, all at the same
 * time. Each says first how many checks it has, then how each went; each check is a test here. A client that can't be had on
 * this machine is named in a line of output, and has no tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptedClientsIT {

    private final List<ScriptedRound> rounds = new ArrayList<>();
    private Consoles consoles;

    @BeforeAll
    void startAll(@TempDir Path folder) {
        consoles = new Consoles(Backend.EMBEDDED.fresh(folder));
        consoles.broker("--zanzara.events.log=false");
        Map<String, String> clients = ScriptedRound.clients("python", "node", "mosquitto");
        for (String version : List.of("3.1.1", "5")) {
            if (clients.containsKey("python")) {
                String path = "PYTHONPATH=" + clients.get("python");
                start("paho-python", version, List.of("env", path, "python3", ScriptedRound.script("paho_round.py")));
            }
            if (clients.containsKey("node")) {
                start(
                        "mqtt.js",
                        version,
                        List.of("node", ScriptedRound.script("mqttjs_round.mjs"), clients.get("node")));
            }
            if (clients.containsKey("mosquitto")) {
                start(
                        "mosquitto tools",
                        version,
                        List.of("bash", ScriptedRound.script("mosquitto_round.sh"), clients.get("mosquitto")));
            }
        }
    }

    private void start(String client, String version, List<String> interpreter) {
        rounds.add(ScriptedRound.start(client, version, interpreter, consoles.port()));
    }

    @AfterAll
    void endAll() {
        rounds.forEach(ScriptedRound::close);
        consoles.close();
    }

    @TestFactory
    Stream<DynamicContainer> everyRound() {
        return rounds.stream().map(round -> dynamicContainer(round.name(), round.checks()));
    }
}
