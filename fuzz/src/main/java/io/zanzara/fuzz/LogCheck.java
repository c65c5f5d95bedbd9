package io.zanzara.fuzz;

import io.zanzara.fuzz.Findings.Kind;
import java.util.regex.Pattern;

/** Reads the broker's log line by line: from when it is ready on, whatever is no plain information is a finding. */
final class LogCheck {

    static final String READY = "up and running";
    private static final Pattern PLAIN = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (?!WARN|ERROR|DEBUG|TRACE).*");
    private static final Pattern SUSPECT = Pattern.compile("LEAK|Exception|OutOfMemory|StackOverflow");

    private final Findings findings;
    private boolean ready;

    LogCheck(Findings findings) {
        this.findings = findings;
    }

    /** Returns whether the line says that the broker is ready. */
    boolean line(String line) {
        if (!ready) {
            ready = line.contains(READY);
            return ready;
        }
        if (!PLAIN.matcher(line).matches() || SUSPECT.matcher(line).find()) {
            findings.add(Kind.LOG, line);
        }
        return false;
    }
}
