package io.zanzara.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zanzara.testclient.PortRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A broker in a process of its own. What it prints is appended to a file. */
final class BrokerProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 90;
    static final PortRange PORTS = new PortRange(12_000, 4_000);
    private static final String READY = "up and running";

    private final Process process;
    private final Path log;
    private final int port;
    private final Thread reader = new Thread(this::read, "output of the broker");
    private final CountDownLatch saidSomethingLast = new CountDownLatch(1);
    private volatile boolean ready;

    private BrokerProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one; returns before it is ready. */
    static BrokerProcess start(Launcher launcher, Path log) {
        try {
            int port = PORTS.free();
            Process process = new ProcessBuilder(launcher.command(port))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            return new BrokerProcess(process, log, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Files.write(log, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.contains(READY)) {
                    ready = true;
                    saidSomethingLast.countDown();
                }
            }
        } catch (IOException e) {
            // the process was killed
        } finally {
            saidSomethingLast.countDown();
        }
    }

    /**
     * Waits until it listens.
     *
     * @throws IllegalStateException if it ends first, or takes much too long
     */
    void awaitReady() throws InterruptedException {
        if (!saidSomethingLast.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || !ready) {
            throw new IllegalStateException("the broker did not start; what it said is in " + log);
        }
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        reader.join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
