package io.zanzara.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the broker's process is.
 *
 * @param connections with a session
 * @param sockets open in the process
 * @param files all that is open in the process
 * @param heapBytes in use; means something right after a collection only
 * @param outsideBytes allocated outside of the heap by Java code, as Netty's buffers are; 0 where it was not asked for
 * @param dropped messages that were dropped and counted
 */
record Vitals(
        long connections,
        long sessions,
        long subscriptions,
        long retained,
        long sockets,
        long files,
        long heapBytes,
        long outsideBytes,
        long dropped) {

    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=(\\d+)KB");

    /** Asks the broker's metrics and the system, which costs little. */
    static Vitals of(BrokerProcess broker) throws IOException {
        return of(broker, 0);
    }

    /** Lets the garbage be collected first, and asks for the memory outside of the heap too. */
    static Vitals afterCollection(BrokerProcess broker) throws IOException, InterruptedException {
        jcmd(broker, "GC.run");
        Matcher other = OTHER.matcher(jcmd(broker, "VM.native_memory", "summary"));
        return of(broker, other.find() ? Long.parseLong(other.group(1)) << 10 : 0);
    }

    private static Vitals of(BrokerProcess broker, long outsideBytes) throws IOException {
        String metrics = metrics(broker);
        Path descriptors = Path.of("/proc", String.valueOf(broker.pid()), "fd");
        return new Vitals(
                sum(metrics, "zanzara_connections", ""),
                sum(metrics, "zanzara_sessions", ""),
                sum(metrics, "zanzara_subscriptions", ""),
                sum(metrics, "zanzara_retained", ""),
                descriptors(descriptors, "socket:"),
                descriptors(descriptors, ""),
                sum(metrics, "jvm_memory_used_bytes", "area=\"heap\""),
                outsideBytes,
                sum(metrics, "zanzara_messages_dropped_total", ""));
    }

    private static String metrics(BrokerProcess broker) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + broker.managementPort() + "/actuator/prometheus");
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readAllBytes(), UTF_8);
        }
    }

    /** Adds up the lines of a metric that have this among their tags. */
    static long sum(String metrics, String name, String tag) {
        double sum = 0;
        for (String line : metrics.lines().toList()) {
            boolean named = line.startsWith(name + " ") || line.startsWith(name + "{");
            if (named && line.contains(tag)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return (long) sum;
    }

    private static long descriptors(Path folder, String kind) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(descriptor -> isOf(descriptor, kind)).count();
        }
    }

    private static boolean isOf(Path descriptor, String kind) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(kind);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    /** Returns what the heap is full of. */
    static String histogram(BrokerProcess broker) throws IOException, InterruptedException {
        return jcmd(broker, "GC.class_histogram");
    }

    private static String jcmd(BrokerProcess broker, String... command) throws IOException, InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        List<String> line = Stream.concat(
                        Stream.of(program.toString(), String.valueOf(broker.pid())), Stream.of(command))
                .toList();
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", line) + ": " + output);
        }
        return output;
    }

    @Override
    public String toString() {
        return "heap %,d KB, outside %,d KB, %d connections, %d sessions, %d subscriptions, %d retained, %d sockets, %d files"
                .formatted(
                        heapBytes >> 10,
                        outsideBytes >> 10,
                        connections,
                        sessions,
                        subscriptions,
                        retained,
                        sockets,
                        files);
    }
}
