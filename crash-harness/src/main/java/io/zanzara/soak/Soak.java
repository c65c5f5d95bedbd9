package io.zanzara.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The crash harness as a program: for each store, QoS and protocol version a {@link Round}, one line about each, and an exit code that is 0 only if
 * nothing was wrong with any.
 */
public final class Soak {

    private static final Path JAR = Path.of("broker-service", "target", "broker-service.jar");
    private static final int PER_SECOND = 3_000;
    private static final long PATIENCE_MILLIS = 30_000;

    private final Path folder;
    private final Path jar;
    private @Nullable Mongod mongod;

    /**
     * @param folder where everything goes that is written
     * @param jar the packaged broker
     */
    Soak(Path folder, Path jar) {
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
        Soak soak = new Soak(Path.of("crash-harness", "target", "soak"), JAR);
        boolean good = soak.run(options);
        System.exit(good ? 0 : 1);
    }

    /** Runs everything that was asked for; returns whether all of it was good. */
    boolean run(Options options) throws IOException, InterruptedException {
        boolean good = true;
        try {
            for (Options.Combination combination : options.combinations()) {
                good &= run(combination, options);
            }
        } finally {
            if (mongod != null) {
                mongod.close();
            }
        }
        return good;
    }

    private boolean run(Options.Combination combination, Options options) throws IOException, InterruptedException {
        Path place = folder.resolve(combination.name().replaceAll("[^A-Za-z0-9.]+", "-"));
        delete(place);
        Files.createDirectories(place);
        Round.Plan plan = new Round.Plan(
                combination.name(),
                combination.kinds(),
                options.cycles(),
                PER_SECOND,
                PATIENCE_MILLIS,
                options.seed(),
                place);
        Outcome outcome = new Round(plan, launcher(combination, place), Soak::say).run();
        say(outcome.toString());
        if (outcome.isGood()) {
            delete(place);
        } else {
            say("what happened is in " + History.write(plan, outcome).toAbsolutePath());
        }
        return outcome.isGood();
    }

    private Launcher launcher(Options.Combination combination, Path place) throws IOException {
        if (combination.store().equals(Options.EMBEDDED)) {
            return Launcher.embedded(jar, place.resolve("data"));
        }
        Mongod running = mongod;
        if (running == null) {
            Path files = folder.resolve("mongodb");
            delete(files);
            running = Mongod.start(files);
            mongod = running;
        }
        return Launcher.mongodb(jar, running, place.getFileName().toString().replace('.', '_'));
    }

    private static void say(String line) {
        System.out.println(LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + line);
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
