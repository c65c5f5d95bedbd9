package io.zanzara.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes of the JDK that a jar uses, parsed and checked beforehand (JEP 350). Of the processor time that the start of
 * one of these processes takes it saves a fourth, and there are more than a hundred of them. What runs is the same jar.
 */
final class ClassArchive {

    private ClassArchive() {}

    /**
     * What to tell the JVM that runs the jar. The first call for a jar makes its archive, while other forks wait for it;
     * where the JVM makes none, there is nothing to tell it.
     */
    static synchronized List<String> optionsFor(Path jar) {
        String name = jar.getFileName() + "-" + System.getProperty("java.vm.version");
        Path archive = Path.of("target", name + ".jsa").toAbsolutePath();
        Path guard = Path.of("target", name + ".lock");
        try (FileChannel channel = FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            try (FileLock lock = channel.lock()) {
                if (lock.isValid() && isOutdated(archive, jar)) {
                    make(archive, jar);
                }
            }
            return Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOutdated(Path archive, Path jar) throws IOException {
        return !Files.exists(archive)
                || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0;
    }

    private static void make(Path archive, Path jar) throws IOException {
        Files.deleteIfExists(archive);
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
