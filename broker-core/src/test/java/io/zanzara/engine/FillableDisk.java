package io.zanzara.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A place for a store that can run out of space and have some again, for root and for anybody else. */
interface FillableDisk extends AutoCloseable {

    /** Returns the directory, the same for the test and for the broker's process. */
    Path folder();

    /** Leaves little room from now on. */
    void fill(BrokerProcess broker) throws IOException;

    void makeRoom(BrokerProcess broker) throws IOException;

    @Override
    void close() throws IOException;

    /** Returns every kind this machine has: a limit on file sizes always, a small file system where a user may make one. */
    static List<FillableDisk> all(Path folder) throws IOException {
        List<FillableDisk> disks = new ArrayList<>();
        disks.add(new FileSizeLimit(folder));
        if (SmallFileSystem.isPossible()) {
            disks.add(SmallFileSystem.mount(folder));
        } else {
            System.out.println(
                    "No file system of a user's own on this machine: a full disk is shown by a limit alone.");
        }
        return disks;
    }

    /** Runs a command, which must succeed. */
    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader()) {
            String said = String.join("\n", output.lines().toList());
            assertThat(process.onExit().join().exitValue())
                    .as("%s: %s", String.join(" ", command), said)
                    .isZero();
        }
    }

    /** The soft limit RLIMIT_FSIZE of the broker's process: a file that would grow beyond it can't be written (EFBIG). */
    record FileSizeLimit(Path folder) implements FillableDisk {

        /** Less than any table or log of use has, so that opening the store again does not help either. */
        private static final long ROOM = 4_096;

        @Override
        public void fill(BrokerProcess broker) throws IOException {
            limit(broker, String.valueOf(ROOM));
        }

        @Override
        public void makeRoom(BrokerProcess broker) throws IOException {
            if (broker.isAlive()) { // the limit goes with the process
                limit(broker, "unlimited");
            }
        }

        private static void limit(BrokerProcess broker, String bytes) throws IOException {
            run("prlimit", "--pid", String.valueOf(broker.pid()), "--fsize=" + bytes + ":");
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "a limit on the size of files";
        }
    }

    /** A file system in memory, in a name space that a process of the test holds; it is full when it is (ENOSPC). */
    record SmallFileSystem(Process holder, Path mounted, Path folder) implements FillableDisk {

        private static final String[] HOLD = {"unshare", "--user", "--map-root-user", "--mount", "sh", "-c"};
        private static final String MOUNT =
                "mount -t tmpfs -o size=96m tmpfs \"$0\" && echo mounted && while read command;"
                        + " do $command && echo done; done";
        private static final long ROOM = 300_000;

        static boolean isPossible() throws IOException {
            Path tried = Files.createTempDirectory("zanzara-disk");
            try (FillableDisk disk = mount(tried)) {
                return Files.isWritable(disk.folder());
            } catch (IOException refused) {
                System.out.println("No file system of a test's own on this machine: " + refused.getMessage());
                return false;
            } finally {
                Files.delete(tried);
            }
        }

        static SmallFileSystem mount(Path at) throws IOException {
            List<String> command = new ArrayList<>(List.of(HOLD));
            command.addAll(List.of(MOUNT, at.toString()));
            Process holder =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer = holder.inputReader().readLine();
            if (!"mounted".equals(answer)) {
                holder.destroyForcibly();
                throw new IOException("no file system of a user's own: " + answer);
            }
            return new SmallFileSystem(holder, at, Path.of("/proc/" + holder.pid() + "/root" + at));
        }

        /** From now on nothing can be written there, not by root either. */
        void makeReadOnly() throws IOException {
            holder.outputWriter().write("mount -o remount,ro,bind " + mounted + "\n");
            holder.outputWriter().flush();
            assertThat(holder.inputReader().readLine()).isEqualTo("done");
        }

        @Override
        public void fill(BrokerProcess broker) throws IOException {
            long left = folder.toFile().getUsableSpace() - ROOM;
            byte[] block = new byte[1 << 16];
            try (OutputStream filler = Files.newOutputStream(filler())) {
                for (long written = 0; written < left; written += block.length) {
                    filler.write(block);
                }
            }
        }

        @Override
        public void makeRoom(BrokerProcess broker) throws IOException {
            Files.delete(filler());
        }

        private Path filler() {
            return folder.resolve("filler");
        }

        @Override
        public void close() {
            holder.destroyForcibly();
        }

        @Override
        public String toString() {
            return "a small file system";
        }
    }
}
