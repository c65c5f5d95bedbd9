package io.zanzara.endtoend;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Starts the three jars against one broker, each in a console of its own, and ends whatever is left at the end. */
final class Consoles implements AutoCloseable {

    static final String RECEIVED = "received message: Hello mqtt \\d+";
    static final String NUMBER = "\\d+";

    /** For processes that live for seconds. */
    static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final String PREFIX = "received message: Hello mqtt ";

    private final Backend.Location location;
    private final boolean packaged;
    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final List<ConsoleProcess> started = new ArrayList<>();

    Consoles(Backend.Location location) {
        this(location, false);
    }

    private Consoles(Backend.Location location, boolean packaged) {
        this.location = location;
        this.packaged = packaged;
    }

    /** Runs the jars in the form in which they are packaged; each start takes twice as long. */
    static Consoles ofPackagedJars(Backend.Location location) {
        return new Consoles(location, true);
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    /** Starts the broker and waits until it is ready; always on the same port and the same store. */
    ConsoleProcess broker(String... options) {
        ConsoleProcess broker = launchBroker(QUICK_START, options);
        broker.awaitMatch("Zanzara is up and running at port " + port);
        return broker;
    }

    /** Starts the broker with the settings that stand in a file, and waits until it is ready; its listeners are what the file says. */
    ConsoleProcess brokerWith(Path settings, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.config.additional-location=file:" + settings,
                "--management.server.port=" + managementPort,
                "--zanzara.store.type=" + location.type(),
                location.option()));
        arguments.addAll(List.of(options));
        ConsoleProcess broker = launch("broker", "broker-service", QUICK_START, arguments);
        broker.awaitMatch("Zanzara is up and running");
        return broker;
    }

    /** Starts the broker without waiting for it; the options given replace those that every broker gets. */
    ConsoleProcess launchBroker(List<String> jvm, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--zanzara.mqtt.port=" + port,
                "--management.server.port=" + managementPort,
                "--zanzara.store.type=" + location.type(),
                location.option()));
        for (String option : options) {
            String name = option.substring(0, option.indexOf('=') + 1);
            arguments.removeIf(argument -> argument.startsWith(name));
            arguments.add(option);
        }
        return launch("broker", "broker-service", jvm, arguments);
    }

    /** Starts a publisher that publishes so many messages and ends. */
    ConsoleProcess publisher(int count, String interval, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("--mqtt.port=" + port, "--publisher.count=" + count, "--publisher.interval=" + interval));
        arguments.addAll(List.of(options));
        return launch("publisher", "publisher-app", QUICK_START, arguments);
    }

    /** Starts a subscriber and waits until the broker has taken its subscription. */
    ConsoleProcess subscriber(String clientId, ConsoleProcess broker, String... options) {
        long before = subscriptions(broker, clientId);
        List<String> arguments = new ArrayList<>(List.of("--mqtt.port=" + port, "--mqtt.client-id=" + clientId));
        arguments.addAll(List.of(options));
        ConsoleProcess subscriber = launch(clientId, "subscriber-app", QUICK_START, arguments);
        broker.awaitCount(Events.subscribed(clientId), before + 1);
        return subscriber;
    }

    private static long subscriptions(ConsoleProcess broker, String clientId) {
        return broker.count(Events.subscribed(clientId));
    }

    private ConsoleProcess launch(String name, String module, List<String> jvm, List<String> arguments) {
        Path jar = Path.of("..", module, "target", module + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with ./mvnw -DskipTests package");
        }
        // Who chooses options of the JVM gets what they would do with the packaged jar.
        PreparedJar prepared =
                packaged || !jvm.equals(QUICK_START) ? new PreparedJar(jar, List.of()) : PreparedJar.of(jar);
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(jvm);
        command.addAll(prepared.options());
        command.add("-jar");
        command.add(prepared.jar().toString());
        command.addAll(arguments);
        ConsoleProcess process = ConsoleProcess.start(name, command);
        started.add(process);
        return process;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The numbers of the messages that a subscriber printed, in order. */
    static List<Integer> received(ConsoleProcess subscriber) {
        return subscriber.lines(RECEIVED).stream()
                .map(line -> Integer.valueOf(line.substring(PREFIX.length())))
                .toList();
    }

    /** The numbers that a publisher printed, in order. */
    static List<Integer> acknowledged(ConsoleProcess publisher) {
        return publisher.lines(NUMBER).stream().map(Integer::valueOf).toList();
    }

    static List<Integer> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @Override
    public void close() {
        for (ConsoleProcess process : started) {
            process.close();
        }
    }
}
