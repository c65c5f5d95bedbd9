package io.zanzara.soak;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells the clients when there is a broker and what is going on. Thread-safe. */
final class Gate {

    /** What the clients are to do. */
    enum Phase {
        /** All connect and subscribe. */
        SETUP,
        /** The load runs. */
        LOAD,
        /** Publishers publish nothing new, and end when all of theirs is acknowledged. */
        FINISH,
        /** Whoever has been away comes and takes what there is. */
        DRAIN,
        /** All end. */
        END
    }

    /**
     * The time from one start of the broker to its end.
     *
     * @param number from 1
     * @param port where it listens
     */
    record Life(int number, int port) {}

    private @Nullable Life life;
    private int lives;
    private Phase phase = Phase.SETUP;

    /** The broker listens. */
    synchronized Life up(int port) {
        Life next = new Life(++lives, port);
        life = next;
        notifyAll();
        return next;
    }

    /** The broker is about to be killed. */
    synchronized void down() {
        life = null;
        notifyAll();
    }

    synchronized void enter(Phase next) {
        phase = next;
        notifyAll();
    }

    synchronized Phase phase() {
        return phase;
    }

    synchronized boolean isUp(Life which) {
        return which.equals(life);
    }

    /** Waits for a life with at least this number; null if the end comes first. */
    synchronized @Nullable Life awaitLife(int number) throws InterruptedException {
        while (phase != Phase.END) {
            Life now = life;
            if (now != null && now.number() >= number) {
                return now;
            }
            wait();
        }
        return null;
    }

    /** Waits until a time has passed, a life is over or a phase is. */
    synchronized void pass(Life which, Phase during, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = millis;
        while (left > 0 && which.equals(life) && phase == during) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }
}
