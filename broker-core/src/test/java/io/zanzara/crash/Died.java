package io.zanzara.crash;

/** The broker is dead: what a client waited for will not come. */
final class Died extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Died() {
        super("the broker died");
    }
}
