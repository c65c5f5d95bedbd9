package io.zanzara.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The packets that are damaged, from text files: on each line the bytes in hexadecimal, then a name. The files' names say who sends them and at
 * which protocol level, 0 for the first packet of a client. What was found becomes a line of one of them.
 */
final class Corpus {

    private static final int[] LEVELS = {0, 3, 4, 5};

    /**
     * One packet, or several.
     *
     * @param level of the connection, 0 before CONNECT
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Seed(String name, boolean fromClient, int level, byte[] bytes) {}

    private final List<Seed> seeds;
    private final Map<Integer, List<Seed>> fromClients;

    private Corpus(List<Seed> seeds) {
        this.seeds = List.copyOf(seeds);
        this.fromClients = seeds.stream().filter(Seed::fromClient).collect(Collectors.groupingBy(Seed::level));
    }

    /** Reads the files that come with the program. */
    static Corpus load() {
        List<Seed> seeds = new ArrayList<>();
        for (int level : LEVELS) {
            read("client", level, seeds);
            if (level > 0) {
                read("server", level, seeds);
            }
        }
        return new Corpus(seeds);
    }

    private static void read(String sender, int level, List<Seed> seeds) {
        String file = "corpus/" + sender + "-" + level + ".txt";
        try (InputStream in = Corpus.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int blank = line.indexOf(' ');
                byte[] bytes = HexFormat.of().parseHex(line.substring(0, blank));
                seeds.add(new Seed(line.substring(blank).strip(), sender.equals("client"), level, bytes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Seed> all() {
        return seeds;
    }

    /** Those that a client sends at a level. */
    List<Seed> fromClient(int level) {
        return fromClients.getOrDefault(level, List.of());
    }
}
