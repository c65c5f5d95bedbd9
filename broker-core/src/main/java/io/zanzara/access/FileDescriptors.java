package io.zanzara.access;

import java.lang.management.ManagementFactory;

/** How many connections the operating system lets this process have. */
final class FileDescriptors {

    /** What is left to the store and the rest: RocksDB keeps about 200 files open, more while it compacts. */
    private static final int RESERVE = 512;

    private static final int MOST = 1_000_000;

    private FileDescriptors() {}

    /** Returns the bound on connections that leaves the rest of the process enough descriptors; 0 for none, where the system does not tell. */
    static int forConnections() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? forConnections(unix.getMaxFileDescriptorCount())
                : 0;
    }

    static int forConnections(long descriptors) {
        if (descriptors <= 0) {
            return 0;
        }
        return (int) Math.min(MOST, descriptors - Math.min(RESERVE, descriptors / 2));
    }
}
