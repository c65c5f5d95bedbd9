package io.zanzara.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * One of the packaged jars, unpacked as the images unpack it, with its classes parsed and checked beforehand (JEP 350). The
 * start of a process takes half of the processor time that it takes with the packaged jar, and there are more than a hundred
 * starts.
 *
 * @param jar what to run
 * @param options what to tell the JVM that runs it
 */
record PreparedJar(Path jar, List<String> options) {

    private static final Map<Path, PreparedJar> KNOWN = new ConcurrentHashMap<>();
    private static final String ARCHIVE = "classes.jsa";
    private static final Duration UNPACKING = Duration.ofMinutes(2);

    /** The first call for a jar prepares it, while other forks wait for that. */
    static PreparedJar of(Path packaged) {
        return KNOWN.computeIfAbsent(packaged, PreparedJar::prepare);
    }

    private static PreparedJar prepare(Path packaged) {
        Path all = Path.of("target", "prepared-jars").toAbsolutePath();
        String begin = packaged.getFileName() + "-";
        try {
            Files.createDirectories(all);
            try (FileChannel channel = FileChannel.open(
                            all.resolve(begin + "lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Path folder = all.resolve(begin + fingerprint(packaged));
                Path ready = folder.resolve("ready");
                Path jar = folder.resolve(packaged.getFileName());
                if (lock.isValid() && !Files.exists(ready)) {
                    discardEarlier(all, begin);
                    unpack(packaged, folder);
                    archiveClasses(jar);
                    Files.createFile(ready);
                }
                return new PreparedJar(jar, options(folder.resolve(ARCHIVE)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where the JVM makes no archive, there is nothing to tell it. One that it can't use after all costs time only; its
     * warning would be read as the program's.
     */
    private static List<String> options(Path archive) {
        return Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off") : List.of();
    }

    /** The build gives each jar the same time, so it is known by its content; an archive belongs to one JVM, too. */
    private static String fingerprint(Path jar) throws IOException {
        CRC32 content = new CRC32();
        try (InputStream in = Files.newInputStream(jar)) {
            byte[] part = new byte[1 << 20];
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                content.update(part, 0, length);
            }
        }
        return Long.toHexString(content.getValue()) + "-" + System.getProperty("java.vm.version");
    }

    private static void discardEarlier(Path all, String begin) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(all, begin + "*")) {
            for (Path each : earlier) {
                if (Files.isDirectory(each)) {
                    try (Stream<Path> inside = Files.walk(each)) {
                        files.addAll(inside.sorted(Comparator.reverseOrder()).toList());
                    }
                }
            }
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private static void unpack(Path packaged, Path folder) {
        List<String> command = List.of(
                Consoles.java(),
                "-Djarmode=tools",
                "-jar",
                packaged.toString(),
                "extract",
                "--destination",
                folder.toString());
        try (ConsoleProcess process = ConsoleProcess.start("unpacking " + packaged, command)) {
            if (process.awaitExit(UNPACKING) != 0) {
                throw new IllegalStateException(packaged + " can't be unpacked: " + process.tail());
            }
        }
    }

    private static void archiveClasses(Path jar) {
        List<String> command = new ArrayList<>(List.of(Consoles.java()));
        command.addAll(Consoles.QUICK_START);
        command.addAll(List.of(
                "-XX:ArchiveClassesAtExit=" + jar.resolveSibling(ARCHIVE),
                "-jar",
                jar.toString(),
                "--zanzara.mqtt.port=0",
                "--zanzara.store.type=memory",
                "--management.server.port=" + Ports.free(),
                "--mqtt.port=" + Ports.free()));
        try (ConsoleProcess process = ConsoleProcess.start("classes of " + jar, command)) {
            process.awaitMatch("up and running|no connection|Could not create the Java Virtual Machine");
            process.terminate();
        }
    }
}
