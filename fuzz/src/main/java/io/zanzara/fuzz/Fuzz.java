package io.zanzara.fuzz;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The fuzzing run as a program: decoder first, then the broker; exits with 0 only if nothing was found. */
public final class Fuzz {

    private static final Path JAR = Path.of("broker-service", "target", "broker-service.jar");

    private final Path folder;
    private final Path jar;
    private final Findings findings = new Findings();
    private final List<String> decoderLines = new ArrayList<>();

    /**
     * @param folder where everything goes that is written
     * @param jar the packaged broker
     */
    Fuzz(Path folder, Path jar) {
        this.folder = folder;
        this.jar = jar;
    }

    /** See {@link Options#USAGE}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.of(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(Options.USAGE);
            System.exit(2);
            return;
        }
        // Netty looks for a logging library, which this program does not need
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        boolean good = new Fuzz(Path.of("fuzz", "target", "run"), JAR).run(options);
        System.exit(good ? 0 : 1);
    }

    /** Does what was asked for; returns whether nothing was found. */
    boolean run(Options options) throws IOException, InterruptedException {
        say("seed " + options.seed() + ", store " + options.store());
        delete(folder);
        Files.createDirectories(folder);
        BrokerRun broker = new BrokerRun(jar, folder, options.store(), findings, Fuzz::say);
        if (options.replay() != null) {
            replay(Replay.read(options.replay()), broker);
        } else {
            SplittableRandom random = new SplittableRandom(options.seed());
            DecoderRun decoder = DecoderRun.own(findings);
            decoder.run(options.packets(), random.split(), Fuzz::say);
            decoderLines.addAll(decoder.lines());
            if (findings.isEmpty()) {
                broker.run(options.packets(), random.split());
            }
        }
        return tell(options, broker.journal());
    }

    private void replay(Replay replay, BrokerRun broker) throws IOException, InterruptedException {
        DecoderRun decoder = DecoderRun.own(findings);
        replay.forDecoder().forEach(decoder::accept);
        if (replay.hasForBroker()) {
            broker.replay(replay);
        }
    }

    private boolean tell(Options options, Journal journal) throws IOException {
        if (findings.isEmpty()) {
            say("nothing found");
            return true;
        }
        say("FOUND " + findings);
        findings.kept().forEach(Fuzz::say);
        if (options.replay() == null) {
            List<String> remarks = new ArrayList<>();
            remarks.add("seed " + options.seed() + ", store " + options.store() + ", found " + findings);
            Path file = journal.write(folder.resolve("found-" + options.seed() + ".txt"), remarks, decoderLines);
            say("what was sent last is in " + file + "; send it again with ./soak fuzz --replay " + file);
        }
        return false;
    }

    private static void say(String line) {
        System.out.println(LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + line);
    }

    /** Leaves files of findings where they are. */
    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    if (Files.isRegularFile(file)
                            && !file.getFileName().toString().startsWith("found-")) {
                        Files.delete(file);
                    }
                }
            }
        }
    }
}
