package io.zanzara.publisher;

import java.time.Duration;

/**
 * Brings one message at a time to the broker and stays with it until it is acknowledged, however many connections that
 * takes. With one message under way, order is kept by itself, and a broken connection leaves at most one in doubt. That
 * one is not published a second time where the client finishes it after the reconnect.
 */
final class Delivery implements BrokerLink.Listener {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration CHECK = Duration.ofMillis(250);

    private enum State {
        NOT_SENT,
        UNDER_WAY,
        ACKNOWLEDGED,
        REFUSED
    }

    private final BrokerLink link;
    private final Outbound outbound;
    private final Console console;
    private State state = State.NOT_SENT;
    private boolean stopped;

    Delivery(BrokerLink link, Outbound outbound, Console console) {
        this.link = link;
        this.outbound = outbound;
        this.console = console;
    }

    /** Returns when the broker has acknowledged the message. */
    void deliver(String text) throws InterruptedException {
        awaitConnection();
        handOver(text);
        for (State outcome = awaitOutcome(); outcome != State.ACKNOWLEDGED; outcome = awaitOutcome()) {
            if (outcome == State.REFUSED) {
                pause(LONGEST_PAUSE);
            }
            awaitConnection();
            if (outcome != State.UNDER_WAY || isForgotten()) {
                handOver(text);
            }
        }
    }

    /** Waits until the given {@link System#nanoTime()}, and sees to it meanwhile that there is a connection. */
    void idleUntil(long nanos) throws InterruptedException {
        awaitConnection();
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            pause(Duration.ofNanos(Math.min(left, CHECK.toNanos())));
            awaitConnection();
        }
    }

    /** Makes the thread that delivers return from where it is, with an InterruptedException. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    @Override
    public void acknowledged() {
        change(State.ACKNOWLEDGED);
    }

    @Override
    public void refused(String reason) {
        console.refused(reason);
        change(State.REFUSED);
    }

    @Override
    public synchronized void connectionLost() {
        notifyAll();
    }

    private synchronized void change(State next) {
        state = next;
        notifyAll();
    }

    private void handOver(String text) throws InterruptedException {
        change(State.UNDER_WAY);
        try {
            outbound.send(text);
        } catch (RuntimeException notTaken) {
            // Most likely the connection broke just now; if not, the reason is worth a line.
            if (link.isConnected()) {
                refused(String.valueOf(notTaken.getMessage()));
            } else {
                change(State.NOT_SENT);
            }
        }
    }

    /** On a new connection: whether the client gave the message up when the old one broke. */
    private boolean isForgotten() throws InterruptedException {
        if (link.holdsMessage()) {
            return false;
        }
        // It drops what is acknowledged a moment before it says so.
        synchronized (this) {
            if (state == State.UNDER_WAY) {
                waitFor(CHECK);
            }
            return state == State.UNDER_WAY;
        }
    }

    private State awaitOutcome() throws InterruptedException {
        while (true) {
            boolean connected = link.isConnected();
            synchronized (this) {
                if (state != State.UNDER_WAY || !connected) {
                    return state;
                }
                waitFor(CHECK);
            }
        }
    }

    private void awaitConnection() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!link.isConnected()) {
            // Before the attempt, since the client may not be done yet with the connection that broke.
            pause(pause);
            link.connect();
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private synchronized void pause(Duration duration) throws InterruptedException {
        waitFor(duration);
    }

    private void waitFor(Duration duration) throws InterruptedException {
        checkStopped();
        wait(Math.max(1, duration.toMillis()));
        checkStopped();
    }

    private synchronized void checkStopped() throws InterruptedException {
        if (stopped) {
            throw new InterruptedException("stopped");
        }
    }
}
