package io.zanzara.benchmarks.load;

/**
 * A broker that is measured.
 *
 * @param port on this machine
 * @param pid of its process, or 0 if its CPU and memory are not to be looked at
 * @param storePid of its store's process, or 0 for none
 */
public record Target(String name, int port, long pid, long storePid) {

    ProcessUsage process() {
        return new ProcessUsage(pid);
    }

    ProcessUsage store() {
        return new ProcessUsage(storePid);
    }
}
