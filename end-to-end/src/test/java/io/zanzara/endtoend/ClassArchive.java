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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/**
 * The classes of the JDK that a jar uses, parsed and checked beforehand (JEP 350). Of the processor time that the start of
 * one of these processes takes it saves a fourth, and there are more than a hundred of them. What runs is the same jar.
 */
final class ClassArchive {

    private static final Map<Path, List<String>> KNOWN = new ConcurrentHashMap<>();

    private ClassArchive() {}

    /**
     * What to tell the JVM that runs the jar. The first call for a jar makes its archive, while other forks wait for it;
     * where the JVM makes none, there is nothing to tell it.
     */
    static List<String> optionsFor(Path jar) {
        return KNOWN.computeIfAbsent(jar, ClassArchive::prepare);
    }

    private static List<String> prepare(Path jar) {
        Path folder = Path.of("target", "class-archives").toAbsolutePath();
        String begin = jar.getFileName() + "-";
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(begin + "lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Path archive = folder.resolve(begin + fingerprint(jar) + ".jsa");
                if (lock.isValid() && !Files.exists(archive)) {
                    discardOthers(folder, begin);
                    make(archive, jar);
                }
                // An archive that the JVM can't use after all costs time only; its warning would be read as the
                // program's.
                return Files.exists(archive)
                        ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off")
                        : List.of();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    private static void discardOthers(Path folder, String begin) throws IOException {
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(folder, begin + "*.jsa")) {
            for (Path each : earlier) {
                Files.delete(each);
            }
        }
    }

    private static void make(Path archive, Path jar) throws IOException {
        List<String> command = new ArrayList<>(List.of(Consoles.java()));
        command.addAll(Consoles.QUICK_START);
        command.addAll(List.of(
                "-XX:ArchiveClassesAtExit=" + archive,
                "-jar",
                jar.toString(),
                "--zanzara.mqtt.port=0",
                "--zanzara.store.type=memory",
                "--management.server.port=" + Ports.free(),
                "--mqtt.port=" + Ports.free()));
        try (ConsoleProcess process = ConsoleProcess.start("class archive of " + jar, command)) {
            process.awaitMatch("up and running|no connection|Could not create the Java Virtual Machine");
            process.terminate();
        }
    }
}
