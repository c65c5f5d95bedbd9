package io.zanzara.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine in words; nothing that would name it. */
final class Machine {

    private Machine() {}

    static String describe() throws IOException {
        return describe(
                Files.readString(Path.of("/proc/cpuinfo")),
                Files.readString(Path.of("/proc/meminfo")),
                System.getProperty("java.version"));
    }

    static String describe(String cpuinfo, String meminfo, String java) {
        long cores =
                cpuinfo.lines().filter(line -> line.startsWith("processor")).count();
        String model = cpuinfo.lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("unknown");
        long kilobytes = meminfo.lines()
                .filter(line -> line.startsWith("MemTotal"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
        return String.format(
                "%d cores (%s), %d GB of memory, Linux, Java %s; load and brokers share them, over loopback",
                cores, model, Math.round(kilobytes / 1024.0 / 1024.0), java);
    }
}
