package io.zanzara.soak;

/** What is wrong with a {@link BrokenStore}. */
enum Defect {
    /** Nothing. */
    NONE,
    /** Says that a batch is durable and writes it a moment later: the tail is lost at the kill. */
    ACKNOWLEDGES_EARLY,
    /** Leaves everything to a page cache that is written back now and then: what was not is lost at the kill. */
    NEVER_SYNCS,
    /** Does not know, after a restart, which QoS 2 messages publishers have under way. */
    FORGETS_INCOMING,
    /** Does not keep what a session has received or was sent. */
    FORGETS_RANGES,
    /** Returns a queue in any order. */
    UNSORTED
}
