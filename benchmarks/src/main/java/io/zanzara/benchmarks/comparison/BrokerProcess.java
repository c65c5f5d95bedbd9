package io.zanzara.benchmarks.comparison;

import io.zanzara.benchmarks.load.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A broker's process, from its launch to its end. */
final class BrokerProcess implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int ANSWER_MILLIS = 2_000;
    private static final byte[] CONNECT =
            HexFormat.of().parseHex("1011" + "00044d515454" + "04020000" + "00057265616479");

    private final Contender contender;
    private final Path folder;
    private final Process process;
    private final int port;
    private final double readySeconds;

    private BrokerProcess(Contender contender, Path folder, Process process, int port, double readySeconds) {
        this.contender = contender;
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.readySeconds = readySeconds;
    }

    /**
     * Starts a broker and waits until it lets a client in.
     *
     * @param folder where its files are, or will be; what an earlier start left there is found again
     * @throws IOException if it ends instead, or takes too long
     */
    static BrokerProcess start(Contender contender, Path folder) throws IOException {
        int port = freePort();
        List<String> command = contender.command().line(folder, port);
        long startedAt = System.nanoTime();
        Process process = launch(command, folder.resolve("log"));
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() - startedAt > PATIENCE_NANOS) {
                stop(process);
                throw new IOException(contender.name() + " did not start; see " + folder.resolve("log"));
            }
            LockSupport.parkNanos(NAP_NANOS);
        }
        return new BrokerProcess(contender, folder, process, port, (System.nanoTime() - startedAt) / 1e9);
    }

    Path folder() {
        return folder;
    }

    /** Starts a process that ends with this one, and whose output goes to a file. */
    static Process launch(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
            socket.getOutputStream().write(CONNECT);
            byte[] connack = socket.getInputStream().readNBytes(4);
            socket.getOutputStream().write(HexFormat.of().parseHex("e000"));
            return connack.length == 4 && connack[0] == 0x20 && connack[3] == 0;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Target target() {
        return new Target(contender.name(), port, process.pid(), contender.storePid());
    }

    /** Seconds from the launch to the first CONNACK. */
    double readySeconds() {
        return readySeconds;
    }

    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(process);
    }
}
