package io.zanzara.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.zanzara.service.engine.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken up of a file that changes, and what is not. */
final class WatchedFileTest {

    @TempDir
    Path folder;

    private final List<List<String>> taken = new ArrayList<>();
    private Path path;
    private WatchedFile file;

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(folder.resolve("file"), "good\n");
        file = new WatchedFile("zanzara.some.file", path, "a file of good things", this::take);
    }

    private void take(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("good")) {
                throw new IllegalArgumentException("line " + (i + 1) + ": not good");
            }
        }
        taken.add(lines);
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            file.look();
        }
    }

    @Test
    void aChangeIsTakenUpOnceItHasStayed() throws IOException {
        file.read();
        look(3);
        Files.writeString(path, "good\ngood 2");
        look(1);
        Files.writeString(path, "good\ngood 2\ngood 3\n");
        look(1);
        assertThat(taken).containsExactly(List.of("good"));
        look(3);
        assertThat(taken).containsExactly(List.of("good"), List.of("good", "good 2", "good 3"));
    }

    /** As on a file system that keeps times coarsely, or where a file is put back in place with its time. */
    @Test
    void aChangeCountsAlsoWithTheSameTimeAndSize() throws IOException {
        FileTime time = Files.getLastModifiedTime(path);
        file.read();
        Files.writeString(path, "goop\n".replace('p', 'd').replace("good", "good"));
        Files.writeString(path, "goodx"); // five bytes, as before
        Files.setLastModifiedTime(path, time);
        look(2);
        assertThat(taken).last().isEqualTo(List.of("goodx"));
    }

    @Test
    void aBrokenChangeIsSaidOnceWithItsLineAndWhatWasThereGoesOn() throws IOException {
        try (RecordedLog log = new RecordedLog(WatchedFile.class)) {
            file.read();
            Files.writeString(path, "good\nbad\n");
            look(5);
            assertThat(taken).hasSize(1);
            assertThat(log.lines(Level.ERROR))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains(path.toString())
                            .contains("line 2: not good")
                            .contains("zanzara.some.file"));

            Files.writeString(path, "good again\n");
            look(2);
            assertThat(taken).last().isEqualTo(List.of("good again"));
        }
    }

    @Test
    void aFileThatGoesIsSaidOnceAndTakenUpWhenItComesBack() throws IOException {
        try (RecordedLog log = new RecordedLog(WatchedFile.class)) {
            file.read();
            Files.delete(path);
            look(3);
            assertThat(log.lines(Level.ERROR)).singleElement().asString().contains("there is no such file");
            Files.writeString(path, "good 2\n");
            look(2);
            assertThat(taken).last().isEqualTo(List.of("good 2"));
        }
    }

    @Test
    void atTheStartWhatIsNotRightStopsIt() throws IOException {
        Files.writeString(path, "good\nbad\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage(
                        "zanzara.some.file is '" + path + "' but must be a file of good things (line 2: not good).");
        Files.write(path, new byte[] {(byte) 0xFF});
        assertThatThrownBy(file::read).hasMessageEndingWith("(it is not in UTF-8).");
        Files.delete(path);
        assertThatThrownBy(file::read).hasMessageEndingWith("(there is no such file).");
    }
}
