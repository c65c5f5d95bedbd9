package io.zanzara.engine;

import io.zanzara.Broker;
import io.zanzara.BrokerConfig;
import io.zanzara.store.rocksdb.RocksStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker on the embedded store in a process of its own with a heap of 256 MB, which ends at the first OutOfMemoryError. */
final class SmallBroker implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream commands;
    private final int port;

    private SmallBroker(Process process) throws IOException {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.port = Integer.parseInt(answer("port "));
    }

    static SmallBroker start(Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1", // no test asks how fast it is, and optimizing it takes most of the time
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                SmallBroker.class.getName(),
                folder.toString()));
        return new SmallBroker(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    int port() {
        return port;
    }

    /** Returns megabytes of heap in use after a collection. */
    long heap() throws IOException {
        commands.println("heap");
        return Long.parseLong(answer("heap "));
    }

    private String answer(String prefix) throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(prefix)) {
            System.out.println("[broker] " + line);
            line = answers.readLine();
        }
        if (line == null) {
            throw new IOException("the broker ended, with " + exitValue());
        }
        return line.substring(prefix.length());
    }

    private int exitValue() {
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In the process: runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Broker broker = Broker.start(
                BrokerConfig.of(new RocksStore(Path.of(arguments[0]))).withPort(0))) {
            System.out.println("port " + broker.port());
            while (commands.readLine() != null) {
                System.gc();
                long used =
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
                System.out.println("heap " + (used >> 20));
            }
        }
        System.exit(0);
    }
}
