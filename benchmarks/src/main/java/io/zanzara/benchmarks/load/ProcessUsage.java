package io.zanzara.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What Linux says of a process, from {@code /proc}.
 *
 * @param pid 0 for none: then everything is 0
 */
public record ProcessUsage(long pid) {

    /** USER_HZ, which is 100 on every platform that this runs on. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    /** Returns the processor time that all its threads have taken, also those that have ended. */
    public long cpuMicros() throws IOException {
        return pid == 0 ? 0 : cpuMicros(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    static long cpuMicros(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MICROS_PER_TICK;
    }

    /** Returns its share of the memory: the pages it has for itself, and its part of those it shares. */
    public long memoryBytes() throws IOException {
        return pid == 0 ? 0 : memoryBytes(Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
    }

    static long memoryBytes(String rollup) {
        return rollup.lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no Pss in smaps_rollup"));
    }

    /** Has a JVM collect its garbage, so that memory can be compared, and returns the bytes of live objects; 0 for what is no JVM. */
    public long collectGarbage() throws IOException {
        if (pid == 0 || !Files.readString(Path.of("/proc/" + pid + "/comm")).startsWith("java")) {
            return 0;
        }
        long live = 0;
        for (int i = 0; i < 2; i++) {
            live = liveBytes(jcmd("GC.class_histogram"));
        }
        return live;
    }

    private String jcmd(String command) throws IOException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(List.of(tool, String.valueOf(pid), command))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("jcmd " + command + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while jcmd ran", e);
        }
        return said;
    }

    /** The last line of a class histogram, which counts only what is alive, is: Total, instances, bytes. */
    static long liveBytes(String histogram) {
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no total in the class histogram"));
        String[] words = total.trim().split("\\s+");
        return Long.parseLong(words[2]);
    }
}
