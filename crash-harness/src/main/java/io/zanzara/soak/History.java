package io.zanzara.soak;

import io.zanzara.soak.Findings.Finding;
import io.zanzara.soak.Journal.Line;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Writes down, for people, what all concerned did and saw of the messages with which something went wrong. */
final class History {

    private static final long AROUND_NANOS = 2_000_000_000L;

    private History() {}

    /**
     * Reads the journals of a round that is over.
     *
     * @return the file that was written
     */
    static Path write(Round.Plan plan, Outcome outcome) throws IOException {
        Path file = plan.folder().resolve("history.txt");
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            out.println(outcome);
            out.println("All: " + outcome.findings());
            out.println("Times are seconds since the beginning. Streams and packet identifiers as numbers.");
            for (Finding finding : outcome.findings().kept()) {
                out.println();
                out.println(finding.fault() + ": " + finding.who() + " "
                        + (finding.message() == null ? "" : finding.message()) + " " + finding.detail());
                for (Line line : concerning(finding, Round.journalFolder(plan))) {
                    out.println(text(line));
                }
            }
        }
        return file;
    }

    /** The lines about the message; about others under its packet identifiers, at that time; and what became of the broker then. */
    private static List<Line> concerning(Finding finding, Path folder) throws IOException {
        Message message = finding.message();
        if (message == null) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            String party = partyOf(finding.who());
            files = all.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.equals("broker") || name.startsWith(party);
                    })
                    .toList();
        }
        List<Line> about = new ArrayList<>();
        for (Path file : files) {
            Journal.read(file, line -> {
                if (message.equals(line.message())) {
                    about.add(line);
                }
            });
        }
        long from = about.stream().mapToLong(Line::nanos).min().orElse(0) - AROUND_NANOS;
        long to = about.stream().mapToLong(Line::nanos).max().orElse(0) + AROUND_NANOS;
        Set<String> identifiers = new HashSet<>();
        about.forEach(line -> identifiers.add(line.who() + line.packetIdentifier()));
        Set<String> clients = new HashSet<>();
        about.forEach(line -> clients.add(line.who()));
        clients.add(finding.who());
        clients.add("broker");
        List<Line> around = new ArrayList<>();
        for (Path file : files) {
            Journal.read(file, line -> {
                boolean near = line.nanos() >= from && line.nanos() <= to;
                boolean connection = line.message() == null && clients.contains(line.who());
                boolean sameIdentifier =
                        line.message() != null && identifiers.contains(line.who() + line.packetIdentifier());
                if (near && (connection || sameIdentifier)) {
                    around.add(line);
                }
            });
        }
        around.sort(Comparator.comparingLong(Line::nanos));
        return around;
    }

    /** Clients are named after their party: its QoS and protocol version. */
    private static String partyOf(String who) {
        int end = who.indexOf('-', who.indexOf('-') + 1);
        return end < 0 ? who : who.substring(0, end);
    }

    private static String text(Line line) {
        Message message = line.message();
        String what = message == null
                ? ""
                : " identifier %d, stream %d, number %d"
                        .formatted(line.packetIdentifier(), message.stream(), message.number());
        return "%12.6f  %-28s %s%s".formatted(line.nanos() / 1e9, line.who(), line.event(), what);
    }
}
