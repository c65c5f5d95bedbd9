package io.zanzara.fuzz;

import io.zanzara.fuzz.Findings.Kind;
import java.util.Set;
import java.util.TreeSet;

/** Checks that the numbers 1, 2, 3 ... of one stream come in their order and once, and in the end all. Thread-safe. */
final class ReceivedNumbers {

    private final String stream;
    private final Findings findings;
    private final Set<Long> missing = new TreeSet<>();
    private long last;

    ReceivedNumbers(String stream, Findings findings) {
        this.stream = stream;
        this.findings = findings;
    }

    /** A message came. */
    synchronized void received(String text) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            findings.add(Kind.BYSTANDER_TWICE, stream + ": nobody has sent '" + text + "'");
            return;
        }
        if (missing.remove(number)) {
            findings.add(Kind.BYSTANDER_OUT_OF_ORDER, stream + ": " + number + " came after " + last);
        } else if (number <= last) {
            findings.add(Kind.BYSTANDER_TWICE, stream + ": " + number + " came again, after " + last);
        } else {
            for (long skipped = last + 1; skipped < number; skipped++) {
                missing.add(skipped);
            }
            last = number;
        }
    }

    /** Returns the last number that came. */
    synchronized long last() {
        return last;
    }

    /** All up to this number were sent, and there was time enough. */
    synchronized void finish(long sent) {
        if (!missing.isEmpty() || last < sent) {
            findings.add(
                    Kind.BYSTANDER_LOST,
                    stream + ": of " + sent + " the last that came is " + last + ", of those before " + missing.size()
                            + " are missing");
        }
        if (last > sent) {
            findings.add(Kind.BYSTANDER_TWICE, stream + ": " + last + " came, but only " + sent + " were sent");
        }
    }
}
