package io.zanzara.subscriber;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** What the user sees: one line per message, and one per change of the connection. */
final class Console {

    private final PrintStream out;
    private final String address;
    private final String clientId;
    private @Nullable String lastFailure;

    Console(PrintStream out, String address, String clientId) {
        this.out = out;
        this.address = address;
        this.clientId = clientId;
    }

    synchronized void received(String message) {
        line("received message: " + message);
    }

    synchronized void subscriptionRefused(Throwable cause) {
        line("subscription refused: " + describe(cause) + "; trying again");
    }

    synchronized void connected() {
        lastFailure = null;
        line("connected to " + address + " as " + clientId);
    }

    synchronized void connectionLost(Throwable cause) {
        line("connection to " + address + " lost: " + describe(cause) + "; trying again");
    }

    /** Attempts come every few seconds, so a failure is told once, and again only when its reason is another. */
    synchronized void connectFailed(Throwable cause) {
        String reason = describe(cause);
        if (!reason.equals(lastFailure)) {
            lastFailure = reason;
            line("no connection to " + address + ": " + reason + "; trying again");
        }
    }

    private void line(String text) {
        out.println(text);
        out.flush();
    }

    private static String describe(Throwable failure) {
        String reason = "no reason given";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        return reason;
    }
}
