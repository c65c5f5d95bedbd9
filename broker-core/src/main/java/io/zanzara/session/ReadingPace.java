package io.zanzara.session;

import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * When a connection is not read from: while its client has its fill of publications that the broker owes an answer for, and while the broker
 * holds more unwritten bytes than its budget. What the client owes an answer for does not count: its PUBRELs would never be read. Whoever waits
 * for nothing from the store is not slowed by the budget either, until twice as much is unwritten: a clean session that does not keep up
 * is written to the store too. Everybody is slowed while other loops have more to take over than the budget. One for each connection. Owner only.
 */
final class ReadingPace {

    private static final long LOOK_AGAIN_MILLIS = 20;

    private final ClientLink link;
    private final SessionContext context;
    private final Mailbox mailbox;
    private final boolean limited;
    private final IntSupplier owed;
    private final BooleanSupplier current;
    private boolean full;
    private boolean overloaded;
    private boolean paused;

    /**
     * @param limited whether reading pauses at the receive maximum; a client that knows it is held to it otherwise
     * @param owed how many publications of the client the broker owes an answer for
     * @param current whether the connection is still the session's
     */
    ReadingPace(
            ClientLink link,
            SessionContext context,
            Mailbox mailbox,
            boolean limited,
            IntSupplier owed,
            BooleanSupplier current) {
        this.link = link;
        this.context = context;
        this.mailbox = mailbox;
        this.limited = limited;
        this.owed = owed;
        this.current = current;
    }

    /** A publication came, or the broker has answered one. */
    void changed() {
        int most = context.limits().receiveMaximum();
        int now = owed.getAsInt();
        full = limited && (full ? now > most / 2 : now >= most);
        if (!overloaded && isOverload(now)) {
            overloaded = true;
            lookAgainLater();
        }
        apply();
    }

    /** A publication came for which nobody has to wait. */
    void passedOn() {
        if (!overloaded && isHandedTooMuch()) {
            overloaded = true;
            lookAgainLater();
            apply();
        }
    }

    private boolean isHandedTooMuch() {
        return context.counters().handedOverBytes.estimate() > context.limits().memoryBudgetBytes();
    }

    private boolean isOverload(int owedNow) {
        // what is on its way to another loop will wait for the store in a moment
        long waiting = context.writer().waitingBytes()
                + context.counters().handedOverBytes.estimate();
        long budget = context.limits().memoryBudgetBytes();
        boolean unwritten = waiting > budget && (owedNow > 0 || waiting - budget > budget);
        return unwritten || isHandedTooMuch();
    }

    private void lookAgainLater() {
        mailbox.loop().schedule(() -> mailbox.post(this::lookAgain), LOOK_AGAIN_MILLIS);
    }

    private void lookAgain() {
        if (!current.getAsBoolean()) {
            return;
        }
        if (isOverload(owed.getAsInt())) {
            lookAgainLater();
        } else {
            overloaded = false;
            apply();
        }
    }

    private void apply() {
        boolean pause = full || overloaded;
        if (pause != paused) {
            paused = pause;
            link.pauseReading(pause);
        }
    }
}
