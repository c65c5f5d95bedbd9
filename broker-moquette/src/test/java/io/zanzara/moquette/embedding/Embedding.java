package io.zanzara.moquette.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import io.zanzara.testclient.Packets;
import io.zanzara.testclient.Packets.Connect;
import io.zanzara.testclient.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.eclipse.paho.client.mqttv3.MqttException;

/** The servers, clients and folders of one test. For one thread at a time. */
final class Embedding {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Moquette takes two seconds to stop, which the next test need not wait for. */
    private static final Executor STOPPERS = task -> new Thread(task, "stops a server").start();

    private static final Queue<CompletableFuture<Void>> STOPS = new ConcurrentLinkedQueue<>();

    private final Supplier<Server> constructor;
    private final boolean moquette;
    private final List<Server> running = new ArrayList<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final List<MoquetteDefect> shown = new ArrayList<>();

    /**
     * @param constructor the one thing in which the programs differ
     * @param moquette whether it makes Moquette's own server, with its defects
     */
    Embedding(Supplier<Server> constructor, boolean moquette) {
        this.constructor = constructor;
        this.moquette = moquette;
    }

    /** Returns a server that has not been started; the test may start and stop it, or leave it running. */
    Server create() {
        Server server = constructor.get();
        running.add(server);
        return server;
    }

    /** Starts a server with these settings, each a name and a value, beside those of {@link #settings}. */
    Server start(String... settings) throws IOException {
        Server server = create();
        server.startServer(settings(settings));
        return server;
    }

    /** Starts a server with extensions and settings. */
    Server start(Extensions extensions, String... settings) throws IOException {
        Server server = create();
        start(server, extensions, settings);
        return server;
    }

    /** Starts this server with extensions and settings. */
    void start(Server server, Extensions extensions, String... settings) throws IOException {
        server.startServer(
                config(settings),
                extensions.handlers(),
                extensions.tls(),
                extensions.authenticator(),
                extensions.policy());
    }

    /** Returns settings for any free port, on this machine only, with nothing kept on disk, and these. */
    static Properties settings(String... more) {
        Properties settings = new Properties();
        settings.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
        settings.setProperty(IConfig.PORT_PROPERTY_NAME, "0");
        settings.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, "false");
        for (int i = 0; i < more.length; i += 2) {
            settings.setProperty(more[i], more[i + 1]);
        }
        return settings;
    }

    static IConfig config(String... settings) {
        return new MemoryConfig(settings(settings));
    }

    /** Returns settings for a server that keeps what it has in a folder. */
    static String[] keptIn(Path folder, String... more) {
        List<String> all = new ArrayList<>(List.of(
                IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME,
                "true",
                IConfig.DATA_PATH_PROPERTY_NAME,
                folder.toString(),
                "queue_page_size",
                "1048576",
                "queue_segment_size",
                "262144"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Returns the port of a server; Moquette may know it a moment after its start only. */
    static int port(Server server) {
        return await().until(server::getPort, port -> port > 0);
    }

    /** Returns the port for TLS of a server; see {@link #port}. */
    static int tlsPort(Server server) {
        return await().until(server::getSslPort, port -> port > 0);
    }

    static org.awaitility.core.ConditionFactory await() {
        return Awaitility.await().dontCatchUncaughtExceptions().atMost(PATIENCE).pollInterval(Duration.ofMillis(5));
    }

    /** Waits a moment for what happens at once on one server and never on the other. */
    static boolean happens(Callable<Boolean> condition) {
        try {
            await().atMost(Duration.ofSeconds(1)).until(condition);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    /** Connects a client of 3.1.1 with a clean session. */
    RawClient connect(Server server, String clientId) throws IOException {
        return connect(server, Packets.MQTT_3_1_1, Connect.clean(clientId));
    }

    RawClient connect(Server server, Packets packets, Connect options) throws IOException {
        RawClient client = keep(RawClient.connect(port(server), packets, options));
        awaitListed(server, options.clientId());
        return client;
    }

    /** Waits until a server is ready for what a client sends after its CONNECT; Moquette may have sent CONNACK a moment before. */
    static void awaitListed(Server server, String clientId) {
        await().until(() -> server.listConnectedClients().stream()
                .anyMatch(client -> client.getClientID().equals(clientId)));
    }

    /** Opens a connection without sending CONNECT. */
    RawClient open(Server server, Packets packets) throws IOException {
        return keep(RawClient.open(port(server), packets));
    }

    PahoClient paho(Server server, String clientId) throws MqttException {
        return paho(server, "tcp://127.0.0.1:" + port(server), clientId);
    }

    /** Creates a client that connects to a server of this test by way of an address. */
    PahoClient paho(Server server, String uri, String clientId) throws MqttException {
        return keep(new PahoClient(uri, clientId, () -> awaitListed(server, clientId)));
    }

    /** Has a client closed when the test has ended. */
    <T extends AutoCloseable> T keep(T client) {
        clients.add(client);
        return client;
    }

    /** Creates a folder that outlives the servers of this test. */
    static Path folder() {
        try {
            return Files.createDirectories(Path.of("target", "embedding", Long.toString(System.nanoTime(), 36)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asserts that this server does what a server of its kind does about a defect. */
    void assertShows(MoquetteDefect defect, Object observed) {
        shown.add(defect);
        assertThat(observed.toString())
                .as("%s, on %s", defect, moquette ? "Moquette" : "ours")
                .isEqualTo(moquette ? defect.onMoquette() : defect.onOurs());
    }

    /** Returns the defects that this test has shown. */
    List<MoquetteDefect> shown() {
        return List.copyOf(shown);
    }

    /** Stops a server and waits for it. */
    void stop(Server server) {
        running.remove(server);
        server.stopServer();
    }

    /** Closes all clients, and has all servers stopped in the background; see {@link #awaitStops}. */
    void close() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        for (Server server : running) {
            STOPS.add(CompletableFuture.runAsync(server::stopServer, STOPPERS));
        }
    }

    /** Waits until all servers have stopped. */
    static void awaitStops() {
        for (CompletableFuture<Void> stop = STOPS.poll(); stop != null; stop = STOPS.poll()) {
            stop.join();
        }
    }
}
