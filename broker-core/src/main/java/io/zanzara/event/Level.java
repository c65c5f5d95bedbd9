package io.zanzara.event;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that goes up and down and is compared with a budget for each message: an {@link #estimate} costs one read. Any thread. */
public final class Level {

    private static final long STEP = 16 << 10;

    private final Cells cells;
    private final int column;
    private final int untold; // what a thread has not told the others yet
    private final AtomicLong told = new AtomicLong();

    Level(Cells cells) {
        this.cells = cells;
        this.column = cells.newColumn();
        this.untold = cells.newColumn();
    }

    public void add(long bytes) {
        long change = cells.add(column, untold, bytes, STEP);
        if (change != 0) {
            told.addAndGet(change);
        }
    }

    /** Returns the level, wrong by less than 16 KB for each thread that changes it. */
    public long estimate() {
        return told.get();
    }

    /** Returns the level; nearly exact while others change it. Dearer than an estimate. */
    public long sum() {
        return cells.sum(column);
    }
}
