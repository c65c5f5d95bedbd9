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
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writes down, for people, what all concerned did and saw of the messages with which something went wrong. */
final class History {

    private static final long AROUND_NANOS = 1_000_000_000L;
    private static final int NEIGHBOURS = 5;

    private final Path folder;
    private final PrintWriter out;

    private History(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * Reads the journals of a round that is over.
     *
     * @return the file that was written
     */
    static Path write(Round.Plan plan, Outcome outcome) throws IOException {
        Path file = plan.folder().resolve("history.txt");
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            out.println(outcome);
            out.println("All that went wrong: " + outcome.findings());
            out.println(
                    "Times are seconds since the beginning. For each finding: what anybody did or saw of the message, or of");
            out.println(
                    "its neighbours with the client concerned, or under the same packet identifier, and the broker's end.");
            History history = new History(Round.journalFolder(plan), out);
            for (Finding finding : outcome.findings().kept()) {
                history.tell(finding);
            }
        }
        return file;
    }

    private void tell(Finding finding) throws IOException {
        Message message = finding.message();
        out.println();
        out.println(finding.fault() + ": " + finding.who() + " " + (message == null ? "" : message) + " "
                + finding.detail());
        if (message != null) {
            List<Path> files = files(finding.who());
            around(finding, message, files).forEach(line -> out.println(text(line)));
        }
    }

    private List<Path> files(String who) throws IOException {
        String party = partyOf(who);
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.equals("broker") || name.startsWith(party);
                    })
                    .toList();
        }
    }

    private static List<Line> around(Finding finding, Message message, List<Path> files) throws IOException {
        List<Line> about = new ArrayList<>();
        each(files, line -> {
            if (message.equals(line.message())) {
                about.add(line);
            }
        });
        long from = about.stream().mapToLong(Line::nanos).min().orElse(0) - AROUND_NANOS;
        long to = about.stream().mapToLong(Line::nanos).max().orElse(0) + AROUND_NANOS;
        Set<String> identifiers = new HashSet<>();
        about.forEach(line -> identifiers.add(line.who() + line.packetIdentifier()));
        List<Line> around = new ArrayList<>();
        each(files, line -> {
            if (line.nanos() >= from && line.nanos() <= to && concerns(line, finding, message, identifiers)) {
                around.add(line);
            }
        });
        around.sort(Comparator.comparingLong(Line::nanos));
        return around;
    }

    private static boolean concerns(Line line, Finding finding, Message message, Set<String> identifiers) {
        boolean own = line.who().startsWith(queueOf(finding.who()));
        Message other = line.message();
        if (other == null) {
            return own || line.who().equals("broker");
        }
        boolean neighbour =
                other.stream() == message.stream() && Math.abs(other.number() - message.number()) <= NEIGHBOURS;
        return other.equals(message)
                || (own && neighbour)
                || identifiers.contains(line.who() + line.packetIdentifier());
    }

    /** Members of a shared group have one queue. */
    private static String queueOf(String who) {
        int member = who.indexOf(Party.MEMBER);
        return member < 0 ? who : who.substring(0, member + Party.MEMBER.length());
    }

    private static void each(List<Path> files, Consumer<Line> reader) throws IOException {
        for (Path file : files) {
            Journal.read(file, reader);
        }
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
