package io.zanzara.event;

/** A number of a broker's {@link Counters}: counted up and down by any thread at next to no cost. */
public final class Counter {

    private final Cells cells;
    private final int column;

    Counter(Cells cells) {
        this.cells = cells;
        this.column = cells.newColumn();
    }

    /** One that is nobody's but the caller's. */
    public Counter() {
        this(new Cells());
    }

    public void increment() {
        cells.add(column, 1);
    }

    public void decrement() {
        cells.add(column, -1);
    }

    public void add(long amount) {
        cells.add(column, amount);
    }

    /** Returns the number as it stands; nearly exact while others count. Dearer than counting: not for what is done for each message. */
    public long sum() {
        return cells.sum(column);
    }
}
