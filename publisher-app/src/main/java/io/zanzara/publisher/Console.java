package io.zanzara.publisher;

import java.io.EOFException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** What the user sees: one line per acknowledged message, and one per change of the connection. */
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

    synchronized void acknowledged(long number) {
        line(Long.toString(number));
    }

    synchronized void refused(String reason) {
        line("message refused: " + reason + "; trying again");
    }

    synchronized void connected() {
        lastFailure = null;
        line("connected to " + address + " as " + clientId);
    }

    synchronized void connectionLost(@Nullable Throwable cause) {
        connectionLost(describe(cause));
    }

    synchronized void connectionLost(String reason) {
        line("connection to " + address + " lost: " + reason + "; trying again");
    }

    /** Attempts come every few seconds, so a failure is told once, and again only when its reason is another. */
    synchronized void connectFailed(@Nullable Throwable cause) {
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

    private static String describe(@Nullable Throwable failure) {
        String reason = "no reason given";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException) {
                return "closed by the broker";
            }
            if (cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        return reason;
    }
}
