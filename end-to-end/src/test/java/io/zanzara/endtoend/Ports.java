package io.zanzara.endtoend;

import io.zanzara.testclient.PortRange;

/** Free ports, for each of the forks that run side by side from another part. */
final class Ports {

    private static final int PARTS = 4;
    private static final int COUNT = 2_500;
    private static final PortRange RANGE =
            new PortRange(20_000 + COUNT * (Integer.getInteger("surefire.forkNumber", 0) % PARTS), COUNT);

    private Ports() {}

    static int free() {
        return RANGE.free();
    }
}
