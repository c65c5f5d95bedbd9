package io.zanzara.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zanzara.fuzz.Findings.Kind;
import io.zanzara.testclient.PortRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The broker in a process of its own, with a small heap and Netty's leak detector at its most thorough. What it prints is kept and checked. */
final class BrokerProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 90;
    private static final PortRange PORTS = new PortRange(16_000, 4_000);

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;
    private final Findings findings;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread reader = new Thread(this::read, "output of the broker");
    private volatile boolean stopping;

    private BrokerProcess(Process process, Path log, int port, int managementPort, Findings findings) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
        this.findings = findings;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts the packaged broker and waits until it listens.
     *
     * @param store embedded or memory
     * @param tracing whether the leak detector, which watches each buffer in any case, also notes each access to it
     * @throws IllegalStateException if it does not get ready
     */
    static BrokerProcess start(Path jar, String store, Path folder, boolean tracing, Findings findings)
            throws IOException, InterruptedException {
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with ./mvnw -DskipTests package");
        }
        int port = PORTS.free();
        int managementPort = PORTS.free();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:NativeMemoryTracking=summary",
                "-Dio.netty.leakDetection.level=paranoid",
                "-Dio.netty.leakDetection.targetRecords=" + (tracing ? 8 : 0),
                "-jar",
                jar.toString(),
                "--zanzara.mqtt.port=" + port,
                "--management.server.port=" + managementPort,
                "--zanzara.events.log=false",
                "--zanzara.store.type=" + store,
                "--zanzara.store.embedded.path=" + folder.resolve("data"),
                // sessions and queues of clients that are made up must not pile up
                "--zanzara.limits.max-session-expiry=2s",
                "--zanzara.limits.max-queue-messages=2000"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        BrokerProcess broker = new BrokerProcess(process, folder.resolve("broker.log"), port, managementPort, findings);
        if (!broker.ready.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || !process.isAlive()) {
            broker.close();
            throw new IllegalStateException("the broker did not start; what it said is in " + broker.log);
        }
        return broker;
    }

    private void read() {
        LogCheck check = new LogCheck(findings);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Files.write(log, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (check.line(line)) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // the process is gone
        } finally {
            ready.countDown();
            if (!stopping) {
                findings.add(Kind.BROKER_ENDED, "what it said last is in " + log);
            }
        }
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM; waits until it has ended and all it said was checked. */
    void stop() throws InterruptedException {
        stopping = true;
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            findings.add(Kind.SILENT, "the broker does not end when it is asked to");
            process.destroyForcibly();
        }
        reader.join();
    }

    @Override
    public void close() {
        stopping = true;
        process.destroyForcibly();
    }
}
