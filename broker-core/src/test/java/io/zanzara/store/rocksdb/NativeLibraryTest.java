package io.zanzara.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.zanzara.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own each time: a library is loaded once. */
class NativeLibraryTest {

    @TempDir
    Path folder;

    /** Opens a store, and then dies without a chance to clean up. */
    static final class Opens {
        public static void main(String[] args) {
            try {
                new RocksStore(Path.of(args[0])).open();
                System.out.println("opened");
            } catch (StoreException refused) {
                System.out.println(refused.getMessage());
            }
            Runtime.getRuntime().halt(1);
        }
    }

    private String open(Path temporary) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Opens.class.getName()));
        command.add(folder.resolve("store").toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.trim();
    }

    @Test
    void aProcessThatDiesLeavesNothingInTheTemporaryFolder() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        assertThat(open(temporary)).isEqualTo("opened");
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aTemporaryFolderThatIsNotThereIsNamed() throws Exception {
        Path missing = folder.resolve("missing");
        assertThat(open(missing))
                .contains("can't be loaded from the temporary folder " + missing)
                .endsWith("name one that can be written and executed from with java -Djava.io.tmpdir=FOLDER.");
    }
}
