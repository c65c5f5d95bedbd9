package io.zanzara.moquette.config;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * Checks that every line of a {@code moquette.conf} can be read. Moquette's own parser stops at the first that can't and goes on with what it
 * has and defaults, so that a slip of the pen lets everybody in.
 */
public final class ConfigFile {

    private ConfigFile() {}

    /**
     * @throws IOException if the file is not there or a line is wrong; with its number and without its content, which may be a password
     */
    public static void check(File file) throws IOException {
        if (!file.isFile()) {
            throw new FileNotFoundException("There is no configuration file " + file.getAbsolutePath());
        }
        int number = 0;
        for (String line : Files.readAllLines(file.toPath(), StandardCharsets.UTF_8)) {
            number++;
            String defect = defectOf(line);
            if (defect != null) {
                throw new IOException(file + ", line " + number + ": " + defect);
            }
        }
    }

    private static @Nullable String defectOf(String line) {
        int comment = line.indexOf('#');
        if (comment == 0 || line.isBlank()) {
            return null;
        }
        if (comment > 0) {
            return "'#' may stand in the first column only";
        }
        return line.indexOf(' ') > 0 ? null : "a line is a key, a space and a value";
    }
}
